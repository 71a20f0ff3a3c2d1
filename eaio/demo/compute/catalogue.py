"""The sites and buildings of the demo, as a table. All of them are invented."""

from eaio.demo.models import Climate, DemoBuilding, DemoSite, Trait
from eaio.timeseries.units import Carrier

ELECTRICITY, GAS, CHILLED, HOT = Carrier.ELECTRICITY, Carrier.GAS, Carrier.CHILLEDWATER, Carrier.HOTWATER
WATER, IRRIGATION, SOLAR = Carrier.WATER, Carrier.IRRIGATION, Carrier.SOLAR

SITES = (
    DemoSite(
        "Boston", "Boston", "America/New_York", "US", "MA", 42.36, -71.06, Climate(11.0, 12.5, 4.0, 4.5, 0.55, 6.0)
    ),
    DemoSite("London", "London", "Europe/London", "GB", "ENG", 51.51, -0.13, Climate(11.5, 6.8, 3.2, 3.0, 0.65, 4.0)),
    DemoSite(
        "Phoenix", "Phoenix", "America/Phoenix", "US", "AZ", 33.45, -112.07, Climate(24.0, 11.0, 6.5, 2.5, 0.2, 20.0)
    ),
)

OFFICE, EDUCATION, HEALTH = "Office", "Education", "Healthcare"
ASSEMBLY, LODGING, PUBLIC = "Entertainment/public assembly", "Lodging/residential", "Public services"
RETAIL, WAREHOUSE, SCIENCE = "Retail", "Warehouse/storage", "Technology/science"


def _building(
    site: str,
    name: str,
    use: tuple[str, str, str],
    area_m2: float,
    year: int,
    floors: int,
    occupants: int,
    carriers: tuple[Carrier, ...],
    traits: tuple[Trait, ...] = (),
    solar_kw: float = 0.0,
) -> DemoBuilding:
    primary, sub, schedule = use
    key = f"{site}_{schedule}_{name.replace(' ', '')}"
    return DemoBuilding(
        key, name, site, primary, sub, schedule, area_m2, year, floors, occupants, carriers, solar_kw, frozenset(traits)
    )


_OFFICE, _SCHOOL = (OFFICE, "Office", "office"), (EDUCATION, "K-12 School", "school")
_LIBRARY, _LAB = (EDUCATION, "Library", "library"), (SCIENCE, "Laboratory", "laboratory")
_HOSPITAL, _CLINIC = (HEALTH, "Hospital", "hospital"), (HEALTH, "Medical Clinic", "clinic")
_HALL, _HOTEL = (LODGING, "Residence Hall", "lodging"), (LODGING, "Hotel", "lodging")
_SHOP, _LEISURE = (RETAIL, "Retail", "retail"), (ASSEMBLY, "Recreation", "leisure")
_GALLERY, _COURT = (ASSEMBLY, "Museum", "leisure"), (PUBLIC, "Courthouse", "office")
_DEPOT, _DATA = (WAREHOUSE, "Warehouse", "warehouse"), (SCIENCE, "Data Center", "data")

BUILDINGS = (
    _building("Boston", "Beacon Tower", _OFFICE, 24_000, 1988, 18, 1_450, (ELECTRICITY, GAS, WATER)),
    _building("Boston", "Charles Library", _LIBRARY, 9_200, 1972, 5, 420, (ELECTRICITY, GAS), (Trait.LEAKY_ENVELOPE,)),
    _building("Boston", "Fenway School", _SCHOOL, 11_500, 2004, 3, 980, (ELECTRICITY, GAS, WATER, SOLAR), solar_kw=160),
    _building("Boston", "Harbor Hospital", _HOSPITAL, 38_000, 1995, 9, 2_100, (ELECTRICITY, CHILLED, HOT, WATER)),
    _building("Boston", "Kendall Laboratory", _LAB, 14_800, 2011, 6, 610, (ELECTRICITY, CHILLED, HOT)),
    _building(
        "Boston", "Longfellow Hall", _HALL, 8_600, 1964, 7, 460, (ELECTRICITY, HOT, WATER), (Trait.HEATS_IN_SUMMER,)
    ),
    _building("Boston", "Quincy Arcade", _SHOP, 7_400, 1999, 2, 350, (ELECTRICITY, GAS)),
    _building("London", "Albion House", _OFFICE, 12_300, 1978, 9, 760, (ELECTRICITY, GAS), (Trait.STARTS_TOO_EARLY,)),
    _building("London", "Borough School", _SCHOOL, 8_900, 1959, 3, 870, (ELECTRICITY, GAS), (Trait.HIGH_NIGHT_BASE,)),
    _building("London", "Camden Leisure", _LEISURE, 6_700, 1991, 2, 300, (ELECTRICITY, GAS, WATER)),
    _building("London", "Docklands Depot", _DEPOT, 21_000, 2008, 1, 140, (ELECTRICITY, SOLAR), solar_kw=420),
    _building("London", "Euston Hotel", _HOTEL, 10_400, 1983, 8, 520, (ELECTRICITY, GAS, WATER)),
    _building("London", "Greenwich Gallery", _GALLERY, 5_600, 1931, 3, 210, (ELECTRICITY, GAS)),
    _building("London", "Holborn Chambers", _COURT, 9_800, 1926, 6, 410, (ELECTRICITY, GAS), (Trait.LEAKY_ENVELOPE,)),
    _building("Phoenix", "Agave Offices", _OFFICE, 16_500, 2001, 7, 1_020, (ELECTRICITY, CHILLED, WATER)),
    _building("Phoenix", "Copper Mall", _SHOP, 27_000, 1986, 2, 1_100, (ELECTRICITY, WATER), (Trait.COOLS_WHEN_COLD,)),
    _building("Phoenix", "Desert School", _SCHOOL, 10_200, 1997, 2, 900, (ELECTRICITY, SOLAR), solar_kw=240),
    _building("Phoenix", "Mesa Data Centre", _DATA, 5_200, 2014, 2, 40, (ELECTRICITY, CHILLED)),
    _building("Phoenix", "Ocotillo Clinic", _CLINIC, 7_800, 2006, 3, 380, (ELECTRICITY, WATER)),
    _building("Phoenix", "Saguaro Arena", _LEISURE, 18_900, 1993, 3, 500, (ELECTRICITY, CHILLED, WATER, IRRIGATION)),
)
