"""Specification of the import: all or nothing, repeatable, with a report."""

import asyncio
import gzip
import io
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eaio.infra.errors import Invalid
from eaio.metering import service
from eaio.metering.models import Clock, Format, ImportOptions, Progress
from eaio.metering.repository import storing
from tests.db.metering.imports import ELECTRICITY, LIMIT, NOW, Importer, bdg2_folder, importer

__all__ = ["importer"]

STORED = """
SELECT b.name, r.time, r.value FROM meter_readings r JOIN energy_meters m ON m.key = r.meter_key
JOIN buildings b ON b.id = m.building_id WHERE m.organisation_id = %s ORDER BY 1, 2
"""
SITE = ImportOptions(site="Campus", time_zone="Europe/London")


def at(day: int, hour: int, month: int = 7) -> datetime:
    return datetime(2016, month, day, hour, tzinfo=UTC)


async def test_bdg2_stamps_are_standard_time_all_year(importer: Importer, tmp_path: Path) -> None:
    imported = await importer(bdg2_folder(tmp_path))
    assert await importer.rows(STORED) == [
        ("Hog_office_Ann", at(1, 4), 1.5),
        ("Hog_office_Ann", at(1, 6), 2.5),
        ("Hog_office_Ann", at(1, 7), 3.5),
        ("Wolf_office_Bob", at(30, 22, 6), 10.0),
        ("Wolf_office_Bob", at(30, 23, 6), 11.0),
        ("Wolf_office_Bob", at(1, 0), 0.0),
    ]
    report = imported.report
    assert (report.readings_read, report.readings_kept, report.readings_dropped) == (6, 6, 0)
    assert (report.sites, report.buildings, report.meters, report.weather_hours) == (2, 2, 2, 2)
    assert len(imported.touched) == 2


async def test_bdg2_slips_are_mended_and_reported(importer: Importer, tmp_path: Path) -> None:
    notes = " ".join((await importer(bdg2_folder(tmp_path))).report.notes)
    for part in ("Hog: site_eui and source_eui are swapped in 1", "Wolf: longitude 6.2603 has the wrong sign",
                 "have no primary use", "1 electricity readings are exactly zero"):  # fmt: skip
        assert part in notes
    facts = await importer.rows(
        "SELECT name, published_site_eui, published_eui, longitude, year_built, has_renewable FROM buildings"
        " WHERE organisation_id = %s ORDER BY name"
    )
    assert facts == [
        ("Hog_office_Ann", 100.0, 1284.0, -93.2, 1990, None),
        ("Wolf_office_Bob", None, None, -6.2603, None, True),
    ]


async def test_importing_again_changes_nothing(importer: Importer, tmp_path: Path) -> None:
    folder = bdg2_folder(tmp_path)
    await importer(folder)
    again = await importer(folder)
    report = again.report
    assert (report.readings_new, report.readings_replaced, report.readings_unchanged) == (0, 0, 6)
    assert again.touched == ()
    versions = await importer.rows("SELECT data_version FROM organisations WHERE id = %s")
    assert versions == [(1,)]


async def test_a_folder_without_metadata_is_for_the_buildings_that_are_there(
    importer: Importer, tmp_path: Path
) -> None:
    folder = bdg2_folder(tmp_path / "set")
    shutil.move(folder / "metadata", tmp_path / "metadata")
    with pytest.raises(Invalid, match=r"no metadata/metadata\.csv.*create the buildings first"):
        await importer(folder)
    shutil.move(tmp_path / "metadata", folder / "metadata")
    first = (await importer(folder)).report
    shutil.rmtree(folder / "metadata")
    again = (await importer(folder)).report
    assert (again.readings_new, again.readings_replaced, again.sites) == (0, 0, 0)
    assert again.readings_unchanged == first.readings_kept


async def test_a_corrected_file_updates_only_what_changed(importer: Importer, tmp_path: Path) -> None:
    await importer(bdg2_folder(tmp_path))
    corrected = ELECTRICITY.replace("2.5,0.0", "2.5,7.0").replace("23:00:00,,", "23:00:00,9.0,")
    imported = await importer(bdg2_folder(tmp_path, corrected))
    report = imported.report
    assert (report.readings_new, report.readings_replaced, report.readings_unchanged) == (1, 1, 5)
    ledger = await importer.rows(
        "SELECT e.time, e.old_value, e.new_value, e.author, e.import_id FROM reading_edits e"
        " JOIN energy_meters m ON m.key = e.meter_key WHERE m.organisation_id = %s"
    )
    assert ledger == [(at(1, 0), 0.0, 7.0, "tester", imported.import_id)]
    totals = await importer.rows(
        "SELECT d.day::text, sum(d.total) FROM site_totals_daily d JOIN sites s ON s.id = d.site_id"
        " WHERE s.organisation_id = %s GROUP BY 1 ORDER BY 1"
    )
    assert totals == [("2016-06-30", 1.5 + 10.0), ("2016-07-01", 9.0 + 2.5 + 3.5 + 11.0 + 7.0)]


async def test_a_dry_run_reports_the_same_and_writes_nothing(importer: Importer, tmp_path: Path) -> None:
    planned = (await importer(bdg2_folder(tmp_path), dry_run=True)).report
    assert (planned.readings_kept, planned.dry_run) == (6, True)
    assert planned.mapping[1].building == "Wolf_office_Bob"
    for table in ("buildings", "sites", "energy_meters", "imports"):
        assert await importer.rows(f"SELECT count(*) FROM {table} WHERE organisation_id = %s") == [(0,)]


