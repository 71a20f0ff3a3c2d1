"""What the import tests share: an organisation that really commits, and files."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from eaio.infra.db import Database
from eaio.metering.models import ImportOptions, Progress
from eaio.metering.service import Imported, ImportRequest, import_files

NOW = datetime(2024, 7, 1, tzinfo=UTC)
LIMIT = 50_000_000


class Importer:
    """Imports files into an organisation of its own."""

    def __init__(self, database: Database, organisation: UUID) -> None:
        self.database = database
        self.organisation = organisation

    async def __call__(
        self,
        path: Path,
        options: ImportOptions | None = None,
        *,
        dry_run: bool = False,
        limit: int = LIMIT,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Imported:
        request = ImportRequest(
            organisation=self.organisation, path=path, author="tester", now=NOW, limit=limit,
            options=options or ImportOptions(), dry_run=dry_run,
        )  # fmt: skip
        return await import_files(self.database, request, on_progress)

    async def rows(self, query: str, *params: object) -> list[tuple[object, ...]]:
        """Look at the database; the organisation is the first parameter."""
        async with self.database.transaction() as conn:
            return await (await conn.execute(query, [self.organisation, *params])).fetchall()  # pyright: ignore[reportArgumentType]

    async def readings(self) -> int:
        """How many readings the organisation has."""
        rows = await self.rows(
            "SELECT count(*) FROM meter_readings r JOIN energy_meters m ON m.key = r.meter_key"
            " WHERE m.organisation_id = %s"
        )
        found = rows[0][0]
        assert isinstance(found, int)
        return found

    async def forget(self) -> None:
        """Remove everything."""
        async with self.database.transaction() as conn:
            for table in ("energy_meters", "buildings", "sites", "portfolios", "imports"):
                await conn.execute(f"DELETE FROM {table} WHERE organisation_id = %s", [self.organisation])
            await conn.execute("DELETE FROM organisations WHERE id = %s", [self.organisation])


@pytest.fixture
async def importer(database_url: str) -> AsyncGenerator[Importer]:
    """An importer whose organisation is removed at the end."""
    database = Database(database_url, 1, 4)
    await database.open()
    async with database.transaction() as conn:
        row = await (
            await conn.execute(
                "INSERT INTO organisations (name, slug) VALUES ('I', 'i-' || gen_random_uuid()) RETURNING id"
            )
        ).fetchone()
    assert row is not None
    made = Importer(database, row[0])
    yield made
    await made.forget()
    await database.close()


METADATA = """building_id,site_id,sqm,lat,lng,timezone,electricity,solar,site_eui,source_eui,eui,yearbuilt,date_opened\r
Hog_office_Ann,Hog,100.0,44.9,-93.2,US/Central,Yes,,300,100,"1,284",1990.0,1/6/2017\r
Wolf_office_Bob,Wolf,200.0,53.3498,6.2603,Europe/Dublin,Yes,Yes,-,-,-,,\r
"""
ELECTRICITY = """timestamp,Hog_office_Ann,Wolf_office_Bob\r
2016-06-30 22:00:00,1.5,10.0\r
2016-06-30 23:00:00,,11.0\r
2016-07-01 00:00:00,2.5,0.0\r
2016-07-01 01:00:00,3.5,NaN\r
"""
WEATHER = """timestamp,site_id,airTemperature,precipDepth1HR
2016-06-30 22:00:00,Hog,20.0,-1.0
2016-06-30 22:00:00,Wolf,12.0,
"""


def bdg2_folder(folder: Path, electricity: str = ELECTRICITY) -> Path:
    """A tiny folder in BDG2's layout."""
    for name, text in {
        "metadata/metadata.csv": METADATA, "meters/raw/electricity.csv": electricity, "weather/weather.csv": WEATHER,
    }.items():  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder
