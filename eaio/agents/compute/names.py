"""Finding buildings and sites in a sentence: full names, nicknames, slips of the pen, and names nobody knows."""

import re
from calendar import month_abbr, month_name
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from eaio.agents.compute.words import COMMON, corrected, domain_words, foreign_words, plain, vocabulary

LONGEST_NAME = 6
SHORT = 8
"""A sentence of so few words needs no "at" or "for" before a name."""
MOST_OF_A_KIND = 12
"""So many buildings may be offered for "the school"."""
LIKE = 0.6
"""Share of letters in common from which a name is worth offering for an unknown one."""
_WORD = re.compile(r"[^\W\d_][\w]*(?:'(?!s\b)\w+)?|\d+")
_CUE = re.compile(
    r"(?:\b(?:at|for|of|in|on|from|about|with|and|vs\.?|versus|against|between|than|to|is|does|did|will|has|was|or|compare)|[,&(])\s*$"
)
_AT = re.compile(r"\bat\s*$")
_MONTHS = frozenset({"may", "march", "april", "june", "august", "jan", "jun"})
_MONTH_NAMES = frozenset(name.lower() for name in month_name[1:]) | frozenset(name.lower() for name in month_abbr[1:])
_NUMBERED = re.compile(r"\b(?:building|bldg)\.?\s*(?:no\.?|number|#)?\s*$")
_NAMING = re.compile(r"\b(?:building|bldg|site)\s*$")
_GOVERNED = re.compile(
    r"\s+(?:me|us|the|a|an|all|any|my|our|your|this|that|these|those|its|both|each|every|some|up|out|through|over|into)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\s+(?:with|that|which|whose|using|buildings?|sites?|portfolio|sector)\b", re.IGNORECASE)
_THE = re.compile(r"\bthe\s*$")
_GENERIC_WORDS = """
    tower house hall centre center building block campus site unknown other public assembly lodging health science
    food religion services industrial the of and north south east west old new upper lower main annex wing street road
    data offices office school library hospital clinic laboratory lab depot mall arcade gallery arena hotel leisure
    chambers shop store warehouse parking utility education retail university college museum stadium
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_KINDLESS = frozenset({"building", "block", "campus", "site", "data", "energy", "utility", "health", "science", "food"})
"""Generic words that point at no kind of building: "the building" is the one that is talked about."""


class Named(Struct, frozen=True):
    """A building as the portfolio knows it."""

    name: str
    site: str


class MentionKind(StrEnum):
    """What a stretch of a sentence names."""

    BUILDING = "building"
    SITE = "site"
    UNKNOWN = "unknown"


class Mention(Struct, frozen=True):
    """A name in a sentence; several candidates mean that the asker has to choose."""

    kind: MentionKind
    names: tuple[str, ...]
    text: str
    left: int
    right: int


class Directory(Struct, frozen=True):
    """The portfolio's own names, indexed for look-up."""

    full: Mapping[str, str]
    """Plain full name to name."""
    nicknames: Mapping[str, tuple[str, ...]]
    """A telling word of names to the names that have it."""
    sites: Mapping[str, str]
    site_of: Mapping[str, str]


class _Word(Struct, frozen=True):
    text: str
    left: int
    right: int

    @property
    def key(self) -> str:
        return plain(self.text)


def directory_of(buildings: Iterable[Named], sites: Iterable[str] = ()) -> Directory:
    """Index a portfolio's names; words of more than five buildings, and words for uses or sites, are no nicknames."""
    known = tuple(buildings)
    site_names = {plain(site): site for site in [*sites, *(building.site for building in known)] if site}
    words: dict[str, list[str]] = {}
    for building in known:
        for word in dict.fromkeys(_parts(building.name)):
            words.setdefault(word, []).append(building.name)
    last = {_parts(building.name)[-1] for building in known}
    nicknames = {
        word: tuple(names)
        for word, names in words.items()
        if len(names) <= 5 and len(word) > 1 and word not in _GENERIC and (word in last or word not in site_names)
    }
    return Directory(
        full={" ".join(_parts(building.name)): building.name for building in known},
        nicknames=nicknames,
        sites=site_names,
        site_of={building.name: building.site for building in known},
    )


def _parts(name: str) -> list[str]:
    return plain(name).split()


