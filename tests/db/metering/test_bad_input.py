"""Specification of bad input: refused or reported with file, row, column and remedy; nothing half-written."""

import gzip
import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from eaio.infra.errors import EaioError, Invalid, NotFound, TooLarge
from eaio.metering.models import Clock, DateOrder, ImportOptions, QualityFilter, Reason
from eaio.metering.service import check_meters, quality_ranking
from tests.db.metering.imports import NOW, Importer, bdg2_folder, importer

__all__ = ["importer"]

SITE = ImportOptions(site="Campus", time_zone="Europe/London")
GOOD = "timestamp,Hall (kWh)\n" + "".join(f"2024-01-01 {hour:02}:00,{hour}\n" for hour in range(24))


def hours(count: int, pattern: str = "2024-01-{day:02} {hour:02}:00") -> list[str]:
    return [pattern.format(day=1 + step // 24, hour=step % 24) for step in range(count)]


def written(folder: Path, text: str | bytes, name: str = "readings.csv") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def thousand() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}.csv", GOOD)
    return buffer.getvalue()


def contradictory() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", GOOD)
        archive.writestr("a.csv/b.csv", GOOD)
    return buffer.getvalue()


TWINS = "timestamp,Hall (kWh),Hall (kWh)\n2024-01-01 00:00,1,2\n"
MIXED = "timestamp,Hall (kWh)\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n31/01/2024 02:00,3\n"
LATIN = "timestamp,Büro (kWh)\n2024-01-01 00:00,1\n".encode("latin-1")
LONG = GOOD.encode() + b"2024-01-02 00:00,1.23456789\n" * 2_000_000

REFUSED: dict[str, tuple[str | bytes, type[EaioError], str]] = {
    "wrong header": ("Dately,kW\n2024-01-01 00:00,1\n", Invalid, r"readings\.csv, row 1: .*'Dately'.*--time-column"),
    "no header": ("2024-01-01 00:00,1\n2024-01-01 01:00,2\n", Invalid, r"row 1: there is no header"),
    "one column": ("timestamp\n2024-01-01 00:00\n", Invalid, r"no columns found"),
    "header alone": ("timestamp,Hall (kWh)\n", Invalid, r"no readings below"),
    "dates of three kinds": (
        "timestamp,Hall (kWh)\n2016-01-01 00:00,1\n13/01/2016 01:00,2\n01/14/2016 02:00,3\n",
        Invalid,
        r"row 3: '13/01/2016 01:00' is written another way than '2016-01-01 00:00'",
    ),
    "mixed dates": (MIXED, Invalid, r"column 'timestamp', row 4: '31/01/2024 02:00'.*one date format"),
    "no dates": ("timestamp,Hall (kWh)\nsoon,1\nlater,2\n", Invalid, r"column 'timestamp', row 2: 'soon'"),
    "two readings of a date": (
        "time,Hall (kWh)\n01/02/2024,1\n02/02/2024,2\n",
        Invalid,
        r"day-first or month-first.*--d",
    ),
    "empty file": (b"", Invalid, r"readings\.csv is empty"),
    "blank file": (b"\n \n\n", Invalid, r"readings\.csv is empty"),
    "truncated gzip": (gzip.compress(GOOD.encode() * 50)[:-40], Invalid, r"cut off"),
    "damaged gzip": (gzip.compress(GOOD.encode())[:20] + b"\xff" * 60, Invalid, r"damaged"),
    "zip bomb": (gzip.compress(b"0" * 80_000_000), TooLarge, r"grows beyond"),
    "gzip beyond the limit": (gzip.compress(LONG, 1), TooLarge, r"grows beyond"),
    "zipped bomb": (zipped("a.csv", b"0" * 80_000_000), TooLarge, r"grows beyond"),
    "zip without data": (zipped("readme.md", b"hello"), Invalid, r"holds no \.csv"),
    "workbook": (zipped("xl/workbook.csv", b"a,b\n1,2\n"), Invalid, r"Excel workbook.*export"),
    "wrong encoding": (LATIN, Invalid, r"row 1: the encoding is not UTF-8.*save"),
    "binary": (b"\xd0\xcf\x11\xe0" + b"\0" * 100, Invalid, r"old Excel workbook"),
    "zero bytes": (b"timestamp,Hall (kWh)\n2024-01-01 00:00,1\n\0\0\n", Invalid, r"row 3: a zero byte.*save"),
    "two columns of one name": (TWINS, Invalid, r"columns 2 and 3 are both called 'Hall \(kWh\)'"),
    "nothing but a byte-order mark": (b"\xef\xbb\xbf", Invalid, r"readings\.csv is empty"),
    "cut off amid a letter": (GOOD.encode() + b"\xc3", Invalid, r"row 26: the file is cut off"),
    "lines of old Macs": (GOOD.replace("\n", "\r"), Invalid, r"old Macs.*save"),
    "a line without end": (GOOD.encode() + b"1" * 9_000_000, Invalid, r"row 26: the line does not end"),
    "one line of commas": (b"a," * 5_000_000, Invalid, r"row 1: the line does not end"),
    "a quotation mark that stays open": (GOOD + '2024-01-02 00:00,"1\n' + GOOD * 10, Invalid, r"quotation marks"),
    "a carrier that is none": ("meter,time,value,carrier\nHall,2024-01-01,1,plutonium\n", Invalid, r"neither carrier"),
    "a name too long": (GOOD.replace("Hall", "H" * 300), Invalid, r"has 306 letters; shorten it to 200"),
    "a name that does not print": (
        'meter,time,value,carrier\n"Ha\nll",2024-01-01,1,gas\n',
        Invalid,
        r"does not print; remove",
    ),
    "nothing to keep": (
        GOOD.replace("2024", "1950"),
        Invalid,
        r"none of its 24 readings.*row 2, column 'timestamp' \('1950-01-01 00:00'\) is a reading before 1970",
    ),
    "no readings": (
        "timestamp,Hall (kWh)\n2024-01-01 00:00,\n2024-01-01 01:00,\n",
        Invalid,
        r"every cell is empty; export",
    ),
    "a zip of a thousand files": (thousand(), TooLarge, r"holds 1,001 files; send at most 1,000"),
    "a zip that contradicts itself": (contradictory(), Invalid, r"cannot be read"),
    "a row too long": (GOOD + "2024-01-02 00:00,1,2\n", Invalid, r"row 26: 3 cells where the header has 2"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_file_that_makes_no_sense_is_refused(importer: Importer, tmp_path: Path, case: str) -> None:
    content, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        await importer(written(tmp_path, content), SITE)
    for table in ("sites", "buildings", "energy_meters"):
        assert await importer.rows(f"SELECT count(*) FROM {table} WHERE organisation_id = %s") == [(0,)]


async def test_a_file_beyond_the_limit_is_refused_before_it_is_read(importer: Importer, tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as sparse:
        sparse.truncate(10_000_000_000)
    with pytest.raises(TooLarge, match=r"huge\.csv has 10,000 MB; at most 50 MB.*EAIO_UPLOAD_LIMIT"):
        await importer(file, SITE)


async def test_a_missing_file_is_said_to_be_missing(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await importer(tmp_path / "nowhere.csv")


async def test_what_is_no_file_is_not_read(importer: Importer, tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("loop.csv", "pipe.csv"):
        with pytest.raises(NotFound, match=name):
            await importer(tmp_path / name)


async def test_weather_that_cannot_be_is_refused_or_left_out(importer: Importer, tmp_path: Path) -> None:
    file = bdg2_folder(tmp_path / "set") / "weather" / "weather.csv"
    rows = file.read_text().rstrip().splitlines()
    stamp = rows[1].split(",")[0]
    file.write_text("\n".join([*rows, rows[1].replace(stamp, "1969-01-01 00:00:00")]))
    report = (await importer(tmp_path / "set")).report
    assert any(note.startswith("1 rows of weather/weather.csv are left out") for note in report.notes)
    cells = rows[1].split(",")
    cells[rows[0].split(",").index("airTemperature")] = "1e300"
    file.write_text("\n".join([rows[0], ",".join(cells)]))
    with pytest.raises(Invalid, match=r"weather\.csv, row 2, column 'airTemperature': '1e\+300'.*correct"):
        await importer(tmp_path / "set")


async def test_text_in_numbers_is_reported_with_row_and_column(importer: Importer, tmp_path: Path) -> None:
    rows = ["timestamp,Hall (kWh),Annex (kWh)", *(f"{stamp},1.5,2" for stamp in hours(24))]
    rows[5] = rows[5].replace("1.5", "broken")
    rows[7] = rows[7].replace("1.5", "n/a").replace(",2", ',"1,234.5"')
    rows[9] = rows[9].replace("1.5", "inf")
    report = (await importer(written(tmp_path, "\n".join(rows)), SITE)).report
    assert (report.readings_read, report.readings_kept, report.reasons) == (47, 45, {"not-a-number": 2})
    assert report.dropped_by_meter == {"Hall (kWh)": {"not-a-number": 2}}
    example = next(example for example in report.examples if example.text == "broken")
    assert (example.file, example.row, example.column) == ("readings.csv", 6, "Hall (kWh)")
    highest = await importer.rows(
        "SELECT max(d.maximum) FROM meter_readings_daily d JOIN energy_meters m ON m.key = d.meter_key"
        " WHERE m.organisation_id = %s"
    )
    assert highest == [(1234.5,)]


async def test_of_duplicate_stamps_the_last_counts_and_the_other_is_reported(
    importer: Importer, tmp_path: Path
) -> None:
    rows = ["timestamp,Hall (kWh)", *(f"{stamp},1" for stamp in hours(24)), "2024-01-01 03:00,9"]
    report = (await importer(written(tmp_path, "\n".join(rows)), SITE)).report
    assert (report.readings_kept, report.reasons) == (24, {"duplicate-time": 1})
    assert (report.examples[0].row, report.examples[0].column) == (5, "Hall (kWh)")


async def test_duplicates_of_imports_take_points_off_a_meters_data_quality(importer: Importer, tmp_path: Path) -> None:
    rows = [
        "timestamp,Hall (kWh)",
        *(f"{stamp},{n % 5 + 1}" for n, stamp in enumerate(hours(24))),
        "2024-01-01 03:00,9",
    ]
    await importer(written(tmp_path, "\n".join(rows)), SITE)
    await importer(written(tmp_path, "\n".join(rows)), SITE)
    assert await check_meters(importer.database, importer.organisation) == 0
    async with importer.database.transaction() as conn:
        (meter,) = await quality_ranking(conn, importer.organisation, QualityFilter())
    assert [(one.name, one.readings) for one in meter.ingredients] == [("duplicate", 2)]
    assert meter.score == pytest.approx(100 - 10 * 2 / 24)


async def test_readings_before_1970_and_after_tomorrow_are_dropped_with_their_rows(
    importer: Importer, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=2)
    rows = [
        "timestamp,Hall (kWh)",
        "0001-01-01 00:00,1",
        *(f"{stamp},1" for stamp in hours(24)),
        f"{later:%Y-%m-%d %H:%M},1",
    ]
    report = (await importer(written(tmp_path, "\n".join(rows)), SITE)).report
    assert (report.readings_kept, report.reasons) == (24, {"before-1970": 1, "after-tomorrow": 1})
    assert {(example.reason, example.row, example.text) for example in report.examples} == {
        (Reason.BEFORE_1970, 2, "0001-01-01 00:00"), (Reason.AFTER_TOMORROW, 27, f"{later:%Y-%m-%d %H:%M}"),
    }  # fmt: skip


async def test_a_number_that_no_meter_can_measure_is_reported(importer: Importer, tmp_path: Path) -> None:
    wide = "\n".join(
        ["timestamp,Hall electricity (MWh)", *(f"{stamp},1" for stamp in hours(24)), "2024-01-02 00:00,1e308"]
    )
    report = (await importer(written(tmp_path, wide), SITE)).report
    assert (report.readings_kept, report.reasons, report.examples[0].row) == (24, {"out-of-range": 1}, 26)
    assert report.examples[0].text == "1e308"
    rows = ["meter,time,value,carrier,unit", *(f"Annex,{stamp},1,gas,MWh" for stamp in hours(24))]
    rows[4] = rows[4].replace(",1,gas", ",-1e300,gas")
    report = (await importer(written(tmp_path, "\n".join(rows)), SITE)).report
    assert (report.readings_kept, report.reasons, report.examples[0].row) == (23, {"out-of-range": 1}, 5)


async def test_an_unknown_meter_is_refused_unless_a_site_is_named(importer: Importer, tmp_path: Path) -> None:
    file = written(tmp_path, "timestamp,Hall\n2024-01-01 00:00,1\n")
    with pytest.raises(Invalid, match=r"no meter is called 'Hall'.*--site"):
        await importer(file)
    with pytest.raises(Invalid, match=r"'Campus' is new.*--time-zone"):
        await importer(file, ImportOptions(site="Campus"))
    with pytest.raises(Invalid, match=r"neither carrier nor unit.*--carrier"):
        await importer(file, SITE)


async def test_unknown_meters_beside_known_ones_are_reported(importer: Importer, tmp_path: Path) -> None:
    folder = bdg2_folder(tmp_path / "set")
    file = folder / "meters" / "raw" / "electricity.csv"
    file.write_text(file.read_text().replace("Hog_office_Ann", "Hog_office_Nobody"))
    report = (await importer(folder)).report
    assert report.reasons == {"unknown-meter": 3}
    assert report.dropped_by_meter == {"Hog_office_Nobody": {"unknown-meter": 3}}


async def test_a_footer_is_reported_not_refused(importer: Importer, tmp_path: Path) -> None:
    rows = ["timestamp,Hall (kWh)", *(f"{stamp},1" for stamp in hours(240)), "Total,240"]
    report = (await importer(written(tmp_path, "\n".join(rows)), SITE)).report
    assert (report.readings_kept, report.reasons) == (240, {"unreadable-time": 1})


async def test_an_hour_that_the_clocks_leave_out_is_reported(importer: Importer, tmp_path: Path) -> None:
    rows = ["meter,time,value,carrier"]
    rows += [f"Hall,2024-03-31 {hour},1,gas" for hour in ("00:00", "02:00", "03:00")]
    rows += [f"Annex,2024-03-31 {hour},1,gas" for hour in ("00:00", "02:00", "03:00")]
    text = "\n".join(rows).replace("Annex,2024-03-31 02:00", "Annex,2024-03-31 01:30")
    options = ImportOptions(site="Campus", time_zone="Europe/London", clock=Clock.WALL)
    report = (await importer(written(tmp_path, text), options)).report
    assert (report.readings_kept, report.reasons) == (5, {"no-such-time": 1})


async def test_a_meter_keeps_its_interval(importer: Importer, tmp_path: Path) -> None:
    await importer(written(tmp_path, GOOD), SITE)
    quarter = "timestamp,Hall (kWh)\n" + "".join(f"2024-02-01 00:{minute:02},1\n" for minute in (0, 15, 30, 45))
    with pytest.raises(Invalid, match=r"none of its 4 readings.*another interval"):
        await importer(written(tmp_path, quarter), SITE)


async def test_the_order_of_the_date_may_be_said(importer: Importer, tmp_path: Path) -> None:
    file = written(tmp_path, "timestamp,Hall (kWh)\n01/02/2024,1\n02/02/2024,2\n")
    options = ImportOptions(site="Campus", time_zone="Europe/London", dates=DateOrder.DAY_FIRST)
    report = (await importer(file, options)).report
    assert report.first is not None
    assert (report.first.month, report.readings_kept) == (2, 2)


async def test_a_zip_that_would_write_elsewhere_writes_nowhere(importer: Importer, tmp_path: Path) -> None:
    file = written(tmp_path, zipped("../../escaped.csv", GOOD.encode()), "evil.zip")
    with pytest.raises(Invalid, match="holds no"):
        await importer(file, SITE)
    assert not (tmp_path.parent / "escaped.csv").exists()
