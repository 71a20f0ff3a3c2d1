"""Facts of a building as words of the command line."""

import pytest

from eaio.cli.buildings import read_facts
from eaio.infra.errors import Invalid

KNOWN = {"name": "B", "site": "S", "floors": 3, "area_m2": 10.0}


def test_words_replace_what_is_known_and_an_empty_one_forgets_it() -> None:
    draft = read_facts(["area_m2=1200", "floors=", "energy_sources=gas,solar"], KNOWN)
    assert (draft.name, draft.area_m2, draft.floors, draft.energy_sources) == ("B", 1200.0, None, ("gas", "solar"))


@pytest.mark.parametrize("word", ["area_m2", "colour=red", "area_m2=large", "latitude=123"])
def test_a_word_that_does_not_fit_is_refused_by_name(word: str) -> None:
    with pytest.raises(Invalid, match=word.split("=", maxsplit=1)[0]):
        read_facts([word], KNOWN)
