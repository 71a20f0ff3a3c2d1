"""Specification of arguments that are neither names nor periods."""

from datetime import date
from typing import Any

import pytest

from eaio.agents.compute.names import Named, directory_of
from eaio.agents.compute.reading import read
from eaio.agents.compute.slots import fill, finance_figures

DIRECTORY = directory_of([Named("Robin_education_Lizbeth", "Robin")])


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "NPV of a 120000 dollar retrofit saving 30000 a year over 12 years at 6%",
            {"capex": 120000, "annual_savings": 30000, "years": 12, "discount_rate": 0.06},
        ),
        (
            "IRR if we spend 50k and save 14k per year for 8 years",
            {"capex": 50000, "annual_savings": 14000, "years": 8},
        ),
        ("payback of a $250,000 chiller saving $40,000 per year", {"capex": 250000, "annual_savings": 40000}),
        (
            "invest 1.2 million and save 200000 a year for ten years",
            {"capex": 1200000, "annual_savings": 200000, "years": 10},
        ),
    ],
)
def test_money_life_and_rate_are_told_apart(text: str, figures: dict[str, float]) -> None:
    assert finance_figures(text) == figures


@pytest.mark.parametrize(
    ("tool", "text", "name", "value"),
    [
        ("rank_buildings", "top 5 worst by EUI", "limit", 5),
        ("rank_buildings", "which ten sites waste most at night", "metric", "night_base"),
        ("rank_buildings", "highest co2 emissions", "metric", "carbon"),
        ("rank_buildings", "the best three by load factor", "best", True),
        ("consumption", "gas by month", "resolution", "month"),
        ("consumption", "elektricity daily", "carrier", "electricity"),
        ("consumption", "chilled water hourly", "carrier", "chilledwater"),
        ("carbon", "greenhouse gas emissions of Lizbeth", "carrier", None),
        ("forecast", "in the worst-case", "scenario", "worst_case"),
        ("recommend_measures", "payback under 2 years", "max_payback_years", 2),
        ("recommend_measures", "that pay back within 18 months", "max_payback_years", 1.5),
        ("acknowledge_alert", "acknowledge alert 42", "alert", 42),
        ("list_buildings", "hospitals at site Robin", "primary_use", "Healthcare"),
        ("search_documents", "what does our policy say about night setback?", "query", "night setback"),
        ("market_prices", "gas price in New England", "region", "New England"),
        ("create_report", "export as CSV", "format", "csv"),
        ("explain_anomaly", "on 14 June 2017", "at", "2017-06-14"),
    ],
)
def test_words_become_arguments(tool: str, text: str, name: str, value: Any) -> None:
    assert fill(tool, read(text, DIRECTORY, date(2017, 12, 31))).get(name) == value


def test_baseline_and_reporting_follow_their_words_not_their_order() -> None:
    found = fill("verify_savings", read("reporting 2017 against baseline 2016", DIRECTORY, date(2017, 12, 31)))
    assert (found["baseline_start"], found["reporting_start"]) == ("2016-01-01", "2017-01-01")


def test_a_tool_gets_only_arguments_that_it_takes() -> None:
    found = fill("weather_sensitivity", read("top 5 gas of Lizbeth by month in 2016", DIRECTORY, date(2017, 12, 31)))
    assert set(found) == {"building", "carrier", "start", "end"}
