"""Specification of answers: worded for the role, and no number without a source."""

from eaio.agents.compute.compose import compose
from eaio.agents.compute.grounding import known_numbers, numbers_in, ungrounded
from eaio.agents.models import Fact, Kind, Request, Row, ToolResult
from eaio.infra.identity import Role

RESULT = ToolResult(
    headline="{building} used {total}.",
    detail=("Model error {error}.",),
    money=("It cost {money}.",),
    action=("Switch it off.",),
    facts={
        "building": Fact("Tower 42"),
        "total": Fact("1,234 kWh", 1234.4, "kWh"),
        "error": Fact("7.3 %", 0.073),
        "money": Fact("$159", 158.6, "USD"),
    },
    next=("And last year?",),
)
REQUEST = Request("consumption", {"building": "Tower 42"})


def test_each_role_reads_what_it_needs_after_the_headline() -> None:
    said = {role: compose([(REQUEST, RESULT)], role).parts[0].sentences for role in Role}
    assert said[Role.EXECUTIVE] == ("Tower 42 used 1,234 kWh.", "It cost $159.", "Switch it off.")
    assert said[Role.FACILITY_MANAGER][1] == "Switch it off."
    assert "Model error 7.3 %." in said[Role.ENERGY_ANALYST]


def test_every_number_of_an_answer_is_counted_and_found() -> None:
    answer = compose([(REQUEST, RESULT)], Role.ENERGY_ANALYST)
    assert (answer.kind, answer.numbers, answer.grounded) == (Kind.ANSWER, 4, 4)


def test_a_sentence_with_a_number_from_nowhere_is_not_shown() -> None:
    invented = ToolResult(headline="{total} used.", detail=("That is 99 % too much.",), facts=RESULT.facts)
    answer = compose([(REQUEST, invented)], Role.ENERGY_ANALYST)
    assert answer.parts[0].sentences == ("1,234 kWh used.",)
    assert (answer.numbers, answer.grounded) == (2, 1)


def test_two_requests_make_one_answer_with_two_parts() -> None:
    answer = compose([(REQUEST, RESULT), (REQUEST, RESULT)], Role.EXECUTIVE)
    assert (len(answer.parts), answer.text.count("Tower 42 used")) == (2, 2)
    assert answer.next == ("And last year?",)


def test_names_with_braces_or_markup_pass_through_untouched() -> None:
    hostile = ToolResult(headline="{building} is fine.", facts={"building": Fact("{total} <script>alert(1)</script>")})
    assert compose([(REQUEST, hostile)], Role.EXECUTIVE).parts[0].sentences[0].startswith("{total} <script>")


def test_digits_inside_words_are_no_numbers() -> None:
    assert numbers_in("12.3 t CO2e on 100 m2, kWh/m², 4P model, -3.5 K") == ("12.3", "100", "3.5")


def test_rows_count_as_sources_too() -> None:
    known = known_numbers({}, (Row("May 2017", "3.10 MWh", "95 % present"),))
    assert ungrounded("3.10 MWh in May 2017", known) == ()
    assert ungrounded("3.1 GWh", known) == ("3.1",)