def find_names(text: str, directory: Directory) -> tuple[Mention, ...]:
    """Every building or site named, in order of appearance; nothing named twice over the same words."""
    words = [_Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
    taken, mentions = set[int](), list[Mention]()
    for at, count, mention in _exact(text, words, directory):
        if not taken & set(range(at, at + count)):
            taken.update(range(at, at + count))
            mentions.append(mention)
    sure = bool(mentions) or not any(
        word.key in domain_words() or corrected(word.key) in domain_words() for word in words
    )
    for at, word in enumerate(words):
        if at in taken or (mention := _kind(text, word, directory) or _inexact(text, word, directory, sure)) is None:
            continue
        if mention.kind == MentionKind.UNKNOWN:
            last = _last_of_name(text, words, at)
            taken.update(range(at, last + 1))
            right = words[last].right
            mention = Mention(mention.kind, (), text[mention.left : right], mention.left, right)
        mentions.append(mention)
    return _qualified(sorted(mentions, key=lambda mention: mention.left), directory)


def _exact(text: str, words: Sequence[_Word], directory: Directory) -> Iterator[tuple[int, int, Mention]]:
    """Full names (longest first), then sites and nicknames, with the place and number of their words."""
    for count in range(LONGEST_NAME, 0, -1):
        for at in range(len(words) - count + 1):
            group = words[at : at + count]
            name = directory.full.get(" ".join(word.key for word in group))
            if name and (count > 1 or "_" in group[0].text or _may_name(text, group[0])):
                left, right = group[0].left, group[-1].right
                yield at, count, Mention(MentionKind.BUILDING, (name,), text[left:right], left, right)
    for count in range(3, 0, -1):
        for at in range(len(words) - count + 1):
            group = words[at : at + count]
            site = directory.sites.get(" ".join(word.key for word in group))
            if site and (group[0].key not in vocabulary() or _may_name(text, group[0])):
                left, right = group[0].left, group[-1].right
                yield at, count, Mention(MentionKind.SITE, (site,), text[left:right], left, right)
    for at, word in enumerate(words):
        names = directory.nicknames.get(word.key)
        if names and _may_name(text, word):
            yield at, 1, Mention(MentionKind.BUILDING, names, word.text, word.left, word.right)


def _kind(text: str, word: _Word, directory: Directory) -> Mention | None:
    """Whom "the school" means: the one building whose name ends so, or one of several."""
    if word.key not in _GENERIC or word.key in _KINDLESS or not _THE.search(text[: word.left].lower()):
        return None
    names = tuple(name for full, name in directory.full.items() if full.split()[-1] == word.key)
    if not 0 < len(names) <= MOST_OF_A_KIND or _RELATIVE.match(text, word.right):
        return None
    return Mention(MentionKind.BUILDING, names, word.text, word.left, word.right)


def _last_of_name(text: str, words: Sequence[_Word], at: int) -> int:
    """Where an unknown name ends: the words after it that are written with a capital belong to it."""
    last = at
    while last + 1 < len(words) and last - at < LONGEST_NAME:
        after = words[last + 1]
        if text[words[last].right : after.left] != " " or not words[at].text[0].isupper():
            break
        if not after.text[0].isupper() or after.key in _MONTH_NAMES:
            break
        last += 1
    return last


def _may_name(text: str, word: _Word) -> bool:
    """A word that is also an everyday word names something only when written like a name where a name can stand."""
    if word.key not in vocabulary() and word.key not in foreign_words():
        return True
    before = text[: word.left]
    if _NAMING.search(before.lower()):
        return True
    cue = _AT if word.key in _MONTHS else _CUE
    return word.text[0].isupper() and len(word.key) > 1 and bool(cue.search(before.lower()))


def _inexact(text: str, word: _Word, directory: Directory, named: bool) -> Mention | None:
    """A misspelt name, or a name that the portfolio does not have; None for any ordinary word.

    Where another name stands as it should, or no word is of this field (``named``), a lower-case word without a cue is
    no misspelt one.
    """
    key, before = word.key, text[: word.left].lower()
    if key.isdigit() and len(key) < 4 and _NUMBERED.search(before):
        return Mention(MentionKind.UNKNOWN, (), word.text, word.left, word.right)
    if "_" in word.text:
        near = process.extractOne(key, directory.full.keys(), scorer=OSA.normalized_similarity, score_cutoff=0.85)
        kind, names = (MentionKind.BUILDING, (directory.full[near[0]],)) if near else (MentionKind.UNKNOWN, ())
        return Mention(kind, names, word.text, word.left, word.right)
    if len(key) < 3 or not key.isalpha() or key in vocabulary() or key in foreign_words():
        return None
    written, cued = word.text[0].isupper(), bool(_CUE.search(before) or _NAMING.search(before))
    meant = corrected(key)
    slips = OSA.distance(key, meant) if meant != key else 9
    near = _nearest(key, directory.nicknames) if len(key) > 3 else ()
    distance = OSA.distance(key, near[0]) if near else 9
    if (
        near
        and (distance < slips or (distance == slips and cued))
        and (written or cued or (not named and near[0][0] == key[0] and (len(key) > 5 or len(text.split()) <= SHORT)))
    ):
        return Mention(MentionKind.BUILDING, _names(near, directory), word.text, word.left, word.right)
    sites = _nearest(key, directory.sites) if len(key) > 3 else ()
    if len(sites) == 1 and (written or cued) and slips > 1:
        return Mention(MentionKind.SITE, (directory.sites[sites[0]],), word.text, word.left, word.right)
    unknown = slips == 9 and (
        _NAMING.search(before)
        or (written and (cued or (not before.strip() and not _acts(text, word, named))))
        or _ends(text, word, before)
    )
    return Mention(MentionKind.UNKNOWN, (), word.text, word.left, word.right) if unknown else None


def _acts(text: str, word: _Word, named: bool) -> bool:
    """Whether a sentence's first word is a verb that is new to us: it governs what follows, or a name stands there."""
    return named or bool(_GOVERNED.match(text, word.right))


def _ends(text: str, word: _Word, before: str) -> bool:
    """Whether a lower-case word stands where only a name stands: after "at", "for" or "of", ending its clause."""
    after = text[word.right :].lstrip()
    return bool(re.search(r"\b(?:at|for|of)\s*$", before)) and (
        not after or not after[0].isalpha() or after.split()[0].lower() in COMMON
    )


def like(text: str, directory: Directory, limit: int = 3) -> tuple[str, ...]:
    """Names that an unknown one may have been meant for: a telling word of each is much like a word of it."""
    words = [word for word in _parts(text) if word not in _GENERIC and word not in directory.sites]
    near = {
        name: share
        for word in words
        for nickname, share, _ in process.extract(
            word, directory.nicknames.keys(), scorer=OSA.normalized_similarity, score_cutoff=LIKE, limit=limit
        )
        for name in directory.nicknames[nickname]
    }
    return tuple(sorted(near, key=lambda name: (-near[name], name)))[:limit]


def _nearest(key: str, words: Mapping[str, object]) -> tuple[str, ...]:
    """The names with the fewest slips: one in up to six letters, two in longer words; all that are equally near."""
    allowed = 1 if len(key) < 7 else 2
    found = process.extract(key, words.keys(), scorer=OSA.distance, score_cutoff=allowed, limit=6)
    found = [(name, slips) for name, slips, _ in found if len(name) > 3 and (slips < 2 or len(name) > 6)]
    if not found:
        return ()
    best = min((slips, name[0] != key[0], abs(len(name) - len(key))) for name, slips in found)
    return tuple(name for name, slips in found if (slips, name[0] != key[0], abs(len(name) - len(key))) == best)


def _names(nicknames: Iterable[str], directory: Directory) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for nickname in nicknames for name in directory.nicknames[nickname]))


def _qualified(mentions: Sequence[Mention], directory: Directory) -> tuple[Mention, ...]:
    """Let a site named beside an ambiguous building choose: ``Panther Hannah``, ``Hannah in Panther``."""
    sites = {mention.names[0] for mention in mentions if mention.kind == MentionKind.SITE}
    return tuple(_placed(mention, sites, directory) for mention in mentions)


def _placed(mention: Mention, sites: set[str], directory: Directory) -> Mention:
    here = tuple(name for name in mention.names if directory.site_of.get(name) in sites)
    if mention.kind != MentionKind.BUILDING or len(mention.names) < 2 or not here:
        return mention
    return Mention(mention.kind, here, mention.text, mention.left, mention.right)
