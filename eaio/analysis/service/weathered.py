"""Weather-corrected views of a meter, computed when asked for: baseline, savings between dates, degree days."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import polars as pl
from msgspec import structs

from eaio.analysis.compute import degree_days, normals, savings
from eaio.analysis.compute import studies as compute
from eaio.analysis.compute.series import DegreeDayBase
from eaio.analysis.compute.studies import Material, Way
from eaio.analysis.models import DegreeDayView, Period, RefusalReason, Refused
from eaio.analysis.models.studies import BaselineView, NormalisedMeter, Verified
from eaio.analysis.service.material import material_of
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError

AUTOMATIC = Way()


def last_year(found: Material) -> Period:
    """The 365 days up to the last day with a reading; Refused where there is none."""
    last = found.last_day
    if last is None:
        raise Refused(RefusalReason.NO_USE, "This meter has no readings", "Import its readings first")
    return Period.of_year(last)


async def baseline_view(
    conn: Connection, organisation: UUID, meter_id: UUID, period: Period | None = None, way: Way = AUTOMATIC
) -> BaselineView:
    """A baseline of a meter: by default of the 365 days up to its last reading, the surest of all models.

    Raises:
        NotFound: no such meter in this organisation.
        Refused: the data do not carry a model.
        WrongPeriods: the method does not take the interval.
    """
    meter = await buildings.meter_of(conn, organisation, meter_id)
    found = await material_of(conn, organisation, meter_id)

    def fit() -> BaselineView:
        fitted = compute.fit(found, period or last_year(found), way)
        points = compute.residuals(found, fitted.model)
        return BaselineView(meter_id=meter.id, unit=meter.unit, fitted=fitted, points=points)

    return await run_cpu(fit)


async def verify_between(
    conn: Connection,
    organisation: UUID,
    meter_id: UUID,
    baseline: Period,
    reporting: Period,
    way: Way = AUTOMATIC,
    confidence: float = 0.9,
) -> Verified:
    """Savings between two periods of a meter, kept nowhere. Raises as ``study_result``."""
    found = await material_of(conn, organisation, meter_id)

    def verify() -> Verified:
        savings.check_periods(baseline, reporting)
        return compute.verify(found, compute.fit(found, baseline, way), reporting, (), confidence)

    return await run_cpu(verify)


async def degree_day_use(
    conn: Connection,
    organisation: UUID,
    meter_id: UUID,
    period: Period | None = None,
    base: DegreeDayBase | None = None,
    *,
    by_hour: bool = False,
) -> DegreeDayView:
    """Months with degree days and the split of use; by default of the 365 days up to the last reading, base 18.3 C.

    Raises:
        NotFound: no such meter in this organisation.
        Refused: fewer than 60 days, or no weather.
    """
    found = await material_of(conn, organisation, meter_id)

    def view() -> DegreeDayView:
        asked = period or last_year(found)
        compute.require_use(found, asked, "period")
        return degree_days.degree_day_view(found.data, asked, base or DegreeDayBase(), by_hour)

    return await run_cpu(view)


async def normalised_use(
    conn: Connection, organisation: UUID, building_id: UUID, *, last: date | None = None
) -> Sequence[NormalisedMeter]:
    """Weather-normalised consumption of each meter of a building over the year to ``last`` (its last reading).

    Raises:
        NotFound: no such building in this organisation.
    """
    await buildings.building_of(conn, organisation, building_id)
    meters = await buildings.meters_of(conn, organisation, building_id)
    return [await normalised_meter(conn, organisation, one, last=last) for one in meters]


async def normalised_meter(
    conn: Connection, organisation: UUID, meter: Meter, *, last: date | None = None
) -> NormalisedMeter:
    """Weather-normalised consumption of one meter, or why there is none."""
    known = NormalisedMeter(meter_id=meter.id, meter=meter.name, carrier=meter.carrier, unit=meter.unit)
    try:
        found = await material_of(conn, organisation, meter.id)
        return await run_cpu(_normalised, known, found, Period.of_year(last) if last else None)
    except EaioError as refusal:
        return structs.replace(known, refusal=refusal.detail)


def _normalised(known: NormalisedMeter, found: Material, period: Period | None) -> NormalisedMeter:
    year = period or last_year(found)
    model = compute.fit(found, year, AUTOMATIC).model
    use = normals.normalised_use(model, normals.typical_year(found.weather))
    rows = found.days.filter(pl.col("day").is_between(year.first, year.last) & pl.col("value").is_finite())
    return NormalisedMeter(
        meter_id=known.meter_id,
        meter=known.meter,
        carrier=known.carrier,
        unit=known.unit,
        period=year,
        label=model.label,
        used=float(rows["value"].sum()),
        days=rows.height,
        normalised=use,
    )
