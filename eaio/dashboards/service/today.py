"""The facility manager's day: against the usual, by site; what moved; what fell silent."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from eaio.analysis import service as analysis
from eaio.analysis.models import AnomalyEvent, AnomalyKind, EventFilter, EventSort, EventStatus
from eaio.buildings.models import Meter
from eaio.dashboards.compute import periods, usual
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.compute.totals import Row
from eaio.dashboards.models import BuildingLine, DayLine, League, Mover, Silent, Task, Today
from eaio.dashboards.service.source import Source
from eaio.infra.charts.models import LoadChart, about
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Scope
from eaio.timeseries.units import IMPORTED_ENERGY, Carrier

SHOWN_DAYS = 28
RECENT = timedelta(days=30)
MOST_TASKS = 7
LOOKED_AT = 200
MOST_LISTED = 5
SILENCE = timedelta(hours=24)
WEEK = timedelta(days=7)
STILL_REPORTING = timedelta(hours=3)


async def last_day(source: Source) -> tuple[date, datetime]:
    """The last complete local day, and the newest reading on its wall clock.

    Raises:
        InsufficientData: there is no reading yet.
    """
    known = await source.extent(Scope())
    if known.last is None:
        raise InsufficientData("There are no readings yet; import some to see the day")
    return periods.last_complete(known.last), known.last


async def today(source: Source) -> Today:
    """The last complete day.

    Raises:
        InsufficientData: there is no reading yet.
    """
    return await source.keep("today", lambda: _today(source))


async def _today(source: Source) -> Today:
    day, last = await last_day(source)
    silent = await silent_meters(source, last)
    sites = await _sites(source, day)
    return Today(
        day=day,
        last=last,
        whole=_whole(source.organisation, sites),
        sites=sites,
        movers=await _movers(source, day),
        silent=silent[:MOST_LISTED],
        silent_total=len(silent),
    )


async def _sites(source: Source, day: date) -> Sequence[DayLine]:
    known = await source.facts()
    now, *before = [await source.site_totals((one, one + timedelta(days=1))) for one in (day, *usual.earlier_days(day))]
    lines: list[DayLine] = []
    for site in known.sites:
        mine = compute.amount(_energy(now, site.id), None)
        past = [compute.amount(_energy(frame, site.id), None) for frame in before]
        fair = [one.value for one in past if one.value is not None and (one.coverage or 0) >= 0.9]
        normal = sum(fair) / len(fair) if fair else None
        lines.append(DayLine(id=site.id, name=site.name, value=mine.value, usual=normal, coverage=mine.coverage))
    return sorted(lines, key=lambda line: -abs(line.change or 0))


def _energy(rows: Sequence[Row], site: UUID) -> Sequence[Row]:
    return compute.chosen(compute.of_member(rows, site), IMPORTED_ENERGY)


def _whole(organisation: UUID, sites: Sequence[DayLine]) -> DayLine:
    """The sites that have both figures, together."""
    both = [site for site in sites if site.change is not None]
    return DayLine(
        id=organisation,
        name=f"{len(both)} of {len(sites)} sites",
        value=sum(site.value or 0 for site in both) if both else None,
        usual=sum(site.usual or 0 for site in both) if both else None,
        coverage=min((site.coverage or 0 for site in both), default=None),
    )


async def _movers(source: Source, day: date) -> Sequence[Mover]:
    """Buildings whose week differs most from the week before, by money, rises first."""
    end = day + timedelta(days=1)
    found = await _compared(source, (end - WEEK, end), (end - 2 * WEEK, end - WEEK))
    return _movers_of(found.sort(pl.col("moved").abs(), descending=True, nulls_last=True).head(MOST_LISTED))


async def _compared(source: Source, now: tuple[date, date], before: tuple[date, date]) -> pl.DataFrame:
    """Buildings with a fair change between two periods and what it is worth: ``moved``, in money."""
    known = await source.facts()
    totals = await source.building_totals(now)
    earlier = await source.building_totals(before)
    lines = compute.building_lines(totals, earlier, known.buildings, None, (now[1] - now[0]).days)
    change = pl.col("change")
    return lines.filter(change.is_not_null() & (change > -1)).with_columns(
        moved=pl.col("money") * change / (1 + change), share=pl.lit(0.0)
    )


def _movers_of(lines: pl.DataFrame) -> list[Mover]:
    return [
        Mover(line=msgspec.convert(row, BuildingLine, strict=False), money=row["moved"])
        for row in lines.drop_nulls("moved").to_dicts()
    ]


async def league(source: Source, now: tuple[date, date], before: tuple[date, date], most: int = 3) -> League:
    """The buildings that fell and rose most between two periods, by money."""

    async def make() -> League:
        found = (await _compared(source, now, before)).drop_nulls("moved").sort("moved")
        return League(
            praise=_movers_of(found.filter(pl.col("moved") < 0).head(most)),
            fix=_movers_of(found.filter(pl.col("moved") > 0).tail(most).reverse()),
        )

    return await source.keep(("league", now, before, most), make)


async def silent_meters(source: Source, last: datetime) -> list[Silent]:
    """Meters without a reading for a day while others have some, the latest to fall silent first."""
    found = [_silent(meter, last) for meter in await source.meters() if last - _clock(meter, last) > SILENCE]
    return sorted(found, key=lambda one: one.since, reverse=True)


def _silent(meter: Meter, last: datetime) -> Silent:
    since = _clock(meter, last)
    return Silent(
        meter_id=meter.id,
        building_id=meter.building_id,
        building=meter.building,
        carrier=Carrier(meter.carrier),
        since=since,
        days=(last - since).days,
    )


def _clock(meter: Meter, never: datetime) -> datetime:
    """The wall clock of a meter's last reading; ``never`` for one that has yet to send its first."""
    if meter.last_reading is None:
        return never
    return meter.last_reading.astimezone(ZoneInfo(meter.time_zone)).replace(tzinfo=None)


