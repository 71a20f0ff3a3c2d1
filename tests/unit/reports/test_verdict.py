"""The sentences of a report."""

from msgspec.structs import replace

from eaio.reports.compute import verdict
from eaio.reports.models import Kind, Opportunity, Use
from eaio.timeseries.units import Carrier
from tests.unit.reports.sample import COSTS, FINDING, PAYS, sample

KEY = sample(figures=False).key
WORTH = Opportunity(3, 1, 1_200.0, 600.0, 9_000.0, 3_400.0, 10_000.0)


def test_the_verdict_says_how_much_what_it_cost_against_what_and_what_can_be_saved() -> None:
    said = verdict.verdict(Kind.BUILDING, "Hall", KEY, WORTH, "USD")
    assert said == (
        "Hall used 123 MWh of energy at a cost of $20,015, 12 % more than in the year before; "
        "3 measures would save $1,200 a year and pay back in 0.50 years."
    )


def test_the_verdict_leaves_out_what_is_not_known() -> None:
    unknown = replace(KEY, change=None)
    assert verdict.verdict(Kind.BUILDING, "Hall", unknown, None, "USD").endswith("at a cost of $20,015.")
    nothing = replace(KEY, energy=None, money=None, change=None)
    assert verdict.verdict(Kind.BUILDING, "Hall", nothing, None, "USD") == "Hall has no energy readings in this period."


def test_the_verdict_says_when_it_rests_on_part_of_the_readings() -> None:
    thin = replace(KEY, readings=600, expected=1_000)
    assert "as far as 60 % of the readings show" in verdict.verdict(Kind.BUILDING, "Hall", thin, None, "USD")


def test_small_changes_are_called_the_same() -> None:
    assert verdict.against(0.004) == "as much as in the year before"
    assert verdict.against(-0.25) == "25 % less than in the year before"


def test_only_what_is_complete_reads_a_hundred_percent() -> None:
    assert verdict.whole_percent(8_759 / 8_760) == "99.9 %"
    assert verdict.whole_percent(1.0) == "100.0 %"


def test_data_quality_names_present_expected_missing_and_estimated() -> None:
    said = verdict.quality_statement(KEY, "hours", None)
    faulty = verdict.quality_statement(replace(KEY, faulty_hours=48.0), "hours", None)
    assert "48 meter-hours are present but faulty" in faulty
    assert "faulty" not in said
    assert said.startswith("17,460 of 17,520 hours present (99.6 %), 60 missing. 0.5 % of those present are estimated")


def test_measures_that_cost_more_than_they_bring_count_in_no_total() -> None:
    report = sample(figures=False)
    assert (PAYS.pays, COSTS.pays) == (True, False)
    assert report.opportunity is not None
    assert (report.opportunity.count, report.opportunity.money, report.opportunity.cost) == (1, 1_200.0, 600.0)


def test_the_dearest_anomaly_is_named_and_faults_of_the_data_cost_nothing() -> None:
    cheap = replace(FINDING, money=None, data_fault=True, explanation="Stuck")
    said = verdict.findings_point([cheap, FINDING], 2, "USD")
    assert (
        said == "2 anomalies were found in this period. The most expensive one ($42): Left on overnight since Tuesday."
    )
    assert "no cost above normal is known" in verdict.findings_point([cheap], 1, "USD")


def test_a_building_that_meters_only_water_or_sun_is_told_by_what_it_meters() -> None:
    nothing = replace(KEY, energy=None, change=None, money=12.0)
    wet = [Use(carrier=Carrier.IRRIGATION, total=7.97e6)]
    sunny = [Use(carrier=Carrier.SOLAR, total=5000.0)]
    assert "used 7.97 ML of irrigation water at a cost of $12" in verdict.verdict(
        Kind.BUILDING, "Hall", nothing, None, "USD", wet
    )
    assert "generated 5.00 MWh of solar power" in verdict.verdict(Kind.BUILDING, "Hall", nothing, None, "USD", sunny)
