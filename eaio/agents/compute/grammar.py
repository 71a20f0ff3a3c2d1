"""The grammar of questions: templates per intent, from which training phrases are drawn.

Syntax of ``grammar.txt``: ``(a|b)`` one of, ``[a|b]`` one of or nothing, ``<name>`` a concept, ``@b`` and the like a
recognised entity that the reader has already replaced.
"""

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

SKIP_CHANCE = 0.5
"""How often an optional part is left out."""
DAY_CHANCE = 0.25
SITE_CHANCE = 0.12
POLITE_CHANCE = 0.12

ALSO_OF_SITES = frozenset({"find_anomalies", "recommend_measures", "carbon", "equipment_health", "project_status"})
"""Tools that answer about a site as they do about a building."""

_SYMBOL = re.compile(r"[()\[\]|]|<\w+>|[^()\[\]|<>]+")


class Grammar(Struct, frozen=True):
    """Concepts (words that mean the same) and templates by intent."""

    concepts: Mapping[str, tuple[str, ...]]
    templates: Mapping[str, tuple[str, ...]]


@cache
def load_grammar() -> Grammar:
    """The grammar that comes with the package."""
    return parse_grammar(files("eaio.agents.compute").joinpath("grammar.txt").read_text(encoding="utf-8"))


def parse_grammar(text: str) -> Grammar:
    """Read the text form: ``name = a | b`` are concepts, lines under ``[tool]`` its templates."""
    concepts: dict[str, tuple[str, ...]] = {}
    templates: dict[str, list[str]] = {}
    intent = ""
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        if line.startswith("#"):
            continue
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            intent = heading[1]
        elif not intent:
            name, words = line.split(" = ", 1)
            concepts[name] = tuple(word.strip() for word in words.split("|"))
        else:
            templates.setdefault(intent, []).append(line)
    return Grammar(concepts, {name: tuple(lines) for name, lines in templates.items()})


def draw_phrases(grammar: Grammar, seed: int, per_template: int) -> tuple[tuple[str, str], ...]:
    """Distinct (phrase, intent) pairs: up to ``per_template`` from each template, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - phrases, not secrets
    drawn = {
        (_dressed(_expand(template, grammar, rng), intent, grammar, rng), intent): None
        for intent, templates in grammar.templates.items()
        for template in templates
        for _ in range(per_template)
    }
    return tuple(pair for pair in drawn if pair[0])


def _dressed(phrase: str, intent: str, grammar: Grammar, rng: random.Random) -> str:
    """As people vary anything: a single day for a period, the word building, a polite opening or closing."""
    if rng.random() < DAY_CHANCE:
        phrase = phrase.replace("@past", "@day")
    if intent in ALSO_OF_SITES and phrase.count("@b") == 1 and rng.random() < SITE_CHANCE:
        phrase = phrase.replace("@b", rng.choice(("site @s", "@s", "the @s site")))
    if rng.random() < POLITE_CHANCE:
        phrase = phrase.replace("@b", rng.choice(("building @b", "the building @b", "@b building")))
    if rng.random() < POLITE_CHANCE and "opening" in grammar.concepts:
        phrase = f"{rng.choice(grammar.concepts['opening'])} {phrase}"
    if rng.random() < POLITE_CHANCE and "closing" in grammar.concepts:
        phrase = f"{phrase} {rng.choice(grammar.concepts['closing'])}"
    return phrase


def _expand(template: str, grammar: Grammar, rng: random.Random) -> str:
    symbols = _SYMBOL.findall(template)
    text, _ = _choice(symbols, 0, grammar, rng)
    return re.sub(r"\s+", " ", text).strip()


def _choice(symbols: Sequence[str], at: int, grammar: Grammar, rng: random.Random) -> tuple[str, int]:
    """One of the alternatives from ``at`` up to the closing bracket; returns it and the place after the bracket."""
    options, current = list[str](), ""
    while at < len(symbols) and symbols[at] not in ")]":
        symbol = symbols[at]
        at += 1
        if symbol == "|":
            options.append(current)
            current = ""
        elif symbol in "([":
            inner, at = _choice(symbols, at, grammar, rng)
            current += "" if symbol == "[" and rng.random() < SKIP_CHANCE else inner
        elif symbol.startswith("<"):
            current += _expand(rng.choice(grammar.concepts[symbol[1:-1]]), grammar, rng)
        else:
            current += symbol
    return rng.choice([*options, current]), at + 1
