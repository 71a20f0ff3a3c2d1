"""Real files as people send them, imported and compared with what an independent reading of them says."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eaio.infra.errors import Invalid
from eaio.metering import service
from eaio.metering.models import ImportOptions, Level, Scope
from eaio.timeseries.units import Carrier
from tests.db.metering.imports import Importer, importer

__all__ = ["importer"]

LIMIT = 500_000_000
STANDARD_HOURS = {"Robin": 0, "Fox": -7, "Panther": -5, "Bobcat": -7}
CHOSEN = (
    "Robin_education_Lizbeth", "Robin_education_Cecilia", "Fox_education_Yolande", "Panther_education_Jerome",
)  # fmt: skip


def columns_of(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture
def folder(real_data: Path, tmp_path: Path) -> Path:
    """The real set with a few of its electricity meters, so that the test stays quick."""
    source = real_data / "bdg2"
    for part in ("metadata/metadata.csv.gz", "meters/raw/solar.csv.gz", "meters/cleaned/solar_cleaned.csv.gz"):
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).symlink_to(source / part)
    with (tmp_path / "meters/raw/electricity.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["timestamp", *CHOSEN])
        for row in columns_of(source / "meters/raw/electricity.csv.gz"):
            writer.writerow([row["timestamp"], *(row[name] for name in CHOSEN)])
    (tmp_path / "weather").mkdir()
    with (
        gzip.open(source / "weather/weather.csv.gz", "rt") as every,
        gzip.open(tmp_path / "weather/weather.csv.gz", "wt", newline="") as file,
    ):
        file.writelines(line for line in every if "Robin" in line or "time" in line)
    return tmp_path


def present(path: Path, name: str) -> dict[datetime, float]:
    """Readings of a column by UTC instant: standard time all year, so one fixed shift."""
    shift = timedelta(hours=STANDARD_HOURS[name.split("_", maxsplit=1)[0]])
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        return {
            datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC) - shift: float(row[name])
            for row in csv.DictReader(file)
            if row[name]
        }


async def test_every_reading_of_the_real_set_arrives_at_its_instant(importer: Importer, folder: Path) -> None:
    report = (await importer(folder, limit=LIMIT)).report
    files = dict.fromkeys(CHOSEN, folder / "meters/raw/electricity.csv")
    files |= dict.fromkeys(("Bobcat_education_Dylan", "Bobcat_office_Justine"), folder / "meters/raw/solar.csv.gz")
    assert (report.sites, report.buildings, report.meters) == (19, 1636, 9)
    assert report.readings_dropped == 0
    async with importer.database.transaction() as conn:
        from eaio.buildings.service import meters_of

        meters = {meter.building: meter for meter in await meters_of(conn, importer.organisation)}
        for name, path in files.items():
            frame = await service.hourly_frame(conn, importer.organisation, meters[name].id)
            stored = {time: value for time, value in frame.select("time", "value").iter_rows() if value is not None}
            assert stored == present(path, name)


async def test_local_days_of_the_real_set_have_23_and_25_hours(importer: Importer, folder: Path) -> None:
    await importer(folder, limit=LIMIT)
    readings = present(folder / "meters/raw/electricity.csv", "Robin_education_Cecilia")
    london = ZoneInfo("Europe/London")
    by_day: dict[date, list[float]] = {}
    for time, value in readings.items():
        by_day.setdefault(time.astimezone(london).date(), []).append(value)
    async with importer.database.transaction() as conn:
        from eaio.buildings.service import building_names

        names = await building_names(conn, importer.organisation)
        scope = Scope(Level.BUILDING, names["Robin_education_Cecilia"])
        days = await service.daily_series(conn, importer.organisation, scope, date(2016, 1, 1), date(2018, 1, 1))
    assert days.height == 731
    for day, total, count, expected in days.select("day", "total", "readings", "expected").iter_rows():
        assert total == pytest.approx(sum(by_day[day]) if day in by_day else None)
        assert count == len(by_day.get(day, []))
        assert expected == {
            date(2016, 3, 27): 23,
            date(2017, 3, 26): 23,
            date(2016, 10, 30): 25,
            date(2017, 10, 29): 25,
        }.get(day, 24)


async def test_slips_of_the_real_metadata_are_mended(importer: Importer, folder: Path) -> None:
    notes = (await importer(folder, limit=LIMIT)).report.notes
    for said in (
        "Hog: site_eui and source_eui are swapped in 159 buildings",
        "Wolf: longitude 6.2603 has the wrong sign",
        "Fox lies where the clocks of America/Phoenix are kept",
        "Swan: 21 buildings have no primary use",
        "Swan has no coordinates",
        "solar_cleaned.csv.gz is left out",
    ):
        assert any(said in note for note in notes), said
    energy = await importer.rows(
        "SELECT count(*) FROM buildings WHERE organisation_id = %s AND published_site_eui > published_source_eui"
    )
    assert energy == [(0,)]


async def test_temperature_of_the_real_set_is_at_the_right_hour(importer: Importer, folder: Path) -> None:
    await importer(folder, limit=LIMIT)
    async with importer.database.transaction() as conn:
        from eaio.buildings.service import sites_of

        site = next(site for site in await sites_of(conn, importer.organisation) if site.name == "Robin")
        weather = await service.weather_hourly(conn, importer.organisation, site.id)
    stored = {time: value for time, value in weather.select("time", "temperature").iter_rows() if value is not None}
    told = {
        datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC): float(row["airTemperature"])
        for row in columns_of(folder / "weather/weather.csv.gz")
        if row["airTemperature"]
    }
    assert stored == told


FILES: dict[str, tuple[ImportOptions, dict[str, tuple[int, int]]]] = {
    "campus_heating_cooling_electricity_kw_bom.csv": (
        ImportOptions(site="Carleton", time_zone="America/Toronto", building="Campus"),
        {"hotwater": (60, 8760), "chilledwater": (60, 8760), "electricity": (60, 8760)},
    ),
    "gepiii_building_1176_three_meters_long.csv": (
        ImportOptions(site="Site 13", time_zone="America/Chicago"),
        {"electricity": (60, 8777), "chilledwater": (60, 8784), "steam": (60, 8784)},
    ),
    "lbnl_building74_semicolon_decimal_comma_15min.csv": (
        ImportOptions(site="LBNL", time_zone="America/Los_Angeles", building="Building 74"),
        {"electricity": (15, 4999)},
    ),
    "library_15min_newest_first.csv": (
        ImportOptions(site="UCSD", time_zone="America/Los_Angeles", building="Library"),
        {"electricity": (15, 8999)},
    ),
    "rec_center_15min_kw_missing_cells.csv": (
        ImportOptions(site="Recreation", time_zone="America/New_York", building="Recreation centre"),
        {"electricity": (15, 0)},
    ),
    "robin_three_buildings_long.csv": (
        ImportOptions(site="Robin", time_zone="Europe/London"),
        {"electricity": (60, 8598)},
    ),
}


@pytest.mark.parametrize("name", FILES)
async def test_files_as_people_send_them_are_imported(importer: Importer, real_data: Path, name: str) -> None:
    options, expected = FILES[name]
    path = real_data / "formats" / "csv" / name
    report = (await importer(path, options)).report
    found = await importer.rows(
        "SELECT m.carrier, m.interval_minutes, count(r.*) FROM energy_meters m"
        " JOIN meter_readings r ON r.meter_key = m.key WHERE m.organisation_id = %s GROUP BY 1, 2"
    )
    assert {row[0]: row[1] for row in found} == {carrier: every for carrier, (every, _) in expected.items()}
    assert report.readings_read == report.readings_kept + report.readings_dropped
    for carrier, _, count in found:
        assert expected[str(carrier)][1] in {0, count}
    again = (await importer(path, options)).report
    assert (again.readings_new, again.readings_replaced) == (0, 0)


async def test_the_misspelt_header_is_named(importer: Importer, real_data: Path) -> None:
    with pytest.raises(Invalid, match=r"wrong_header\.csv, row 1: .*'Dately'"):
        await importer(real_data / "formats" / "csv" / "wrong_header.csv", ImportOptions(carrier=Carrier.ELECTRICITY))
