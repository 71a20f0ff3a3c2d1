"""The baseline of a meter: model with its rivals, use in a typical year, use by degree day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import polars as pl
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import structs

from eaio.analysis import service as analysis
from eaio.analysis.compute.coefficients import written
from eaio.analysis.compute.series import DEFAULT_BASE, DegreeDayBase
from eaio.analysis.compute.studies import Way
from eaio.analysis.models import METHOD_LABEL, DegreeDayView, Interval, Method, Period
from eaio.analysis.models.studies import BaselineView
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.dashboards.compute import verification as compute
from eaio.dashboards.pages.study_form import AUTOMATIC, ways
from eaio.dashboards.service.charts import meters_named
from eaio.dashboards.service.source import Source, source
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Invalid, NotFound
from eaio.infra.identity import Principal
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page

BASELINE_COLUMNS = {
    "day": pl.Date,
    "temperature_degC": pl.Float64,
    "actual_a_day": pl.Float64,
    "expected_a_day": pl.Float64,
    "residual_a_day": pl.Float64,
}
MONTH_COLUMNS = {
    "month": pl.Date,
    "days": pl.Int64,
    "calendar_days": pl.Int64,
    "use": pl.Float64,
    "hdd_K_d": pl.Float64,
    "cdd_K_d": pl.Float64,
    "temperature_degC": pl.Float64,
}
COLDEST, WARMEST = -10.0, 40.0


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the address asks for."""

    first: str | None = None
    last: str | None = None
    way: str | None = None
    heating: str | None = None
    cooling: str | None = None

    def period(self) -> Period | None:
        """The baseline period; None for the year up to the last reading. Invalid for what is no date."""
        if not self.last:
            if self.first:
                raise Invalid("Name the last day of the period too", last="is needed")
            return None
        last = _day(self.last, "last")
        return Period(_day(self.first, "first"), last) if self.first else Period.of_year(last)

    def model(self) -> Way:
        """How it is to be modelled; Invalid for a model that there is not."""
        if not self.way:
            return Way()
        if self.way not in {key for key, _ in ways()}:
            raise Invalid("There is no such model here", way="not offered")
        method, interval = self.way.split(" ")
        return Way(Method(method), Interval(interval))

    def base(self) -> DegreeDayBase:
        """The bases of the degree days."""
        return DegreeDayBase(_degrees(self.heating, "heating"), _degrees(self.cooling, "cooling"))


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Dates are written as 2017-12-31", **{name: "not a date"}) from error


def _degrees(text: str | None, name: str) -> float:
    try:
        found = float(text) if text else DEFAULT_BASE
    except ValueError as error:
        raise Invalid("A base temperature is a number of degrees Celsius", **{name: "not a number"}) from error
    if not COLDEST <= found <= WARMEST:
        raise Invalid(f"A base temperature lies between {COLDEST:g} and {WARMEST:g} °C", **{name: "out of range"})
    return found


def wanted_of(request: WebRequest) -> Wanted:
    """The query of an address; empty fields count as absent, unknown ones are ignored."""
    return Wanted(**{name: request.query_params.get(name) or None for name in Wanted.__struct_fields__})


async def _view(kept: Source, meter: Meter, wanted: Wanted) -> BaselineView:
    period, way = wanted.period(), wanted.model()

    async def make() -> BaselineView:
        return await analysis.baseline_view(kept.conn, kept.organisation, meter.id, period, way)

    return await kept.keep(("baseline", meter.id, period, way), make)


async def _months(kept: Source, meter: Meter, wanted: Wanted) -> DegreeDayView:
    period, base = wanted.period(), wanted.base()

    async def make() -> DegreeDayView:
        return await analysis.degree_day_use(kept.conn, kept.organisation, meter.id, period, base)

    return await kept.keep(("degree-days", meter.id, period, base.heating, base.cooling), make)


@get("/meters/{meter_id:uuid}/baseline", include_in_schema=False)
async def baseline_page(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Template:
    """Model and degree days, each shown or refused with what is missing."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    wanted = wanted_of(request)
    kept = await source(conn, principal.organisation)
    found = await _or_refusal(_view(kept, meter, wanted))
    months = await _or_refusal(_months(kept, meter, wanted))
    return page(
        request,
        "savings/baseline.html",
        meter=meter,
        state=msgspec.structs.asdict(wanted),
        ways=[AUTOMATIC, *ways()[1:]],
        **_shown(found, meter),
        refusal=found if isinstance(found, EaioError) else None,
        months=None if isinstance(months, EaioError) else months,
        months_refusal=months if isinstance(months, EaioError) else None,
        base=DEFAULT_BASE,
        studies=await analysis.studies(conn, principal.organisation, meter=meter_id),
    )


async def _or_refusal(asked: Any) -> Any:
    """What was asked for, or why there is none; somebody else's meter is no refusal."""
    try:
        return await asked
    except NotFound:
        raise
    except EaioError as refusal:
        return refusal


def _shown(found: BaselineView | EaioError, meter: Meter) -> dict[str, Any]:
    if isinstance(found, EaioError):
        return {"found": None}
    model = found.fitted.model
    return {
        "found": found,
        "verified": {"baseline": found.fitted},
        "model": model,
        "fitness": model.fitness,
        "methods": METHOD_LABEL,
        "method_label": METHOD_LABEL[Method(type(model).__struct_config__.tag)],
        "written": written(model, meter.unit),
    }


@get("/meters/{meter_id:uuid}/baseline.json", include_in_schema=False)
async def baseline_numbers(
    request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]
) -> compute.charts.ScatterChart:
    """The days of the period with the model through them."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    found = await _view(await source(conn, principal.organisation), meter, wanted_of(request))
    chart = compute.model_chart(meter.carrier, f"{meter.unit} a day", found.fitted.model, found.points)
    days = [point.day for point in found.points]
    span = (min(days), max(days) + timedelta(days=1)) if days else None
    noun = "days count"
    known = (len(days), (span[1] - span[0]).days) if span else None
    return structs.replace(chart, about=compute.charts.about(meters_named([meter]), span, meter.time_zone, known, noun))


@get(both("/meters/{meter_id:uuid}/baseline"), include_in_schema=False)
async def baseline_file(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """The same as a table."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    found = await _view(await source(conn, principal.organisation), meter, wanted_of(request))
    rows = ([p.day, p.temperature, p.actual, p.expected, p.actual - p.expected] for p in found.points)
    return table_file(f"{meter.building}_{meter.carrier.value}_baseline", BASELINE_COLUMNS, rows, kind_of(request))


@get(both("/meters/{meter_id:uuid}/degree-days"), include_in_schema=False)
async def degree_day_file(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """Months with use and degree days."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    found = await _months(await source(conn, principal.organisation), meter, wanted_of(request))
    rows = ([m.month, m.days, m.calendar_days, m.use, m.hdd, m.cdd, m.temperature] for m in found.months)
    return table_file(f"{meter.building}_{meter.carrier.value}_degree_days", MONTH_COLUMNS, rows, kind_of(request))


@get("/meters/{meter_id:uuid}/baseline/typical", include_in_schema=False)
async def typical_year(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Template:
    """The fragment with the use of a typical year, which takes a model of its own."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    last = wanted_of(request).period()
    found = await _typical(conn, principal, meter, last)
    return page(request, "savings/typical.html", meter=meter, found=found)


async def _typical(conn: Connection, principal: Principal, meter: Meter, period: Period | None) -> Any:
    last = period.last if period else None
    return await analysis.normalised_meter(conn, principal.organisation, meter, last=last)


HANDLERS = [baseline_page, baseline_numbers, baseline_file, degree_day_file, typical_year]
