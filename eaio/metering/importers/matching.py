"""Which meter a column or a row is about."""

from collections import defaultdict

from msgspec import Struct

from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.errors import Invalid
from eaio.metering.compute.headers import GEPIII_CODES, Quantity, carrier_of, quantity, quantity_of
from eaio.metering.importers.plan import Catalogue, KnownMeter
from eaio.metering.models import ImportOptions, Reason
from eaio.timeseries.units import Carrier

_LONGEST_NAME = 200

MAIN = "main"
"""The name of a building's only meter of a carrier."""


class Match(Struct, frozen=True):
    """A meter, what its readings are measured in, and where it stands."""

    meter: MeterDraft
    quantity: Quantity
    time_zone: str
    known: KnownMeter | None


class Matcher:
    """Matches names of a file with the organisation's meters; creates drafts where the user named a site."""

    def __init__(self, catalogue: Catalogue, options: ImportOptions, file_stem: str) -> None:
        self.options = options
        self._stem = file_stem
        self._catalogue = catalogue
        self._by_name: dict[str, list[KnownMeter]] = defaultdict(list)
        for meter in catalogue.meters:
            self._by_name[meter.name.casefold()].append(meter)
            self._by_name[meter.building.casefold()].append(meter)
        self._zone = _site_zone(catalogue, options)
        self.buildings: dict[str, BuildingDraft] = {}

    @property
    def sites(self) -> tuple[SiteDraft, ...]:
        """The site to create, if the user named one that does not exist."""
        wanted = self.options.site
        if wanted is None or wanted in self._catalogue.site_zones or self._zone is None:
            return ()
        return (SiteDraft(name=wanted, time_zone=self._zone),)

    def match(
        self, name: str, carrier_text: str | None = None, unit: str | None = None, building: str | None = None
    ) -> Match | Reason:
        """The meter of a column title or meter name; the rest from columns of their own."""
        said = self._carrier(carrier_text)
        if said is None and carrier_text is not None and carrier_text.strip():
            return Reason.NOT_ENERGY
        building = building or self.options.building
        known = self._known(name, said, building)
        if known is not None:
            titled = (
                quantity_of(name, known.carrier) if unit is None and name.casefold() == known.name.casefold() else None
            )
            found = titled or quantity(known.carrier, unit) or quantity(known.carrier, None)
            draft = MeterDraft(building=known.building, carrier=known.carrier, name=known.name)
            return Match(draft, _required(found), known.time_zone, known)
        return self._new(name, said, unit, building)

    def _known(self, name: str, carrier: Carrier | None, building: str | None) -> KnownMeter | None:
        found = [meter for meter in self._by_name.get(name.casefold(), []) if building in {None, meter.building}]
        wanted = carrier or self.options.carrier or carrier_of(self._stem)
        if wanted is not None and len(found) != 1:
            found = [meter for meter in found if meter.carrier is wanted]
        elif carrier is not None:
            found = [meter for meter in found if meter.carrier is carrier]
        return found[0] if len(found) == 1 else None

    def _new(self, name: str, said: Carrier | None, unit: str | None, named: str | None) -> Match | Reason:
        titled = quantity_of(name, said or None)
        named_after_quantity = titled is not None and carrier_of(name) is not None
        carrier = said or (titled.carrier if titled else None) or self.options.carrier or carrier_of(self._stem)
        building = named or (self._stem if named_after_quantity else name)
        zone = self._catalogue.building_zones.get(building) or (self._zone if self.options.site else None)
        if zone is None:
            return Reason.UNKNOWN_METER
        measured = (
            quantity(carrier, unit) if carrier and unit else titled or (quantity(carrier, None) if carrier else None)
        )
        if measured is None:
            return Reason.NOT_ENERGY
        if building not in self._catalogue.building_zones and self.options.site:
            self.buildings[building] = BuildingDraft(name=building, site=self.options.site)
        label = name if named_after_quantity or named else MAIN
        if max(len(building), len(label)) > _LONGEST_NAME:
            raise Invalid(f"The name {name[:40]!r}… has {len(name):,} letters; shorten it to {_LONGEST_NAME}")
        if not (building + label).isprintable():
            raise Invalid(f"The name {name[:40]!r} holds a character that does not print; remove it")
        meter = MeterDraft(building=building, carrier=measured.carrier, name=label)
        return Match(meter, measured, zone, None)

    def _carrier(self, text: str | None) -> Carrier | None:
        return None if text is None else GEPIII_CODES.get(text.strip()) or carrier_of(text)


def _required(found: Quantity | None) -> Quantity:
    if found is None:
        raise Invalid("A carrier without a unit")
    return found


def _site_zone(catalogue: Catalogue, options: ImportOptions) -> str | None:
    """The clock of the site that the user named.

    Raises:
        Invalid: the site is new and no time zone was given.
    """
    if options.site is None:
        return None
    zone = catalogue.site_zones.get(options.site) or options.time_zone
    if zone is None:
        raise Invalid(
            f"The site {options.site!r} is new; say its time zone with --time-zone, such as Europe/London",
            time_zone="needed for a new site",
        )
    return zone
