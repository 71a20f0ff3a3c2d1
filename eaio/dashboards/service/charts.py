"""The numbers behind the charts of a meter and of a building."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl

from eaio.analysis import service as analysis
from eaio.analysis.models import KIND_LABEL, AnomalyEvent, EventFilter
from eaio.analysis.service import MeterView
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.dashboards.compute import payloads, quantities
from eaio.dashboards.models import Asked, Preset, Quantity, View
from eaio.dashboards.service.portfolio import view_of
from eaio.dashboards.service.source import Source
from eaio.forecasting import service as forecasting
from eaio.infra.charts import models as charts
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries import format as fmt
from eaio.timeseries.calendar import day_bounds
from eaio.timeseries.units import CARRIER_LABEL, Carrier

POINTS = 2000
DAILY_FROM = 120
"""Days from which a chart shows days (mean, lowest, highest hour) instead of hours."""
MOST_SPANS = 200
COMPARABLE_DAYS = 62
"""A comparison line is drawn up to two months; over more it hides the load."""
FORECAST_DAYS = 35
"""A forecast of a week is drawn at the end of a chart of up to so many days."""
MODEL_DAYS = 28
"""A typical week or a weather model takes at least so many days; a shorter view is widened to a year."""


async def load_chart(source: Source, meters: Sequence[Meter], asked: Asked) -> charts.LoadChart:
    """Measured load of one meter, or of several of one carrier added up, with findings, gaps, comparison, forecast.

    Raises:
        InsufficientData: no reading yet, or it is to be shown in a quantity whose area, price or factor is not known.
    """
    by, unit = await _quantity(source, meters[0], asked)
    chart = await _load_chart(source, meters, asked)
    return chart if unit == chart.unit else quantities.scaled(chart, by, unit)


async def _quantity(source: Source, meter: Meter, asked: Asked) -> tuple[float, str]:
    """What a meter's load is multiplied by to be shown as asked, and the unit it then has."""
    quantity = asked.unit or Quantity.ENERGY
    if quantity is Quantity.ENERGY:
        return 1.0, payloads.power_unit(meter.unit)
    rates = (await source.facts()).rates.get(str(meter.site_id))
    area = await source.area(Scope(Level.BUILDING, meter.building_id)) if quantity is Quantity.AREA else None
    by = quantities.factor(quantity, meter.carrier, rates, area)
    unit = quantities.rate_unit_of(quantity, meter.unit, rates.currency if rates else "")
    return (by * 1000 if unit.startswith("W/") else by), unit


async def _load_chart(source: Source, meters: Sequence[Meter], asked: Asked) -> charts.LoadChart:
    conn, organisation, meter = source.conn, source.organisation, meters[0]
    scope = Scope(Level.METER, meter.id) if len(meters) == 1 else Scope(Level.BUILDING, meter.building_id)
    view = await view_of(source, asked, scope, Preset.MONTH)
    zone = ZoneInfo(meter.time_zone)
    start, end = instants(view.start, view.end, zone)
    points = await _points(source, meters, start, max(end, _newest(meters)) if _ends_now(view) else end)
    return charts.LoadChart(
        carrier=meter.carrier,
        unit=payloads.power_unit(meter.unit),
        load=payloads.readings(points),
        expected=await _forecast(conn, organisation, meters, view) if _ends_now(view) and _short(view) else (),
        comparison=await _comparison(source, meters, view, zone),
        anomalies=await _spans(conn, organisation, meters, view, zone),
        gaps=payloads.gaps(points),
        about=payloads.about_points(points, meters_named(meters), (view.start, view.end), meter.time_zone),
    )


def meters_named(meters: Sequence[Meter]) -> str:
    """The meters behind a chart, in words."""
    one, carrier = meters[0], CARRIER_LABEL[meters[0].carrier]
    if len(meters) == 1 and one.name.lower() == carrier.lower():
        return f"{carrier} meter of {one.building.replace('_', ' ')}"
    if len(meters) == 1:
        return f"{carrier} meter {one.name} of {one.building.replace('_', ' ')}"
    return f"{len(meters)} {carrier.lower()} meters of {one.building.replace('_', ' ')} added up"


