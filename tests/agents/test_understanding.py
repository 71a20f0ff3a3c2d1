"""How well questions are understood: a regression set, which grew with the grammar and so proves no generalisation."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from eaio.agents.compute.scoring import Outcome, Score, outcome_of, score
from eaio.agents.compute.understand import Situation, understand
from eaio.agents.models import ARGUMENTS, Request
from eaio.agents.service import NOT_YET, REGISTRY
from eaio.cli.eval_chat import directory_in, read_cases

QUESTIONS = Path(__file__).parent / "questions.jsonl"
TODAY = date(2017, 12, 31)


def measured(path: Path, *, small: bool = False) -> Score:
    cases = read_cases(path)
    directory = directory_in(cases)
    outcomes: list[Outcome] = []
    for case in cases:
        before: Request | None = None
        if case.after:
            before = understand(case.after, Situation(directory, TODAY)).requests[-1]
        text = case.utterance.lower() if small else case.utterance
        outcomes.append(outcome_of(case, understand(text, Situation(directory, TODAY, before)), 0.0))
    return score(outcomes)


def test_unseen_questions_reach_the_right_tool_with_the_right_arguments() -> None:
    found = measured(QUESTIONS)
    assert found.n >= 300
    assert found.tool_accuracy >= 0.95, found.failures
    assert found.args_accuracy >= 0.90, found.failures
    assert found.no_call_precision is not None
    assert found.no_call_precision >= 0.98, found.failures
    assert found.no_call_recall == 1.0, found.failures


def test_small_letters_do_not_matter() -> None:
    found = measured(QUESTIONS, small=True)
    assert found.tool_accuracy >= 0.95, found.failures
    assert found.args_accuracy >= 0.90, found.failures


def test_the_published_question_set_reaches_its_aims(real_data: Path) -> None:
    path = real_data.parent / "evals" / "chat.jsonl"
    if not path.is_file():
        pytest.skip(f"the question set is absent: {path} does not exist")
    found = measured(path)
    assert found.tool_accuracy >= 0.95, found.failures
    assert found.args_accuracy >= 0.90, found.failures


def test_no_question_of_the_sets_stands_in_the_grammar() -> None:
    grammar = (QUESTIONS.parents[2] / "eaio" / "agents" / "compute" / "grammar.txt").read_text(encoding="utf-8").lower()
    for case in read_cases(QUESTIONS):
        if len(case.utterance.split()) > 4:
            assert case.utterance.lower().rstrip("?.") not in grammar


def test_every_tool_that_can_be_asked_for_either_runs_or_is_said_to_be_missing() -> None:
    assert set(REGISTRY) | set(NOT_YET) == set(ARGUMENTS)
    assert not set(REGISTRY) & set(NOT_YET)
    assert all(tool.description and issubclass(tool.arguments, msgspec.Struct) for tool in REGISTRY.values())
