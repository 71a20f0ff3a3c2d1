"""The context of a page between address and template."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from eaio.buildings import service as buildings
from eaio.dashboards.compute.totals import unit_shown
from eaio.dashboards.models import Asked, Compare, Preset, Quantity, View
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.infra.identity import Principal
from eaio.infra.web.handlers import WebRequest
from eaio.metering.models import Level, Scope
from eaio.metering.models import View as Readings
from eaio.timeseries.units import CARRIER_LABEL, Carrier

Member = TypeVar("Member", bound=StrEnum)

PRESETS = ((Preset.WEEK, "7 days"), (Preset.MONTH, "30 days"), (Preset.YEAR, "12 months"), (Preset.ALL, "All"))
READINGS = ((Readings.VALIDATED, "Validated"), (Readings.RAW, "Raw"))
COMPARES = ((Compare.BEFORE, "Period before"), (Compare.YEAR, "Year before"), (Compare.NONE, "Nothing"))


def asked_of(request: WebRequest) -> Asked:
    """What the address asks for; empty fields count as absent.

    Raises:
        Invalid: a field does not fit; it is named.
    """
    return Asked(
        period=_member(request, "period", Preset),
        start=_day(request, "start"),
        end=_day(request, "end"),
        carrier=_member(request, "carrier", Carrier),
        compare=_member(request, "compare", Compare),
        unit=_member(request, "unit", Quantity),
        readings=_member(request, "readings", Readings),
    )


async def asked_scope(request: WebRequest, conn: Connection, principal: Principal) -> Scope:
    """The portfolio that the address names, or everything; raises NotFound."""
    text = request.query_params.get("portfolio")
    if not text:
        return Scope()
    try:
        wanted = UUID(text)
    except ValueError as error:
        raise NotFound("No such portfolio") from error
    return Scope(Level.PORTFOLIO, (await buildings.portfolio_of(conn, principal.organisation, wanted)).id)


def _text(request: WebRequest, name: str) -> str | None:
    return request.query_params.get(name) or None


def _member(request: WebRequest, name: str, kind: type[Member]) -> Member | None:
    text = _text(request, name)
    if text is None:
        return None
    try:
        return kind(text)
    except ValueError as error:
        offered = ", ".join(member.value for member in kind)
        raise Invalid(f"{name} is one of {offered}", **{name: "not offered"}) from error


def _day(request: WebRequest, name: str) -> date | None:
    text = _text(request, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("Dates are written as 2017-12-31", **{name: "not a date"}) from error


def _units(view: View) -> tuple[tuple[Quantity, str], ...]:
    unit = unit_shown(view.carrier)
    return (Quantity.ENERGY, unit), (Quantity.AREA, f"{unit}/m²"), (Quantity.MONEY, "Money"), (Quantity.CO2, "CO2")


def bar(view: View, carriers: Sequence[Carrier], whole: str | None) -> dict[str, Any]:
    """What the context bar needs besides the view; ``whole`` names the segment of all carriers together."""
    return {
        "presets": [(preset.value, text, preset is view.preset) for preset, text in PRESETS],
        "carriers": [(carrier.value, CARRIER_LABEL[carrier], carrier is view.carrier) for carrier in carriers],
        "whole": whole,
        "units": [(unit.value, text, unit is view.unit) for unit, text in _units(view)],
        "compares": [(compare.value, text, compare is view.compare) for compare, text in COMPARES],
        "readings": [(one.value, text, one is (view.asked.readings or Readings.VALIDATED)) for one, text in READINGS],
        "state": {**view.asked.state, "offset": None, "building": None},
    }