def _about(found: MeterView, known: tuple[int, int], noun: str = "hours present") -> str:
    return charts.about(meters_named([found.meter]), (found.start, found.end), found.meter.time_zone, known, noun)


async def load_body(source: Source, meters: Sequence[Meter], asked: Asked) -> bytes:
    """The load chart encoded, kept until the data change: it is what one comes back to."""

    async def make() -> bytes:
        return msgspec.json.encode(await load_chart(source, meters, asked))

    by, _ = await _quantity(source, meters[0], asked)
    return await source.keep_body(("load", tuple(meter.id for meter in meters), asked, by), make)


def keys_of(view: View) -> list[tuple[str, str]]:
    """What the marks of a view's load chart mean: mark and words."""
    if view.days > DAILY_FROM:
        marks = [("line", "mean of the day"), ("band", "lowest to highest hour")]
    else:
        marks = [("line", "measured")]
    if _ends_now(view) and _short(view):
        marks += [("dash", "expected"), ("band", "95 % band")]
    if view.before is not None and view.days <= COMPARABLE_DAYS:
        marks.append(("thin", "compared"))
    return [*marks, ("tint", "finding"), ("hatch", "missing")]


def instants(start: date, end: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Local days [start, end) as instants in UTC."""
    return day_bounds(start, zone)[0].astimezone(UTC), day_bounds(end, zone)[0].astimezone(UTC)


async def _points(source: Source, meters: Sequence[Meter], start: datetime, end: datetime) -> pl.DataFrame:
    asked = (source.conn, source.organisation)
    if len(meters) == 1:
        most = most_points(start, end)
        return await metering.load_points(*asked, meters[0].id, start, end, points=most, view=source.readings)
    frames = await metering.hourly_frames(
        *asked, meters[0].building_id, start, end, view=source.readings, weather=False
    )
    return await run_cpu(payloads.added_up, [frames[m.id] for m in meters if m.id in frames], most_points(start, end))


def most_points(start: datetime, end: datetime) -> int:
    """How many points a chart of a period shows: days from four months on, hours before."""
    days = (end - start).days + 2
    return days if days > DAILY_FROM else POINTS


def _ends_now(view: View) -> bool:
    """Whether the view ends with the newest complete day; its chart then goes on to the newest reading."""
    return view.end > view.last


def _newest(meters: Sequence[Meter]) -> datetime:
    return max(m.last_reading for m in meters if m.last_reading is not None) + timedelta(hours=1)


def _short(view: View) -> bool:
    return view.days <= FORECAST_DAYS


async def _forecast(
    conn: Connection, organisation: UUID, meters: Sequence[Meter], view: View
) -> Sequence[charts.Expected]:
    try:
        if len(meters) == 1:
            outlook = await forecasting.meter_outlook(conn, organisation, meters[0].id)
        else:
            outlook = await forecasting.building_outlook(conn, organisation, meters[0].building_id, meters[0].carrier)
    except InsufficientData:
        return ()
    ahead = view.end + timedelta(days=max(1, view.days // 4))
    return [
        charts.Expected(charts.wall_clock(point.local), point.value, point.low, point.high)
        for point in outlook.points
        if point.local.date() < ahead
    ]


async def _comparison(source: Source, meters: Sequence[Meter], view: View, zone: ZoneInfo) -> Sequence[charts.Compared]:
    if view.before is None or view.days > COMPARABLE_DAYS or view.before[1] <= view.first:
        return ()
    points = await _points(source, meters, *instants(*view.before, zone))
    weeks = round((view.start - view.before[0]).days / 7)
    shift = timedelta(days=7 * weeks) if view.days >= 7 else view.start - view.before[0]
    first, last = charts.wall_clock(view.start), charts.wall_clock(view.end)
    return [row for row in payloads.compared(points, shift) if first <= row.time < last]


async def _spans(
    conn: Connection, organisation: UUID, meters: Sequence[Meter], view: View, zone: ZoneInfo
) -> Sequence[charts.Span]:
    start, end = instants(view.start, view.end + timedelta(days=1 if _ends_now(view) else 0), zone)
    one = meters[0]
    wanted = EventFilter(
        building_id=None if len(meters) == 1 else one.building_id,
        meter_id=one.id if len(meters) == 1 else None,
        carrier=one.carrier,
        start=start,
        end=end,
        limit=MOST_SPANS,
    )
    found = await analysis.anomalies(conn, organisation, wanted)
    return [span_of(event, view, zone) for event in found.items]


def span_of(event: AnomalyEvent, view: View, zone: ZoneInfo) -> charts.Span:
    """An anomaly as a span of the chart, cut to the view."""
    first, last = charts.wall_clock(view.start), charts.wall_clock(view.end + timedelta(days=1))
    return charts.Span(
        max(first, charts.wall_clock(event.started_at.astimezone(zone))),
        min(last, charts.wall_clock(event.ended_at.astimezone(zone))),
        event_label(event),
        f"/findings/{event.id}",
    )


def event_label(event: AnomalyEvent) -> str:
    """What happened, how much and what it cost, in one line."""
    words = [KIND_LABEL[event.kind]]
    if not event.kind.is_data_fault:
        words.append(f"{fmt.quantity(abs(event.kwh), event.unit)} {'more' if event.kwh >= 0 else 'less'} than usual")
        if event.money is not None and event.money > 0:
            words.append(fmt.money(event.money))
    return ", ".join(words)


async def meter_analysis(source: Source, meter_id: UUID, asked: Asked) -> MeterView:
    """A meter's hours for profile, heat map and weather model: the period asked for, or a year if that is shorter."""
    await buildings.meter_of(source.conn, source.organisation, meter_id)
    view = await view_of(source, asked, Scope(Level.METER, meter_id), Preset.YEAR)
    wide = view.days >= MODEL_DAYS
    start = view.start if wide else max(view.first, view.end - timedelta(days=365))
    return await analysis.meter_view(source.conn, source.organisation, meter_id, start, view.end)


async def profile_chart(source: Source, meter_id: UUID, asked: Asked) -> charts.ProfileChart:
    """The typical week: median, 10th and 90th percentile of each hour."""
    found = await meter_analysis(source, meter_id, asked)
    profile = await run_cpu(found.profile)
    rows = zip(profile.week, profile.low, profile.high, strict=True)
    return charts.ProfileChart(
        carrier=found.meter.carrier,
        unit=payloads.power_unit(found.meter.unit),
        profile=[charts.Hour(hour, *values) for hour, values in enumerate(rows)],
        about=_about(found, (found.clean["value"].count(), found.clean.height), "hours can be trusted"),
    )


async def heatmap_chart(source: Source, meter_id: UUID, asked: Asked) -> charts.HeatmapChart:
    """Hour of day by day, faults included: this is where one looks for them."""
    found = await meter_analysis(source, meter_id, asked)
    cells = await run_cpu(payloads.heat_cells, found.hourly)
    return charts.HeatmapChart(
        unit=payloads.power_unit(found.meter.unit),
        cells=cells,
        about=_about(found, (found.hourly["value"].count(), found.hourly.height)),
    )


async def scatter_chart(source: Source, meter_id: UUID, asked: Asked) -> charts.ScatterChart:
    """Complete days over outdoor temperature, with the change-point model where the days carry one."""
    found = await meter_analysis(source, meter_id, asked)
    days, fitted, balance = await run_cpu(_scatter, found)
    return charts.ScatterChart(
        carrier=found.meter.carrier,
        unit=f"{found.meter.unit} a day",
        days=days,
        fitted=fitted,
        balance=balance,
        about=_about(found, (len(days), (found.end - found.start).days), "days have enough hours and a temperature"),
    )


def _scatter(found: MeterView) -> tuple[list[charts.Dot], list[charts.Fitted], list[charts.Balance]]:
    days = found.days().drop_nulls(["temperature", "value"])
    dots = [
        charts.Dot(
            round(t, 2), round(v, 3), charts.wall_clock(day), "Other day" if day.weekday() >= 5 else "Working day"
        )
        for day, t, v in days.select("day", "temperature", "value").iter_rows()
    ]
    try:
        model = found.model()
    except InsufficientData:
        return dots, [], []
    coldest, warmest = min(dot.temperature for dot in dots), max(dot.temperature for dot in dots)
    grid = np.unique(np.concatenate([np.linspace(coldest, warmest, 60), [model.low, model.high]]))
    inside = grid[(grid >= coldest) & (grid <= warmest)]
    value = (
        model.base + model.below * np.maximum(model.low - inside, 0) + model.above * np.maximum(inside - model.high, 0)
    )
    spread = 1.96 * model.rmse
    fitted = [
        charts.Fitted(round(float(t), 2), round(float(v), 3), round(float(v - spread), 3), round(float(v + spread), 3))
        for t, v in zip(inside, value, strict=True)
    ]
    return dots, fitted, _balance(model.heating_balance, model.cooling_balance)


def _balance(heating: float | None, cooling: float | None) -> list[charts.Balance]:
    points = ((heating, "heating below"), (cooling, "cooling above"))
    return [charts.Balance(at, f"{words} {fmt.number(at)} °C") for at, words in points if at is not None]


async def benchmark_chart(conn: Connection, organisation: UUID, building_id: UUID) -> charts.BenchmarkChart:
    """The building among its peers with their median and the national one.

    Raises:
        InsufficientData: it has no energy use intensity, and why.
    """
    building = await buildings.building_of(conn, organisation, building_id)
    found = await analysis.benchmark(conn, organisation, building_id)
    peers = [
        charts.Peer(peer.eui, peer.name.replace("_", " "), f"/buildings/{peer.building_id}") for peer in found.peers
    ]
    here = charts.Peer(found.compared, f"{building.label} {fmt.number(found.compared)}", None, True)
    marks = [charts.Mark(found.national_median, "national median")]
    if found.peer_median is not None:
        marks.append(charts.Mark(found.peer_median, "median of peers"))
    figures = await analysis.building_figures(conn, organisation, building_id)
    carriers = ", ".join(CARRIER_LABEL[carrier].lower() for carrier in found.carriers)
    year = "a typical year of the site's weather" if found.normalised_eui is not None else "the weather as it was"
    over = charts.about(
        f"Metered {carriers} of {building.label} and {len(peers)} peers per floor area, in {year}",
        (figures.period_start, figures.period_end) if figures else None,
        building.time_zone,
    )
    trusted = f" {fmt.percent(figures.coverage)} of this building's hours can be trusted." if figures else ""
    return charts.BenchmarkChart(peers=[*peers, here], marks=marks, about=over + trusted)


async def meters_for(
    conn: Connection, organisation: UUID, building_id: UUID, carrier: Carrier | None
) -> Sequence[Meter]:
    """The building's meters of a carrier, or of its first one, that have readings at least hourly.

    Raises:
        NotFound: the building has none of that carrier.
    """
    known = [m for m in await buildings.meters_of(conn, organisation, building_id) if m.first_reading is not None]
    order = list(Carrier)
    carriers = sorted({meter.carrier for meter in known}, key=order.index)
    if not carriers or (carrier is not None and carrier not in carriers):
        raise NotFound(f"This building has no {carrier or 'meter'} readings")
    return [meter for meter in known if meter.carrier == (carrier or carriers[0])]
