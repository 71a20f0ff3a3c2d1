"""Prices, factors and costs: the defaults of a place, replaced by what the organisation has entered."""

from collections.abc import Mapping, Sequence
from math import isfinite
from uuid import UUID

from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.recommendations import repository
from eaio.recommendations.compute.inputs import Inputs, resolve
from eaio.recommendations.models import Assumption, AssumptionDraft, InputRow, InputUsed
from eaio.timeseries.places import rates_at
from eaio.timeseries.rates import Checked, Rates, regional_rates

LARGEST = 1e9
SHARE_LIMITS = {"discount_rate": (-0.05, 0.5), "escalation": (-0.2, 0.3)}


async def own_figures(conn: Connection, organisation: UUID) -> Sequence[Assumption]:
    """Everything that the organisation has entered."""
    return await repository.assumptions(conn, organisation)


async def inputs_for(conn: Connection, organisation: UUID, site_id: UUID | None = None) -> Inputs:
    """Every figure in force at a site; without a site, the US average with the organisation's own figures.

    Raises:
        NotFound: no such site in this organisation.
    """
    return inputs_from(await own_figures(conn, organisation), site_id, await _defaults(conn, organisation, site_id))


async def rates_for(conn: Connection, organisation: UUID, site_id: UUID | None = None) -> Rates:
    """Prices and carbon factors in force at a site."""
    return (await inputs_for(conn, organisation, site_id)).rates


async def inputs_by_site(conn: Connection, organisation: UUID) -> dict[UUID, Inputs]:
    """Every figure in force at every site, in two queries."""
    own = await own_figures(conn, organisation)
    sites = await buildings.sites_of(conn, organisation, archived=True)
    return {
        site.id: inputs_from(own, site.id, rates_at(site.latitude, site.longitude, site.time_zone)) for site in sites
    }


def inputs_from(own: Sequence[Assumption], site_id: UUID | None, defaults: Rates) -> Inputs:
    """A site's own figure goes before the organisation's, that before the default."""
    general = {figure.key: as_input(figure, defaults) for figure in own if figure.site_id is None}
    local = {figure.key: as_input(figure, defaults) for figure in own if figure.site_id == site_id and site_id}
    return resolve(defaults, general | local)


def as_input(own: Assumption, defaults: Rates) -> InputUsed:
    """An own figure in the shape of the defaults, keeping the default's label."""
    known = resolve(defaults, {}).figures.get(own.key)
    label = known.label if known else own.key
    return InputUsed(
        own.key, label, own.low, own.likely, own.high, own.unit, own.dated.year, own.source, Checked.PRIMARY, True
    )


async def _defaults(conn: Connection, organisation: UUID, site_id: UUID | None) -> Rates:
    if site_id is None:
        return regional_rates("US", "US")
    site = await buildings.site_of(conn, organisation, site_id)
    return rates_at(site.latitude, site.longitude, site.time_zone)


async def list_inputs(conn: Connection, organisation: UUID, site_id: UUID | None = None) -> Sequence[InputRow]:
    """Every figure with its default and the own one, in the order of the tables."""
    own = await own_figures(conn, organisation)
    rates = await _defaults(conn, organisation, site_id)
    defaults, figures = resolve(rates, {}).figures, inputs_from(own, site_id, rates).figures
    entered = _entered(own, site_id)
    return [InputRow(figures[key], default, entered.get(key)) for key, default in defaults.items()]


def _entered(own: Sequence[Assumption], site_id: UUID | None) -> Mapping[str, Assumption]:
    general = {figure.key: figure for figure in own if figure.site_id is None}
    local = {figure.key: figure for figure in own if site_id and figure.site_id == site_id}
    return general | local


async def set_assumption(conn: Connection, organisation: UUID, draft: AssumptionDraft, author: str) -> UUID:
    """Put an own figure in place of a default.

    Raises:
        Invalid: unknown key, limits out of order, a negative or absurd figure.
        NotFound: no such site in this organisation.
    """
    defaults = resolve(await _defaults(conn, organisation, draft.site_id), {}).figures
    default = defaults.get(draft.key)
    if default is None:
        raise Invalid(f"There is no figure called {draft.key!r}", key="unknown")
    low = draft.likely if draft.low is None else draft.low
    high = draft.likely if draft.high is None else draft.high
    check(default, low, draft.likely, high)
    values = {"low": low, "likely": draft.likely, "high": high, "unit": default.unit, "source": draft.source.strip()}
    values |= {"key": draft.key, "site": draft.site_id, "dated": draft.dated}
    return await repository.save_assumption(conn, organisation, author, values)


def check(default: InputUsed, low: float, likely: float, high: float) -> None:
    """Raise Invalid unless the figures are in order and possible for their kind."""
    if not all(isfinite(value) for value in (low, likely, high)):
        raise Invalid(f"{default.label}: a number is needed", likely="not a number")
    if not low <= likely <= high:
        raise Invalid(f"{default.label}: low, likely and high must not decrease", low="above likely or high")
    kind = default.key.split(".")[0]
    least, most = SHARE_LIMITS.get(default.key, (0.0, 1.0 if kind == "saving" else LARGEST))
    if low < least or high > most:
        raise Invalid(f"{default.label}: must lie between {least:g} and {most:g}", likely="out of range")
    if kind == "life" and (low < 1 or high > 60 or likely != int(likely)):
        raise Invalid(f"{default.label}: whole years from 1 to 60", likely="out of range")


async def remove_assumption(conn: Connection, organisation: UUID, id_: UUID) -> UUID | None:
    """Return to the default; the site that it held for. NotFound if there is no such own figure."""
    own = {figure.id: figure for figure in await own_figures(conn, organisation)}
    if not await repository.remove_assumption(conn, organisation, id_):
        raise NotFound("No such figure")
    return own[id_].site_id