async def tasks(source: Source, last: datetime) -> Sequence[Task]:
    """At most seven causes from the open findings of the last month, dearest first.

    Findings of one kind on one meter are one task: whoever goes there deals with all of them.
    """
    zone = ZoneInfo("UTC")
    wanted = EventFilter(
        status=EventStatus.OPEN,
        faults=False,
        start=last.replace(tzinfo=zone) - RECENT,
        sort=EventSort.MONEY,
        limit=LOOKED_AT,
    )
    found = await analysis.anomalies(source.conn, source.organisation, wanted)
    same: dict[tuple[UUID, AnomalyKind], list[AnomalyEvent]] = {}
    for event in found.items:
        same.setdefault((event.meter_id, event.kind), []).append(event)
    ranked = sorted(same.values(), key=_money, reverse=True)[:MOST_TASKS]
    return [await _task(source, events) for events in ranked]


def _money(events: Sequence[AnomalyEvent]) -> float:
    return sum(event.money or 0.0 for event in events)


async def _task(source: Source, events: Sequence[AnomalyEvent]) -> Task:
    dearest, *others = events
    advice = await analysis.explain_anomaly(source.conn, source.organisation, dearest.id)
    first = min(events, key=lambda event: event.started_at)
    return Task(
        event=dearest,
        others=tuple(event.id for event in others),
        since=first.started_at.astimezone(ZoneInfo(first.time_zone)),
        money=_money(events),
        advice=tuple(advice[3:]),
    )


async def day_chart(source: Source) -> LoadChart:
    """Bought energy of the last four weeks by day, against the usual of each weekday.

    Raises:
        InsufficientData: there is no reading yet.
    """
    return await source.keep("days", lambda: _day_chart(source))


async def _day_chart(source: Source) -> LoadChart:
    day, _ = await last_day(source)
    end = day + timedelta(days=1)
    start = end - timedelta(days=SHOWN_DAYS + 7 * usual.WEEKS)
    daily = await metering.daily_series(source.conn, source.organisation, start=start, end=end)
    measured, normal = usual.day_chart(usual.with_usual(usual.energy_days(daily)), SHOWN_DAYS)
    meters = [meter for meter in await source.meters() if meter.carrier in IMPORTED_ENERGY]
    days = [row for row in measured if row.value is not None]
    over = about(
        f"Energy bought through {len(meters):,} meters of all sites",
        (end - timedelta(days=SHOWN_DAYS), end),
        "each site's own zone",
        (len(days), SHOWN_DAYS),
        "days have enough readings",
    )
    return LoadChart(carrier=None, unit="MWh a day", load=measured, expected=normal, about=over)


async def load_chart(source: Source) -> LoadChart:
    """Electricity of all sites in the last day and what is expected of the next, hour by hour.

    Raises:
        InsufficientData: no electricity meter has a reading yet.
    """
    return await source.keep("hours", lambda: _load_chart(source))


async def _load_chart(source: Source) -> LoadChart:
    known = [meter for meter in await source.meters() if meter.carrier == Carrier.ELECTRICITY and meter.last_reading]
    newest = max((meter.last_reading for meter in known if meter.last_reading), default=None)
    if newest is None:
        raise InsufficientData("No electricity meter has readings yet")
    last = newest.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    spans, since = usual.hour_spans(last), last - STILL_REPORTING
    hours = await metering.hourly_totals(source.conn, source.organisation, Carrier.ELECTRICITY, spans, since)
    ((zone, _),) = Counter(meter.time_zone for meter in known).most_common(1)
    measured, expected = usual.hour_chart(hours, last, zone)
    still = [meter for meter in known if meter.last_reading and meter.last_reading >= since]
    over = about(
        "Electricity of the meters that are reporting",
        zone=zone,
        known=(len(still), len(known)),
        noun="electricity meters report",
    )
    return LoadChart(carrier=Carrier.ELECTRICITY, unit="kW", load=measured, expected=expected, about=over)
