"""Readings come in: compared with what is there, written with their rollups, old values kept in the ledger."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.metering.compute.batch import EMPTY, Batch, encode, ordered
from eaio.metering.compute.diff import Difference, difference
from eaio.metering.compute.overlay import arrived, overlay_rollups
from eaio.metering.compute.rollup import MeterClock, Rollup, daily_rollup, hourly_rollup
from eaio.metering.models import WEATHER, Author, Stored
from eaio.metering.repository import quality
from eaio.metering.repository import storing as repository
from eaio.metering.repository.storing import MeterState

_DAY = 86_400
MARGIN = 2 * _DAY
"""Whole local days around a reading, in any time zone."""


class Present(Struct, frozen=True):
    """What is there on the days of a batch: raw readings, and corrections over them."""

    raw: Batch = EMPTY
    corrections: Batch = EMPTY


class Prepared(Struct, frozen=True):
    """A batch that is ready to be written."""

    found: Difference
    encoded: memoryview
    daily: Rollup
    hourly: Rollup
    retired: Batch
    """New readings of which there was an estimate."""
    fresh: bool
    """None of its meters has anything in these days: plain COPY will do."""


class Store:
    """Stores batches of one organisation within one transaction; call ``finish`` once at the end.

    ``prepare`` is pure work for a thread; ``fetch`` and ``write`` use the connection, one after the other.
    """

    def __init__(
        self,
        conn: Connection,
        organisation: UUID,
        meters: Iterable[MeterState],
        author: Author,
        *,
        dry_run: bool = False,
    ) -> None:
        self._conn = conn
        self.dry_run = dry_run
        self._organisation = organisation
        self._author = author
        self._meters = {meter.key: meter for meter in meters}
        self._clocks = {key: MeterClock(m.time_zone, m.interval_minutes) for key, m in self._meters.items()}
        self._extents = {m.key: (m.first, m.last) for m in self._meters.values() if m.first is not None and m.last}
        self._touched: dict[int, tuple[int, int]] = {}
        self._counts: Counter[int] = Counter()
        self.stored = Stored()

    def claim(self, batch: Batch) -> list[int]:
        """Note the batch's meters and times; returns the keys that may have readings on its days already."""
        found: list[int] = []
        for key, first, last in batch.spans():
            known = self._extents.get(key)
            if known and first - MARGIN <= known[1] and known[0] <= last + MARGIN:
                found.append(key)
            self._extents[key] = (min(first, known[0]), max(last, known[1])) if known else (first, last)
        return found

    async def fetch(self, keys: Sequence[int], batch: Batch) -> Present:
        """What these meters have on the days of the batch."""
        if not keys:
            return Present()
        seconds = batch.seconds
        first, last = int(seconds.min()) - MARGIN, int(seconds.max()) + MARGIN
        return Present(
            await repository.stored_readings(self._conn, self._organisation, keys, first, last),
            await repository.stored_corrections(self._conn, self._organisation, keys, first, last),
        )

    def prepare(self, batch: Batch, stored: Present) -> Prepared:
        """Compare, roll up and encode; touches no connection."""
        found = difference(batch, stored.raw)
        merged, touched = (found.merged, found.touched) if found.touched.any() else (EMPTY, EMPTY.codes > 0)
        gone = arrived(found.new, stored.corrections)
        if len(stored.corrections) and len(merged):
            merged, touched = overlay_rollups(merged, touched, stored.corrections.where(~gone))
        return Prepared(
            found=found,
            encoded=repository.encode_readings(found.new),
            daily=daily_rollup(merged, touched, self._clocks),
            hourly=hourly_rollup(merged, touched, self._clocks),
            retired=found.new.where(np.isin(found.new.codes, stored.corrections.codes[gone], assume_unique=True)),
            fresh=len(stored.raw) == 0 and len(stored.corrections) == 0,
        )

    async def write(self, ready: Prepared) -> None:
        """Write a prepared batch; a dry run only counts."""
        found = ready.found
        self._note(found)
        if self.dry_run:
            return
        await repository.copy_readings(self._conn, ready.encoded)
        author, entry = self._author, {"method": self._author.method, "author": self._author.name}
        if len(ready.retired):
            await repository.retire_estimates(self._conn, ready.retired, import_id=author.import_id, **entry)
        if len(found.changed):
            await repository.change_readings(
                self._conn, found.changed, found.old_values, import_id=author.import_id, reason=author.reason, **entry
            )
        if len(ready.daily):
            write_daily = repository.copy_daily if ready.fresh else repository.merge_daily
            await write_daily(self._conn, ready.daily)
        if len(ready.hourly):
            await repository.merge_hours(self._conn, ready.hourly)

    def _note(self, found: Difference) -> None:
        self.stored = Stored(
            new=self.stored.new + len(found.new),
            changed=self.stored.changed + len(found.changed),
            unchanged=self.stored.unchanged + found.unchanged,
        )
        for key, first, last in [*found.new.spans(), *found.changed.spans()]:
            known = self._touched.get(key, (first, last))
            self._touched[key] = (min(first, known[0]), max(last, known[1]))
        for batch in (found.new, found.changed):
            keys, counts = np.unique(batch.keys, return_counts=True)
            self._counts.update(dict(zip(keys.tolist(), counts.tolist(), strict=True)))

    async def finish(self) -> Sequence[UUID]:
        """Widen the meters' extents, refresh site and building totals; returns the buildings that changed."""
        if not self._touched or self.dry_run:
            return ()
        await repository.extend_meters(
            self._conn, self._organisation, [(key, *span) for key, span in sorted(self._touched.items())]
        )
        await quality.note_unchecked(self._conn, self._counts)
        touched = [self._meters[key] for key in self._touched]
        first = min(span[0] for span in self._touched.values())
        last = max(span[1] for span in self._touched.values())
        return await refresh_totals(self._conn, self._organisation, touched, first, last)


