"""Which tool a phrase asks for: multinomial logistic regression on words, concepts and letter groups.

Trained in about two seconds from the grammar's own phrases, so nothing has to be shipped or downloaded; the same
grammar gives the same weights.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.agents.compute.grammar import draw_phrases, load_grammar
from eaio.agents.compute.lexicon import CARRIER_SEQUENCES, NUMBER_WORDS, USE_SEQUENCES, sequences
from eaio.agents.compute.words import corrected, stem, tokens

Floats: TypeAlias = NDArray[np.float64]

SEED = 11
PHRASES_PER_TEMPLATE = 16
EPOCHS = 3
RATE = 4.0
INTERCEPT = 0.3
WEIGHTS = {"w": 0.7, "s": 0.7, "b": 0.5, "c": 1.0, "g": 0.6}
"""How much a word, its stem, a pair of words, a concept and a letter group count before scaling to length one."""


class IntentModel(Struct, frozen=True):
    """A trained recogniser."""

    intents: tuple[str, ...]
    columns: Mapping[str, int]
    idf: Floats
    weights: Floats
    """(features + 1) x intents; the last row is the intercept."""

    def scores(self, phrase: str) -> dict[str, float]:
        """Probability of each intent for a phrase whose entities are already replaced by marks."""
        places, values = _sparse(Counter(features(phrase)), self.columns, self.idf)
        return dict(zip(self.intents, _softmax(values @ self.weights[places]).tolist(), strict=True))


def features(phrase: str) -> Iterator[str]:
    """Names of the features of a phrase, with their kind as first letter; spelling is corrected first."""
    words = marked([corrected(word) for word in tokens(phrase)])
    yield from (f"w{word}" for word in words)
    yield from (f"s{stem(word)}" for word in words)
    tags = _concept_tags(words)
    yield from (f"c{tag}" for group in tags for tag in group)
    named = ["^", *(min(group, default=word) for group, word in zip(tags, words, strict=True)), "$"]
    yield from (f"b{one} {two}" for one, two in pairwise(named))
    yield from (f"b{one} {two}" for one, two in pairwise(words))
    for word in words:
        if len(word) > 3 and not word.startswith("@"):
            padded = f"<{word}>"
            yield from (f"g{padded[i : i + 4]}" for i in range(len(padded) - 3))


def marked(words: Sequence[str]) -> list[str]:
    """Words with marks in place of carriers, uses and numbers."""
    out: list[str] = list(words)
    for table, mark in ((CARRIER_SEQUENCES, "@c"), (USE_SEQUENCES, "@u")):
        for at, size, _ in sequences(words, table):
            out[at : at + size] = [mark] + [""] * (size - 1)
    return ["@n" if word[0].isdigit() or word in NUMBER_WORDS else word for word in out if word]


@cache
def _phrase_concepts() -> Mapping[tuple[str, ...], frozenset[str]]:
    """Stems of one to three words to the concepts that they may stand for."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name, phrases in load_grammar().concepts.items():
        for phrase in phrases:
            words = tuple(stem(word) for word in tokens(phrase))
            if 1 <= len(words) <= 3:
                found.setdefault(words, set()).add(name)
    return {words: frozenset(names) for words, names in found.items()}


def _concept_tags(words: Sequence[str]) -> list[frozenset[str]]:
    """For each word the concepts of the longest known sequence that it belongs to."""
    tags = [frozenset[str]()] * len(words)
    known, at = _phrase_concepts(), 0
    words = [stem(word) for word in words]
    while at < len(words):
        size = next((n for n in (3, 2, 1) if tuple(words[at : at + n]) in known and at + n <= len(words)), 0)
        for place in range(at, at + size):
            tags[place] = known[tuple(words[at : at + size])]
        at += max(size, 1)
    return tags


@cache
def trained() -> IntentModel:
    """The recogniser of this grammar; trained at first use, then kept."""
    return train(draw_phrases(load_grammar(), SEED, PHRASES_PER_TEMPLATE))


def train(examples: Sequence[tuple[str, str]], seed: int = SEED) -> IntentModel:
    """Fit the recogniser to (phrase, intent) pairs by stochastic gradient descent, step falling (Bottou, 2012)."""
    intents = tuple(sorted({intent for _, intent in examples}))
    counted = [Counter(features(phrase)) for phrase, _ in examples]
    seen = Counter(name for counts in counted for name in counts)
    columns = {name: at for at, name in enumerate(sorted(name for name, n in seen.items() if n > 1))}
    idf = np.array([1 + np.log(len(examples) / seen[name]) for name in columns])
    rows: list[tuple[NDArray[np.int64], Floats]] = [_sparse(counts, columns, idf) for counts in counted]
    wanted = [intents.index(intent) for _, intent in examples]
    weights: Floats = np.zeros((len(columns) + 1, len(intents)))
    rng, step, steps = np.random.default_rng(seed), 0, EPOCHS * len(rows)
    for _ in range(EPOCHS):
        for row in map(int, rng.permutation(len(rows))):
            places, values = rows[row]
            error = _softmax(values @ weights[places])
            error[wanted[row]] -= 1
            weights[places] -= RATE * (1 - step / steps) * values[:, None] * error
            step += 1
    return IntentModel(intents, columns, idf, weights)


def _sparse(counts: Mapping[str, int], columns: Mapping[str, int], idf: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Places and values of a phrase's known features, scaled to length one, and the intercept."""
    known = [(columns[name], WEIGHTS[name[0]] * (1 + np.log(n))) for name, n in counts.items() if name in columns]
    places = np.array([at for at, _ in known] + [len(columns)], dtype=np.int64)
    values = np.array([weight for _, weight in known]) * idf[places[:-1]]
    return places, np.append(values / (np.linalg.norm(values) or 1.0), INTERCEPT)


def _softmax(logits: Floats) -> Floats:
    likely = np.exp(logits - logits.max())
    return likely / likely.sum()