async def test_an_import_that_is_killed_leaves_nothing_and_can_be_run_again(importer: Importer, tmp_path: Path) -> None:
    folder = bdg2_folder(tmp_path)

    def kill(progress: Progress) -> None:
        if progress.done:
            task.cancel()

    task = asyncio.create_task(importer(folder, on_progress=kill))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await importer.readings() == 0
    assert await importer.rows("SELECT status FROM imports WHERE organisation_id = %s") == [("failed",)]
    await importer(folder)
    assert await importer.readings() == 6


async def test_imports_of_one_organisation_queue(importer: Importer, tmp_path: Path) -> None:
    folder = bdg2_folder(tmp_path)
    first, second = await asyncio.gather(importer(folder), importer(folder))
    assert sorted((first.report.readings_new, second.report.readings_new)) == [0, 6]
    statuses = await importer.rows("SELECT status FROM imports WHERE organisation_id = %s")
    assert statuses == [("done",), ("done",)]


async def test_an_import_waits_for_the_one_before_longer_than_any_statement_may_take(importer: Importer) -> None:
    held = asyncio.Event()

    async def first() -> None:
        async with importer.database.transaction() as conn:
            await storing.lock_imports(conn, importer.organisation)
            held.set()
            await asyncio.sleep(0.3)

    async def second() -> None:
        await held.wait()
        async with importer.database.transaction() as conn:
            await conn.execute("SET LOCAL statement_timeout = '50ms'")
            await storing.lock_imports(conn, importer.organisation)

    await asyncio.gather(first(), second())


async def test_an_upload_that_meets_an_error_of_ours_waits_no_longer(
    importer: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = service.UploadPlace(tmp_path, LIMIT)
    async with importer.database.transaction() as conn:
        upload = await service.receive(
            conn, importer.organisation, place, io.BytesIO(b"time,Hall (kWh)"), name="a.csv", options=ImportOptions(),
            author="ann",
        )  # fmt: skip
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(FileNotFoundError):
        await service.look_at(importer.database, place, importer.organisation, upload, NOW)
    rows = await importer.rows(
        "SELECT status FROM imports WHERE organisation_id = %s AND error LIKE '%%error of EAIO%%'"
    )
    assert rows == [("failed",)]


async def test_a_wide_csv_with_quantities_in_its_header(importer: Importer, tmp_path: Path) -> None:
    file = tmp_path / "campus.csv"
    file.write_text(
        "Timestamp;Heizung Heating (kW);Gas (therm);Notes\n01.02.2024 00:15;4,0;1,5;x\n01.02.2024 00:30;8,0;;\n"
    )
    report = (await importer(file, ImportOptions(site="Campus", time_zone="Europe/Berlin", building="Hall"))).report
    assert report.format is Format.WIDE_CSV
    stored = await importer.rows(
        "SELECT m.carrier, m.interval_minutes, r.time, r.value FROM meter_readings r"
        " JOIN energy_meters m ON m.key = r.meter_key WHERE m.organisation_id = %s ORDER BY 1, 3"
    )
    assert stored == [
        ("gas", 15, datetime(2024, 1, 31, 23, 15, tzinfo=UTC), 1.5 * 29.3071),
        ("hotwater", 15, datetime(2024, 1, 31, 23, 15, tzinfo=UTC), 1.0),
        ("hotwater", 15, datetime(2024, 1, 31, 23, 30, tzinfo=UTC), 2.0),
    ]
    assert [(column.column, column.skipped) for column in report.mapping][2] == ("Notes", "not-energy")


async def test_a_long_csv_with_several_meters_and_carriers(importer: Importer, tmp_path: Path) -> None:
    file = tmp_path / "long.csv.gz"
    rows = ["building_id,timestamp,meter,meter_reading"]
    rows += [f"1176,2016-01-01 {hour:02}:00:00,{meter},{hour + 10 * meter}" for hour in range(3) for meter in (0, 1)]
    file.write_bytes(gzip.compress("\n".join(rows).encode()))
    report = (await importer(file, SITE)).report
    assert (report.format, report.meters, report.readings_kept) == (Format.LONG_CSV, 2, 6)
    carriers = await importer.rows("SELECT carrier FROM energy_meters WHERE organisation_id = %s ORDER BY 1")
    assert carriers == [("chilledwater",), ("electricity",)]


async def test_daylight_saving_is_detected_and_the_autumn_hour_kept_twice(importer: Importer, tmp_path: Path) -> None:
    file = tmp_path / "autumn.csv"
    hours = ["00:00", "01:00", "01:00", "02:00", "03:00"]
    file.write_text("time,Gas (kWh)\n" + "".join(f"2023-10-29 {hour},{n}\n" for n, hour in enumerate(hours)))
    report = (await importer(file, SITE)).report
    assert (report.readings_kept, report.readings_dropped) == (5, 0)
    stored = await importer.rows(STORED)
    assert [time.hour for _, time, _ in stored if isinstance(time, datetime)] == [23, 0, 1, 2, 3]


async def test_the_user_may_say_what_the_stamps_mean(importer: Importer, tmp_path: Path) -> None:
    file = tmp_path / "summer.csv"
    file.write_text("time,Gas (kWh)\n2023-07-01 12:00,1\n2023-07-01 13:00,2\n")
    for clock, hour in ((Clock.WALL, 11), (Clock.STANDARD, 12)):
        options = ImportOptions(site="Campus", time_zone="Europe/London", building=clock.value, clock=clock)
        await importer(file, options)
        stored = [row for row in await importer.rows(STORED) if row[0] == clock.value]
        assert isinstance(stored[0][1], datetime)
        assert stored[0][1].hour == hour


async def test_a_failed_import_says_why_in_its_record(importer: Importer, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("")
    with pytest.raises(Invalid, match="empty"):
        await importer(file)
    rows = await importer.rows("SELECT status, error FROM imports WHERE organisation_id = %s")
    assert rows == [("failed", "empty.csv is empty; export it again")]
