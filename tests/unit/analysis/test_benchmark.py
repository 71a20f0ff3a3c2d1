"""Specification of benchmarks and rankings."""

from uuid import uuid4

import msgspec
import pytest

from eaio.analysis.compute.benchmark import NATIONAL_MEDIAN, standing, use_type
from eaio.analysis.compute.ranking import ranked, totals
from eaio.analysis.models import RankBy, RankedBuilding


@pytest.mark.parametrize(
    ("primary", "sub", "expected"),
    [
        ("Education", "College Laboratory", "laboratory"),
        ("Education", "College Classroom", "college"),
        ("Education", "K-12 School", "school"),
        ("Education", "Primary/Secondary Classroom", "school"),
        ("Lodging/residential", "Residence Hall\t", "residence hall"),
        ("Lodging/residential", "Hotel", "hotel"),
        ("Entertainment/public assembly", "Library", "library"),
        ("Entertainment/public assembly", "Stadium", "entertainment"),
        ("Public services", "Fire Station, Fire Stations", "police or fire station"),
        ("Healthcare", "Hospital", "hospital"),
        ("Warehouse/storage", None, "warehouse"),
        ("Utility", "Energy", "other"),
        (None, None, "other"),
    ],
)
def test_bdg2s_uses_find_their_row_of_the_national_table(primary: str | None, sub: str | None, expected: str) -> None:
    assert use_type(primary, sub) == expected
    assert NATIONAL_MEDIAN[expected].value > 0


def test_the_percentile_is_the_share_of_peers_that_use_less() -> None:
    place = standing(25, [10, 20, 30, 40, 50])
    assert place is not None
    assert (place.percentile, place.peers, place.median) == (0.4, 5, 30)
    tied = standing(30, [10, 20, 30, 40, 50])
    assert tied is not None
    assert tied.percentile == pytest.approx(0.5)


def test_fewer_than_five_peers_say_nothing() -> None:
    assert standing(25, [10, 20, 30, float("nan"), 40]) is None


def building(name: str, **figures: float | None) -> RankedBuilding:
    empty = RankedBuilding(
        rank=0,
        building_id=uuid4(),
        building=name,
        site_id=uuid4(),
        site="S",
        use_type="office",
        area_m2=None,
        annual_kwh=None,
        eui=None,
        percentile=None,
        peers=0,
        money=None,
        co2_kg=None,
        coverage=1.0,
        load_factor=None,
        unoccupied_ratio=None,
        cvrmse=None,
        cooling_sensitivity=None,
        heating_sensitivity=None,
        excess_kwh=0.0,
        excess_money=0.0,
        open_anomalies=0,
    )
    return msgspec.structs.replace(empty, **figures)


LEAGUE = [building("A", eui=100.0, load_factor=0.5), building("B"), building("C", eui=300.0, load_factor=0.2)]


def test_most_comes_first_and_the_unknown_last() -> None:
    assert [(line.rank, line.building) for line in ranked(LEAGUE, RankBy.EUI)] == [(1, "C"), (2, "A"), (3, "B")]


def test_a_low_load_factor_and_a_low_coverage_are_the_bad_end() -> None:
    assert [line.building for line in ranked(LEAGUE, RankBy.LOAD_FACTOR)] == ["C", "A", "B"]
    gaps = [building("full"), building("gaps", coverage=0.4)]
    assert ranked(gaps, RankBy.COVERAGE)[0].building == "gaps"


def test_totals_add_what_is_known() -> None:
    found = totals(LEAGUE, 5, (None, None))
    assert (found.buildings, found.analysed, found.eui_median, found.annual_kwh) == (5, 3, 200.0, 0.0)
