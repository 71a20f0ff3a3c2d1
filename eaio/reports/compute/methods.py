"""How the parts of a report were made, for its last pages."""

from eaio.reports.models import Kind, Method

_BOTH = (
    Method(
        "Totals",
        "Sums of meter readings over calendar days of the site (23, 24 or 25 hours). A total never hides a gap: the "
        "readings present and those expected stand beside it.",
        "",
    ),
    Method(
        "Comparison with the year before",
        "The same days one year earlier, only where at least 90 % of the readings of both periods are present "
        "and no fault of the data (dead, stuck or wrongly scaled meter). Not corrected for weather or occupancy.",
        "",
    ),
    Method(
        "Cost and carbon",
        "Amount times price or factor. District heat and cold without a price of their own are priced through a boiler "
        "and a chiller plant as the inputs' table says. Solar generation carries neither cost nor carbon.",
        "",
    ),
)
_BUILDING = (
    Method(
        "Load profile",
        "Median and 10th to 90th percentile of each of the 168 hours of the week. Near-base and near-peak load are the "
        "2.5th and 97.5th percentile of all hours.",
        "Price, LBNL-3713E (2010).",
    ),
    Method(
        "Weather model",
        "Least-squares change-point models of two to five parameters on daily sums against mean outdoor temperature; "
        "the shape is chosen by the Bayesian information criterion. R² and CV(RMSE) are those of the fit.",
        "Kissock, Haberl and Claridge, ASHRAE RP-1050 (2002).",
    ),
    Method(
        "Benchmark",
        "Bought energy of the last analysed year over floor area, against buildings of the same use in this portfolio "
        "and the national median site energy use intensity of that use.",
        "US EPA, ENERGY STAR Portfolio Manager technical reference.",
    ),
    Method(
        "Forecast",
        "A weighted mix of engines, weights and bands set on past days that the engines had not seen.",
        "Bands by split conformal prediction: Lei et al. 2018, doi:10.1080/01621459.2017.1307116.",
    ),
)
_JUDGED = (
    Method(
        "Findings",
        "Rules for faults of the data, and contextual residuals against the weekly profile and temperature for what "
        "buildings do; one event per cause. The amount is recorded minus normal over the affected hours. “Sure” says "
        "how certain it is that this is no ordinary variation.",
        "",
    ),
    Method(
        "Recommendations",
        "Rules on the readings trigger a measure; the saving is a share of the energy that the rule singles out, cost "
        "is per floor area or capacity. Measures that act on the same energy are combined, never added. Ranked by "
        "risk-adjusted net present value, real, over the life of the measure.",
        "NIST Handbook 135 (1995), Life-Cycle Costing Manual; the source of each share stands beside its measure.",
    ),
    Method(
        "Limits",
        "Meter data show that something happens, not why. Confirm on site before spending.",
        "",
    ),
)


def methods(kind: Kind) -> tuple[Method, ...]:
    """The notes that belong to a kind of report."""
    return (*_BOTH, *(_BUILDING if kind is Kind.BUILDING else ()), *_JUDGED)
