"""A building or a meter over a period: its meters, what they used, what that cost."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from eaio.buildings.models import Meter
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.compute.totals import Row, of_member
from eaio.dashboards.models import Asked, MeterLine, Place, Preset
from eaio.dashboards.service.portfolio import view_of
from eaio.dashboards.service.source import Source
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries.units import Carrier


async def place(source: Source, scope: Scope, meters: Sequence[Meter], asked: Asked) -> Place:
    """The meters of a scope over the period asked for; with no carrier asked for, that of the first meter.

    Raises:
        InsufficientData: none of them has a reading yet.
    """
    key = ("place", scope.level, scope.id, asked, tuple((meter.id, meter.name) for meter in meters))
    return await source.keep(key, lambda: _place(source, scope, meters, asked))


async def _place(source: Source, scope: Scope, meters: Sequence[Meter], asked: Asked) -> Place:
    view = await view_of(source, asked, scope, Preset.MONTH)
    view = msgspec.structs.replace(view, carrier=view.carrier or main_carrier(meters))
    site = str(meters[0].site_id)
    now = await _totals(source, scope, site, (view.start, view.end))
    before = await _totals(source, scope, site, view.before) if view.before else None
    shown = compute.carriers_shown(view.carrier)
    chosen = compute.chosen(now, shown)
    earlier = None if before is None else compute.chosen(before, shown)
    return Place(
        view=view,
        carriers=compute.carrier_lines(now, before),
        meters=_meter_lines(meters, now, before),
        energy=compute.amount(chosen, earlier),
        unit=compute.unit_shown(view.carrier),
        money=compute.amount(chosen, earlier, "money"),
        co2=compute.amount(chosen, earlier, "co2_kg"),
    )


def main_carrier(meters: Sequence[Meter]) -> Carrier | None:
    """Electricity, or the first carrier there is, among the meters with readings."""
    known = {meter.carrier for meter in meters if meter.first_reading is not None}
    return next((carrier for carrier in Carrier if carrier in known), None)


async def _totals(source: Source, scope: Scope, site: str, period: tuple[date, date]) -> Sequence[Row]:
    rates = (await source.facts()).rates.get(site)
    found = await metering.totals(
        source.conn, source.organisation, Level.METER, *period, within=scope, view=source.readings
    )
    return compute.priced_rows(found, lambda _: rates)


def _meter_lines(meters: Sequence[Meter], now: Sequence[Row], before: Sequence[Row] | None) -> Sequence[MeterLine]:
    return [
        MeterLine(
            id=meter.id,
            name=meter.name,
            carrier=meter.carrier,
            unit=meter.unit,
            interval_minutes=meter.interval_minutes,
            amount=compute.amount(of_member(now, meter.id), None if before is None else of_member(before, meter.id)),
            first_reading=_local(meter.first_reading, meter.time_zone),
            last_reading=_local(meter.last_reading, meter.time_zone),
        )
        for meter in meters
    ]


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
