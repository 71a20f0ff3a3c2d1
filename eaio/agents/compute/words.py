"""Words: splitting, stems, spelling."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files

from rapidfuzz import process
from rapidfuzz.distance import OSA

from eaio.agents.compute.grammar import load_grammar
from eaio.agents.compute.lexicon import entity_words

_WORD = re.compile(r"@[a-z]+|m&v|o&m|[a-z]+[0-9]?(?:'[a-z]+)?|[0-9][0-9.,]*%?")
_QUOTES = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'", "`": "'"})

_COMMON = """
    a about above across after again against all almost also always am an and another any anyone anything are around
    as asap ask at away back be because been before being below best better between both but by came can cannot come
    could dear did do does doing done down during each either else end ever every everyone everything few for from
    full further general get give go going gone good got great had half has have having he hello help her here hi
    him his how however i if in inside instead into is it its itself just keep kind know known last least left less
    let like little long look lot made make many maybe me mean might mine more most much must my near need never new
    next no none nor not nothing now of off often ok okay old on once one only or other our out outside over own
    part past people per perhaps please possible put quite rather real really right same say see seem several shall
    she should since so some somebody someone something soon still such sure take tell than thank that the their
    them then there these they thing things think this those though through till time to today together tomorrow too
    total toward try turn two under until up upon us very via want was way we week weeks well went were what
    whatever when where whether which while who whole whose why will with within without work would yes yesterday
    yet you your day days month months year years hour hours monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december jan feb mar apr jun
    jul aug sep sept oct nov dec spring summer autumn fall winter quarter weekend weekends weekday weekdays morning
    evening night tonight noon midnight first second third fourth previous current coming upcoming recent recently
    ago date dates period range between daily weekly monthly hourly yearly annual zero three four five six seven
    eight nine ten eleven twelve fifteen twenty thirty fifty hundred thousand million
    christmas xmas eve boxing easter thanksgiving independence labor labour memorial
"""
COMMON = frozenset(_COMMON.split())
"""Words of every sentence that are never a name or a slip of a domain word."""
EVERYDAY = frozenset(files("eaio.agents.compute").joinpath("everyday.txt").read_text(encoding="utf-8").split())
"""Words of everyday life: known, so neither misspelt nor anybody's building, but not this field's."""


def plain(text: str) -> str:
    """Lower case with typographic quotes and separators made simple."""
    return re.sub(r"[-_/–—]", " ", text.lower().translate(_QUOTES))


def tokens(text: str) -> tuple[str, ...]:
    """Words, numbers and entity marks of a phrase, without possessive endings."""
    return tuple(re.sub(r"'s?$", "", word) for word in _WORD.findall(plain(text)))


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the grammar, and the common ones."""
    return domain_words() | COMMON | entity_words()


@cache
def domain_words() -> frozenset[str]:
    """Words of the grammar's tools (not of its out-of-scope examples) that are not common."""
    grammar = load_grammar()
    used = set(_words_of(phrase for words in grammar.concepts.values() for phrase in words))
    for intent, templates in grammar.templates.items():
        if intent != "none":
            used.update(_words_of(templates))
    return frozenset(used - COMMON)


@cache
def foreign_words() -> frozenset[str]:
    """Words of the out-of-scope examples and of everyday life that are not this field's."""
    return frozenset((set(_words_of(load_grammar().templates["none"])) | EVERYDAY) - domain_words() - COMMON)


def _words_of(phrases: Collection[str] | Iterator[str]) -> Iterator[str]:
    for phrase in phrases:
        yield from (word for word in tokens(re.sub(r"<\w+>", " ", phrase)) if word.isalpha())


def stem(word: str) -> str:
    """A word without the endings of number, person and tense, crudely: wastes, wasted and wasting become wast."""
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def _spellings() -> tuple[str, ...]:
    return tuple(sorted(word for word in vocabulary() | foreign_words() if len(word) > 3))


@cache
def corrected(word: str) -> str:
    """The word of the vocabulary that was probably meant: one slip in short words, two from seven letters on.

    A slip is a wrong, missing, extra or swapped letter (optimal string alignment); unknown words stay.
    """
    if len(word) < 4 or not word.isalpha() or word in vocabulary() or word in foreign_words():
        return word
    slips = 1 if len(word) < 7 else 2
    near = process.extract(word, _spellings(), scorer=OSA.distance, score_cutoff=slips, limit=4)
    if not near:
        return word
    near = [found for found in near if not _negates(word, found[0]) and (found[1] < 2 or found[0][0] == word[0])]
    if not near:
        return word
    return min(near, key=lambda found: (found[1], found[0][0] != word[0], abs(len(found[0]) - len(word)), found[0]))[0]


def _negates(word: str, other: str) -> bool:
    """Whether one word is the other's opposite, so that neither is a slip for it: unresolved, resolved."""
    longer, shorter = sorted((word, other), key=len, reverse=True)
    return longer in {f"{prefix}{shorter}" for prefix in ("un", "in", "im", "non", "dis", "ir")}
