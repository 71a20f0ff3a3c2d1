"""Specification of finding names; all but one of these buildings go by their last name alone."""

import pytest

from eaio.agents.compute.names import Directory, MentionKind, Named, directory_of, find_names


@pytest.fixture(scope="module")
def directory() -> Directory:
    names = (
        "Robin_education_Lizbeth",
        "Panther_office_Hannah",
        "Fox_office_Rose",
        "Rat_public_Bill",
        "Fox_lodging_May",
        "Beacon Tower",
        "Harbor Hospital",
        "North Wing",
        "Old North Mill",
        "Mill Street Annex",
    )
    return directory_of([Named(name, name.split("_")[0] if "_" in name else "Boston") for name in names])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("electricity of Robin_education_Lizbeth", "Robin_education_Lizbeth"),
        ("electricity of robin education lizbeth", "Robin_education_Lizbeth"),
        ("lizbeth in march", "Robin_education_Lizbeth"),
        ("use of lizbeht", "Robin_education_Lizbeth"),
        ("Hannah's profile", "Panther_office_Hannah"),
        ("profile of Hanah", "Panther_office_Hannah"),
        ("Robin_educaton_Lizbeth", "Robin_education_Lizbeth"),
        ("beacon last month", "Beacon Tower"),
        ("gas at Harbour", "Harbor Hospital"),
        ("use of Rose in 2016", "Fox_office_Rose"),
        ("gas at May in May 2017", "Fox_lodging_May"),
    ],
)
def test_a_building_is_found_by_full_name_nickname_or_slip(directory: Directory, text: str, name: str) -> None:
    mention = find_names(text, directory)[0]
    assert (mention.kind, mention.names) == (MentionKind.BUILDING, (name,))


def test_the_kind_of_a_building_stands_for_those_whose_name_ends_so(directory: Directory) -> None:
    (mention,) = find_names("anything wrong at the hospital?", directory)
    assert mention.names == ("Harbor Hospital",)
    schools = directory_of([Named("Desert School", "Phoenix"), Named("Fenway School", "Boston")])
    assert find_names("gas of the School in 2016", schools)[0].names == ("Desert School", "Fenway School")
    assert find_names("the school with the highest use", schools) == ()


def test_an_unknown_name_is_told_whole(directory: Directory) -> None:
    (mention,) = find_names("How much gas did Castle Rock use in March 2016?", directory)
    assert (mention.kind, mention.text) == (MentionKind.UNKNOWN, "Castle Rock")


@pytest.mark.parametrize("text", ["check the March bill", "may I see the load", "bill for april", "the old tower"])
def test_everyday_words_name_no_building(directory: Directory, text: str) -> None:
    assert find_names(text, directory) == ()


@pytest.mark.parametrize("text", ["use of Atlantis_office_Nemo", "show building Nemo", "consumption at nemo"])
def test_a_name_that_nobody_has_is_noticed(directory: Directory, text: str) -> None:
    (mention,) = find_names(text, directory)
    assert (mention.kind, mention.names) == (MentionKind.UNKNOWN, ())


def test_a_word_of_two_buildings_is_ambiguous(directory: Directory) -> None:
    (mention,) = find_names("use of Mill", directory)
    assert set(mention.names) == {"Old North Mill", "Mill Street Annex"}


def test_sites_are_told_from_buildings(directory: Directory) -> None:
    mentions = find_names("weather at site Panther and use of Hannah", directory)
    assert [mention.kind for mention in mentions] == [MentionKind.SITE, MentionKind.BUILDING]


def test_a_site_beside_the_name_settles_which_of_two_is_meant() -> None:
    twins = directory_of([Named("Fox_office_Ann", "Fox"), Named("Rat_office_Ann", "Rat")])
    mention = next(m for m in find_names("gas of Ann at Rat", twins) if m.kind == MentionKind.BUILDING)
    assert mention.names == ("Rat_office_Ann",)
