"""Real meters through the real importer, judged as a study: a published result and a known saving come out."""

import csv
import gzip
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from eaio.analysis import service
from eaio.analysis.models import Interval, Method, Period
from eaio.analysis.models.studies import StudyDraft, StudyResult
from eaio.buildings import service as buildings
from eaio.metering.models import ImportOptions
from tests.db.metering.imports import Importer, importer

__all__ = ["importer"]

LIMIT = 500_000_000
LIZBETH = "Robin_education_Lizbeth"
YEARS = (Period(date(2016, 1, 1), date(2016, 12, 31)), Period(date(2017, 1, 1), date(2017, 12, 31)))
STAMP = "%Y-%m-%d %H:%M:%S"


async def studied(
    importer: Importer, building: str, periods: tuple[Period, Period], way: Method, every: Interval
) -> StudyResult:
    """Set up a study of a building's only meter and compute it."""
    async with importer.database.transaction() as conn:
        owner = importer.organisation
        of = await buildings.building_by_name(conn, owner, building)
        (meter,) = await buildings.meters_of(conn, owner, of.id)
        baseline, reporting = periods
        draft = StudyDraft(
            name="x",
            baseline=baseline,
            reporting_first=reporting.first,
            reporting_last=reporting.last,
            method=way,
            interval=every,
        )
        made = await service.create_study(conn, owner, meter.id, draft, "tester")
        return await service.study_result(conn, owner, made.id)


def column_of(source: Path, name: str, target: Path) -> None:
    """One column of a wide file."""
    with gzip.open(source, "rt", newline="") as file, target.open("w", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(["timestamp", name])
        writer.writerows([row["timestamp"], row[name]] for row in csv.DictReader(file))


def of_site(source: Path, site: str, target: Path, column: str = "site_id") -> None:
    """The lines of one site."""
    with gzip.open(source, "rt", newline="") as file, target.open("w", newline="") as written:
        rows = csv.DictReader(file)
        writer = csv.DictWriter(written, rows.fieldnames or [])
        writer.writeheader()
        writer.writerows(row for row in rows if row[column] == site)


@pytest.fixture
def lizbeth(real_data: Path, tmp_path: Path) -> Path:
    """The real set with one meter and the weather of its site."""
    source = real_data / "bdg2"
    for part in ("metadata", "meters/raw", "weather"):
        (tmp_path / part).mkdir(parents=True)
    column_of(source / "meters/raw/electricity.csv.gz", LIZBETH, tmp_path / "meters/raw/electricity.csv")
    of_site(source / "metadata/metadata.csv.gz", LIZBETH, tmp_path / "metadata/metadata.csv", "building_id")
    of_site(source / "weather/weather.csv.gz", "Robin", tmp_path / "weather/weather.csv")
    return tmp_path


@pytest.fixture
def known(real_data: Path, tmp_path: Path) -> Path:
    """The reference of a known saving in the same layout: standard time, degrees Celsius."""
    source = real_data / "mv"
    for part in ("metadata", "meters/raw", "weather"):
        (tmp_path / part).mkdir(parents=True)
    local = pl.col("stamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_zone="UTC") - pl.duration(hours=6)
    stamp = local.dt.strftime(STAMP).alias("timestamp")
    hours = pl.read_csv(source / "il-electricity-cdd-hdd-hourly.csv.gz").rename({"start": "stamp"})
    hours.select(stamp, pl.col("value").alias("Il_office_Ann")).write_csv(tmp_path / "meters/raw/electricity.csv")
    degrees = pl.read_csv(source / "il-electricity-cdd-hdd-tempF.csv.gz").rename({"dt": "stamp"})
    degrees.select(stamp, site_id=pl.lit("Il"), airTemperature=(pl.col("tempF") - 32) / 1.8).write_csv(
        tmp_path / "weather/weather.csv"
    )
    head = pl.read_csv(real_data / "bdg2/metadata/metadata.csv.gz", n_rows=0).columns
    row = {"building_id": "Il_office_Ann", "site_id": "Il", "timezone": "US/Central", "electricity": "Yes"}
    pl.DataFrame({name: [row.get(name)] for name in head}, schema=dict.fromkeys(head, pl.String)).write_csv(
        tmp_path / "metadata/metadata.csv"
    )
    return tmp_path


@pytest.mark.parametrize(("clock", "off"), [("Etc/GMT", 0.0005), ("Europe/London", 0.001)])
async def test_an_imported_meter_equals_its_published_result(
    importer: Importer, lizbeth: Path, clock: str, off: float
) -> None:
    """The published days are those of the stamps, standard time all year; days of the civil clock differ by a hair."""
    facts = lizbeth / "metadata/metadata.csv"
    facts.write_text(facts.read_text().replace("Europe/London", clock))
    await importer(lizbeth, limit=LIMIT)
    found = await studied(importer, LIZBETH, YEARS, Method.CHANGE_POINT, Interval.DAILY)
    fit, saved = found.result.baseline.model.fitness, found.result.savings
    assert (fit.n, found.result.baseline.model.label) == (364, "2P")
    assert fit.r2 == pytest.approx(0.794, abs=off)
    assert fit.cvrmse == pytest.approx(0.073, abs=off)
    assert saved.fraction == pytest.approx(0.065, abs=off)
    assert fit.verdict.passed
    monthly = await studied(importer, LIZBETH, YEARS, Method.CHANGE_POINT, Interval.MONTHLY)
    fit = monthly.result.baseline.model.fitness
    assert (fit.n, monthly.result.baseline.model.label) == (12, "3PC")
    assert fit.r2 == pytest.approx(0.971, abs=0.001)
    assert monthly.result.savings.fraction == pytest.approx(0.066, abs=0.001)


@pytest.mark.parametrize(
    ("way", "every"), [(Method.TOWT, Interval.HOURLY), (Method.DEGREE_HOURS, Interval.DAILY)], ids=["hourly", "daily"]
)
async def test_a_known_saving_of_a_tenth_is_found_in_imported_readings(
    importer: Importer, known: Path, way: Method, every: Interval
) -> None:
    await importer(known, ImportOptions(), limit=LIMIT)
    start, end = date(2016, 12, 26), date(2017, 1, 4)
    periods = (Period(start - timedelta(days=365), start - timedelta(days=1)), Period(end, end + timedelta(days=364)))
    saved = (await studied(importer, "Il_office_Ann", periods, way, every)).result.savings
    assert saved.fraction == pytest.approx(0.10, abs=0.01)
    assert abs(saved.avoided - 0.10 * saved.counterfactual) < saved.band
    assert saved.significant