async def refresh_totals(
    conn: Connection, organisation: UUID, meters: Sequence[MeterState], first: int, last: int
) -> Sequence[UUID]:
    """Bring site and building totals up to date between two seconds; returns the buildings of the meters."""
    sites, buildings = sorted({m.site_id for m in meters}), sorted({m.building_id for m in meters})
    start, end = _day(first) - timedelta(days=1), _day(last) + timedelta(days=2)
    await repository.refresh_totals(conn, organisation, sites, buildings, start=start, end=end)
    await repository.raise_data_version(conn, organisation)
    return buildings


def _day(second: int) -> date:
    return datetime.fromtimestamp(second, UTC).date()


async def record_readings(
    conn: Connection, organisation: UUID, readings: Mapping[UUID, pl.DataFrame], author: Author
) -> Stored:
    """Store readings of several meters: new ones are added, changed ones replaced with the old value in the ledger.

    Each frame has ``time`` (aware, interval-beginning) and ``value`` (kWh or litres in that interval); nulls are no
    readings. Rollups are up to date when this returns; the caller commits.

    Raises:
        NotFound: a meter is not this organisation's.
        Invalid: a value is infinite, or a stamp lies before 1970.
    """
    await repository.lock_imports(conn, organisation)
    states = await repository.meter_states(conn, organisation, list(readings))
    if len(states) < len(readings):
        raise NotFound("At least one of the meters does not exist")
    batch = await run_cpu(_batch, {state.key: readings[state.id] for state in states})
    if len(batch) == 0:
        return Stored()
    await repository.ensure_partitions(conn, int(batch.seconds.min()), int(batch.seconds.max()))
    store = Store(conn, organisation, states, author)
    stored = await store.fetch(store.claim(batch), batch)
    await store.write(await run_cpu(store.prepare, batch, stored))
    await store.finish()
    return store.stored


def _batch(frames: Mapping[int, pl.DataFrame]) -> Batch:
    codes: list[np.ndarray] = []
    values: list[np.ndarray] = []
    for key, frame in sorted(frames.items()):
        present = frame.select("time", pl.col("value").cast(pl.Float64).fill_nan(None)).drop_nulls()
        codes.append(encode(key, _seconds(present)))
        values.append(present["value"].to_numpy())
    joined = np.concatenate(values) if values else np.empty(0)
    if not np.isfinite(joined).all():
        raise Invalid("A reading is infinite", value="not a finite number")
    return ordered(np.concatenate(codes), joined)[0] if codes else EMPTY


def _seconds(frame: pl.DataFrame) -> np.ndarray:
    seconds = frame["time"].dt.epoch("s").to_numpy()
    if len(seconds) and seconds.min() < 0:
        raise Invalid("A reading lies before 1970", time="before 1970")
    return seconds


async def record_weather(conn: Connection, organisation: UUID, site_id: UUID, weather: pl.DataFrame) -> int:
    """Store hourly weather of a site; returns how many hours are new or changed.

    ``weather`` has ``time`` (aware) and any of the other columns of ``WEATHER``; nulls keep what is there.
    """
    names = [name for name in WEATHER.names() if name not in {"time", "local"}]
    empty = pl.lit(None, pl.Float64)
    frame = (
        weather.drop_nulls("time")
        .unique("time", keep="last")
        .sort("time")
        .select(
            "time", *[pl.col(name).cast(pl.Float64) if name in weather.columns else empty.alias(name) for name in names]
        )
    )
    if frame.is_empty():
        return 0
    quantities = {name: frame[name].fill_null(np.nan).to_numpy() for name in names}
    return await repository.merge_weather(conn, organisation, site_id, _seconds(frame), quantities)
