"""Specification of the grammar and of the recogniser that is trained on it."""

from eaio.agents.compute.classifier import train
from eaio.agents.compute.grammar import draw_phrases, load_grammar, parse_grammar
from eaio.agents.compute.scoring import Case, outcome_of, score
from eaio.agents.models import ARGUMENTS, Kind, Request, Understanding

SMALL = """
verb = show | give me
[peak_demand]
<verb> the (peak|maximum) of @b [@past]
[forecast]
<verb> the (forecast|outlook) of @b [@fut]
"""


def test_every_tool_has_templates_and_every_template_a_tool() -> None:
    assert set(load_grammar().templates) == set(ARGUMENTS) | {"none"}


def test_phrases_are_distinct_and_the_same_for_the_same_seed() -> None:
    grammar = parse_grammar(SMALL)
    one, same = draw_phrases(grammar, 1, 20), draw_phrases(grammar, 1, 20)
    assert one == same
    assert len({phrase for phrase, _ in one}) == len(one)
    assert all("<" not in phrase and "(" not in phrase and "[" not in phrase for phrase, _ in one)


def test_a_recogniser_learns_what_its_grammar_says() -> None:
    grammar = parse_grammar(SMALL)
    model = train(draw_phrases(grammar, 1, 20))
    scores = model.scores("show the maximum of @b please")
    assert scores["peak_demand"] > 0.7 > scores["forecast"]
    assert abs(sum(scores.values()) - 1) < 1e-9


def test_a_score_counts_arguments_only_where_the_tool_is_right() -> None:
    case = Case(id=1, utterance="x", tool="forecast", args={"building": "A", "horizon_hours": 24})
    right = Understanding(Kind.ANSWER, (Request("forecast", {"building": "A", "horizon_hours": 24}),))
    other = Understanding(Kind.ANSWER, (Request("carbon", {"building": "A", "horizon_hours": 24}),))
    found = score([outcome_of(case, right, 0.1), outcome_of(case, other, 0.3)])
    assert (found.tool_accuracy, found.args_accuracy, len(found.failures)) == (0.5, 0.5, 1)


def test_a_refusal_of_an_answerable_question_costs_precision() -> None:
    poem = Case(id=1, utterance="a poem", tool=None)
    load = Case(id=2, utterance="load", tool="load_profile")
    silent = Understanding(Kind.REFUSAL)
    assert score([outcome_of(poem, silent, 0.1), outcome_of(load, silent, 0.1)]).no_call_precision == 0.5
