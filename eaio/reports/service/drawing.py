"""The figures of a building's report, each in its section, made from what metering, analysis and forecasting answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from eaio.analysis import service as analysis
from eaio.analysis.models import LoadProfile
from eaio.analysis.service import MeterView
from eaio.buildings.models import Building, Meter, Site
from eaio.forecasting import service as forecasting
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.reports.compute import analysed, figures
from eaio.reports.compute.analysed import Weather
from eaio.reports.compute.use import year_before
from eaio.reports.models import Drawn, Fact, Figure, Section, Use
from eaio.timeseries.format import percent
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY, Carrier

HORIZON = 168
SCATTERS = 4
"""Carriers whose use is drawn against temperature."""
RESTLESS = 0.4
"""Load out of use over load in use from which the summary speaks of it."""


class Asked(Struct, frozen=True):
    """What is drawn."""

    organisation: UUID
    building: Building
    site: Site
    meters: Sequence[Meter]
    start: date
    end: date
    current: bool
    """The period reaches the last reading, so that a forecast may follow it."""
    uses: Sequence[Use]

    @property
    def scope(self) -> Scope:
        """The building."""
        return Scope(Level.BUILDING, self.building.id)

    def main(self) -> list[Meter]:
        """The first hourly meter of each bought energy carrier: electricity, then the most used one."""
        order = {use.carrier: -(use.total or 0.0) for use in self.uses if use.carrier in IMPORTED_ENERGY and use.total}
        first: dict[Carrier, Meter] = {}
        for meter in self.meters:
            if meter.carrier in order and meter.last_reading is not None and meter.interval_minutes <= 60:
                first.setdefault(meter.carrier, meter)
        return sorted(first.values(), key=lambda meter: (meter.carrier != Carrier.ELECTRICITY, order[meter.carrier]))


async def drawn_building(conn: Connection, asked: Asked) -> Drawn:
    """Every section of a building's paper that its data carry, in order."""
    views = [
        await analysis.meter_view(conn, asked.organisation, meter.id, asked.start, asked.end)
        for meter in asked.main()[:SCATTERS]
    ]
    parts = [
        await _months(conn, asked),
        await run_cpu(_rhythm, views[0]) if views else Drawn(),
        await run_cpu(_weather, views, asked.site.holiday_region),
        await _peers(conn, asked),
        await _outlook(conn, asked, views),
    ]
    return Drawn(
        tuple(section for part in parts for section in part.sections),
        tuple(figure for part in parts for figure in part.figures),
        tuple(point for part in parts for point in part.points),
    )


def _part(
    name: str,
    title: str,
    drawn: Sequence[Figure | None],
    text: Sequence[str] = (),
    facts: tuple[Fact, ...] = (),
    points: tuple[str, ...] = (),
) -> Drawn:
    shown = tuple(figure for figure in drawn if figure is not None)
    if not shown and not text:
        return Drawn()
    names = tuple(figure.name for figure in shown)
    return Drawn((Section(name=name, title=title, text=tuple(text), figures=names, facts=facts),), shown, points)


async def _months(conn: Connection, asked: Asked) -> Drawn:
    now = await metering.monthly_series(conn, asked.organisation, asked.scope, asked.start, asked.end)
    earlier = year_before(asked.start), year_before(asked.end)
    before = await metering.monthly_series(conn, asked.organisation, asked.scope, *earlier)
    drawn = figures.months_figure(
        figures.month_uses(now),
        figures.month_uses(before),
        {use.carrier for use in asked.uses if use.before is not None},
    )
    return _part("use", "Use over the months", [drawn])


def _rhythm(view: MeterView) -> Drawn:
    carrier = view.meter.carrier
    heatmap = figures.heatmap_figure(view.hourly, carrier)
    try:
        profile = view.profile()
    except InsufficientData as refusal:
        return _part("rhythm", "Daily and weekly rhythm", [heatmap], [refusal.detail])
    drawn = [analysed.profile_figure(profile, carrier), heatmap]
    text, points = _rhythm_text(profile, carrier)
    facts = analysed.profile_facts(profile, carrier)
    return _part("rhythm", "Daily and weekly rhythm", drawn, [text], facts, points)


def _rhythm_text(profile: LoadProfile, carrier: Carrier) -> tuple[str, tuple[str, ...]]:
    label, ratio = CARRIER_LABEL[carrier], profile.unoccupied_ratio
    if ratio is None:
        return f"{label}: no hours of the week stand out as out of use; nights and weekends keep most of the load.", ()
    text = f"{label} is in use {profile.occupied_hours}; outside these hours it runs at {percent(ratio)} of that load."
    return text, (text,) if ratio >= RESTLESS else ()


def _weather(views: Sequence[MeterView], region: analysed.Region) -> Drawn:
    found = [Weather(view.meter.carrier, view.meter.unit, view.days(), _model(view)) for view in views]
    drawn = analysed.weather_figure(found, region)
    text = [analysed.model_sentence(one) for one in found if one.days.height]
    return _part("weather", "Dependence on the weather", [drawn], text if drawn else ())


def _model(view: MeterView) -> analysed.ChangePointModel | None:
    try:
        return view.model()
    except InsufficientData:
        return None


async def _peers(conn: Connection, asked: Asked) -> Drawn:
    try:
        found = await analysis.benchmark(conn, asked.organisation, asked.building.id)
    except InsufficientData:
        return Drawn()
    label = asked.building.label
    sentence = analysed.benchmark_sentence(found, label)
    drawn = [analysed.benchmark_figure(found, label)]
    return _part("peers", "Comparison with peers", drawn, [sentence], points=(sentence,))


async def _outlook(conn: Connection, asked: Asked, views: Sequence[MeterView]) -> Drawn:
    if not asked.current or not views:
        return Drawn()
    view = views[0]
    try:
        outlook = await forecasting.building_outlook(
            conn, asked.organisation, asked.building.id, view.meter.carrier, HORIZON
        )
    except InsufficientData as refusal:
        return _part("outlook", "Outlook", [], [refusal.detail])
    since = outlook.origin - timedelta(days=analysed.DAYS_BEFORE)
    carried = [meter.id for meter in asked.meters if meter.carrier == view.meter.carrier]
    frames = await metering.hourly_frames(conn, asked.organisation, asked.building.id, since, outlook.origin)
    recent = figures.summed([frames[key] for key in carried if key in frames])
    drawn = [analysed.outlook_figure(outlook, recent)] if recent is not None else []
    return _part("outlook", "Outlook", drawn, [analysed.outlook_sentence(outlook), *outlook.notes])
