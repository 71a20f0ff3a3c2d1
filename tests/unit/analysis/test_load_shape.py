"""Specification of load shapes: scale-free, alike for alike ways, grouped, named in words, stable between runs."""

from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from eaio.analysis.compute import clusters, pattern_names, turning
from eaio.analysis.compute.load_shape import BLOCKS, SCALARS, SIZE, LoadShape, load_shape
from eaio.infra.errors import InsufficientData
from eaio.timeseries.frames import HOURLY

Floats = NDArray[np.float64]
HOURS = 364 * 24
HOUR = np.arange(HOURS)
WORKING = (HOUR // 24 % 7 < 5) & (HOUR % 24 >= 8) & (HOUR % 24 < 18)
WARMTH = 12 - 12 * np.cos(2 * np.pi * HOUR / 8766) + 3 * np.sin(2 * np.pi * (HOUR % 24 - 9) / 24)
KINDS: dict[str, Floats] = {
    "office": np.where(WORKING, 100.0, 20.0),
    "always": np.full(HOURS, 50.0),
    "nights": np.where((HOUR % 24 < 6) | (HOUR % 24 >= 20), 30.0, 1.0),
    "shop": np.where((HOUR % 24 >= 9) & (HOUR % 24 < 21), 80.0, 15.0),
    "cooled": np.where(WORKING, 100.0, 20.0) + 6 * np.maximum(WARMTH - 16, 0),
}


def frame(values: Floats, warmth: Floats | None = None, start: datetime = datetime(2016, 1, 4)) -> pl.DataFrame:  # noqa: DTZ001 - a wall clock
    local = [start + timedelta(hours=int(h)) for h in range(values.size)]
    known = WARMTH[: values.size] if warmth is None else warmth
    columns = {"time": local, "local": local, "value": values, "temperature": known}
    plain = pl.DataFrame(columns, schema_overrides={"local": pl.Datetime("us"), "time": pl.Datetime("us")})
    stamped = plain.with_columns(pl.col("time").dt.replace_time_zone("UTC"))
    return stamped.with_columns(pl.col("value", "temperature").fill_nan(None)).select(HOURLY.names())


def noisy(kind: str, seed: int, noise: float = 0.05) -> Floats:
    return KINDS[kind] * np.random.default_rng(seed).normal(1, noise, HOURS)


def shape(kind: str, seed: int = 1) -> LoadShape:
    return load_shape(frame(noisy(kind, seed)))


def test_the_table_of_blocks_covers_the_vector_once_with_weights_that_add_up_to_one() -> None:
    ends = [block.first + block.size for block in BLOCKS]
    assert [block.first for block in BLOCKS] == [0, *ends[:-1]]
    assert ends[-1] == SIZE == 384
    assert sum(block.weight for block in BLOCKS) == pytest.approx(1.0)
    assert len(SCALARS) == BLOCKS[-1].size


@settings(max_examples=8, deadline=None)
@given(st.floats(0.01, 1e6))
def test_a_meter_of_any_size_has_the_same_shape(scale: float) -> None:
    one = load_shape(frame(noisy("office", 1)))
    other = load_shape(frame(noisy("office", 1) * scale))
    assert other.values == pytest.approx(one.values, abs=1e-9)


def test_the_same_readings_give_the_same_vector_of_length_one() -> None:
    one, other = shape("office"), shape("office")
    assert (one.values == other.values).all()
    assert float(np.linalg.norm(one.values)) == pytest.approx(1.0)


def test_like_ways_are_nearer_than_unlike_ones_for_every_kind() -> None:
    made = {(kind, seed): shape(kind, seed).values for kind in KINDS for seed in (1, 2)}
    for kind in KINDS:
        mine = made[kind, 1]
        ranked = sorted((key for key in made if key != (kind, 1)), key=lambda key: -float(made[key] @ mine))
        assert ranked[0] == (kind, 2)


def test_missing_parts_change_little() -> None:
    values = noisy("cooled", 3)
    whole = load_shape(frame(values))
    values[60 * 24 : 150 * 24] = np.nan
    assert float(load_shape(frame(values)).values @ whole.values) > 0.95
    nothing = np.full(HOURS, np.nan)
    assert np.isfinite(load_shape(frame(values, nothing)).values).all()


def test_a_few_months_have_a_shape_although_seasons_are_missing() -> None:
    values = load_shape(frame(noisy("office", 1)[: 70 * 24])).values
    assert np.isfinite(values).all()
    assert float(values @ shape("office").values) > 0.9


def test_the_southern_hemisphere_has_its_summer_in_january() -> None:
    north = load_shape(frame(KINDS["cooled"]))
    half = 26 * 168
    south = load_shape(frame(np.roll(KINDS["cooled"], half), np.roll(WARMTH, half)), southern=True)
    assert float(north.values @ south.values) > 0.97
    assert south.traits["summer"] == pytest.approx(north.traits["summer"], abs=0.1)


@pytest.mark.parametrize(
    ("values", "words"),
    [(np.full(400, 5.0), "1344 hourly readings; there are 400"), (np.zeros(HOURS), "other than zero")],
)
def test_too_little_or_nothing_but_zeros_is_refused(values: Floats, words: str) -> None:
    with pytest.raises(InsufficientData, match=words):
        load_shape(frame(values))


def test_a_constant_and_a_negative_load_have_finite_shapes() -> None:
    for values in (KINDS["always"], -KINDS["office"]):
        assert np.isfinite(load_shape(frame(values)).values).all()


def portfolio() -> list[LoadShape]:
    return [shape(kind, seed) for kind in ("office", "always", "nights", "shop") for seed in range(6)]


def test_kinds_are_found_and_named_in_words_and_found_again_under_the_same_identity() -> None:
    shapes = portfolio()
    rows = np.stack([one.values for one in shapes])
    groups = clusters.group_vectors(rows)
    assert sorted(np.bincount(groups.labels).tolist()) == [6, 6, 6, 6]
    assert all(len(set(groups.labels[at : at + 6].tolist())) == 1 for at in range(0, 24, 6))
    assert "4 groups" in groups.reason
    shared = [
        pattern_names.common([(shapes[i].week, shapes[i].traits) for i in range(24) if groups.labels[i] == k])
        for k in range(4)
    ]
    names = pattern_names.names_of(shared)
    by_kind = {
        kind: names[int(groups.labels[6 * at])] for at, kind in enumerate(("office", "always", "nights", "shop"))
    }
    assert by_kind["office"].startswith("Weekdays 8–18")
    assert by_kind["always"].startswith("Always on")
    assert by_kind["nights"].startswith("Nights")
    assert by_kind["shop"].startswith("Every day 9–21")
    ids = [uuid4() for _ in range(4)]
    again = clusters.group_vectors(rows[::-1].copy())
    kept = clusters.same_groups(again.centres, list(zip(ids, groups.centres, strict=True)))
    assert {kept[again.labels[23 - i]] == ids[groups.labels[i]] for i in range(24)} == {True}


def test_a_group_unlike_any_before_gets_no_old_identity() -> None:
    centres = np.eye(2, 384)
    first = uuid4()
    assert clusters.same_groups(centres, [(first, np.eye(1, 384)[0])]) == [first, None]
    assert clusters.same_groups(centres, []) == [None, None]


def test_names_differ_even_where_two_groups_have_the_same_words() -> None:
    one = pattern_names.common([(shape("office").week, {})])
    names = pattern_names.names_of([one, one, one])
    assert len(set(names)) == 3
    assert all(name.startswith("Weekdays 8–18") for name in names)


def test_seven_meters_are_too_few_for_patterns() -> None:
    with pytest.raises(InsufficientData, match="at least 8"):
        clusters.group_vectors(np.eye(7, 384))


def two_years(turned: int) -> pl.DataFrame:
    """An office that stays on day and night from an hour of the second year on."""
    values = np.concatenate([noisy("office", 1), noisy("office", 2)])
    values[turned:] = 90 * np.random.default_rng(4).normal(1, 0.03, values.size - turned)
    return frame(values, np.concatenate([WARMTH, WARMTH]))


def test_a_change_of_ways_is_dated_to_its_week_and_told_with_its_use() -> None:
    turned = HOURS + 8 * 168
    hourly = two_years(turned)
    before, now = load_shape(hourly.head(HOURS)), load_shape(hourly.tail(HOURS))
    found = turning.turn(hourly, np.array(before.week), np.array(now.week))
    assert found is not None
    assert abs((found.start.replace(tzinfo=None) - hourly["local"][turned]).days) <= 7
    centres = np.stack([shape("office", 9).values, shape("always", 9).values])
    assert turning.has_changed(before.values, now.values, centres) == (0, 1)
    told = turning.change_finding(found, "Weekdays 8–18", "Always on", 0.2)
    assert "Runs like a different building since about" in told.explanation
    assert "“Weekdays 8–18”, is “Always on”" in told.explanation
    assert told.kwh == pytest.approx((90 - (50 * 100 + 118 * 20) / 168) * found_hours(found), rel=0.05)


def found_hours(found: turning.Turn) -> float:
    return (found.end - found.start).total_seconds() / 3600


def test_a_meter_that_stays_as_it_was_has_not_changed() -> None:
    centres = np.stack([shape("office", 9).values, shape("always", 9).values])
    assert turning.has_changed(shape("office", 1).values, shape("office", 2).values, centres) is None
