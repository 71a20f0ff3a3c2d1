"""Specification of the checks of data quality: planted faults are found where they are, clean meters stay clean."""

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from eaio.metering.compute.batch import Batch, encode
from eaio.metering.compute.overlay import ESTIMATED
from eaio.metering.compute.quality import daylight, lines, registers
from eaio.metering.compute.quality.carriers import CARRIERS
from eaio.metering.compute.quality.checks import Checked, check
from eaio.metering.compute.quality.estimate import INTERPOLATED, PROFILED, WEATHERED, estimates
from eaio.metering.compute.quality.score import WEIGHTS, score
from eaio.metering.compute.quality.series import Native, material, native_series
from eaio.metering.models import ISSUE_LABEL, IssueKind
from eaio.timeseries.metrics import runs
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import office, weather

Floats = NDArray[np.float64]
HOURS = 52 * 168
MONDAY = int(datetime(2016, 1, 4, tzinfo=UTC).timestamp())
NONE = Batch(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16))


def batch(values: Floats, every: int = 3600, quality: int = 0) -> Batch:
    """Readings from Monday 4 January 2016 on; NaN is none."""
    known = np.isfinite(values)
    seconds = MONDAY + every * np.arange(values.size)
    return Batch(encode(1, seconds[known]), values[known], np.full(int(known.sum()), quality, np.int16))


def native(values: Floats, every: int = 3600) -> Native:
    return native_series(batch(values, every), NONE, every)


def checked(
    values: Floats, carrier: Carrier = Carrier.ELECTRICITY, zone: str = "Africa/Lagos", every: int = 3600
) -> Checked:
    return check(material(native(values, every), carrier, zone))


def found(
    values: Floats, carrier: Carrier = Carrier.ELECTRICITY, zone: str = "Africa/Lagos", every: int = 3600
) -> dict[str, list[list[int]]]:
    claims = checked(values, carrier, zone, every).claims
    return {kind.value: runs(hours).tolist() for kind, hours in claims.items() if hours.any()}


def test_a_clean_meter_has_no_issue_and_a_hundred_points() -> None:
    assert found(office()) == {}
    judged = score(native(office()), {}, 0)
    assert (judged.value, judged.expected, judged.present, judged.ingredients) == (100.0, HOURS, HOURS, ())


@pytest.mark.parametrize(
    ("kind", "start", "end", "value"),
    [
        ("gap", 2000, 2001, np.nan),
        ("gap", 2000, 2300, np.nan),
        ("negative", 2000, 2003, -4.0),
        ("zero", 2000, 2030, 0.0),
        ("stuck", 2000, 2014, 57.3),
        ("spike", 2000, 2001, 5_000.0),
        ("outage", 2000, 2006, 0.3),
    ],
)
def test_a_planted_fault_is_found_where_it_is(kind: str, start: int, end: int, value: float) -> None:
    values = office()
    values[start:end] = value
    assert found(values) == {kind: [[start, end]]}


def test_a_wrong_scale_says_by_how_much() -> None:
    values = office()
    values[20 * 168 : 24 * 168] *= 10
    (issue,) = checked(values).found
    assert (issue.kind, issue.start, issue.end) == (IssueKind.SCALE, 20 * 168, 24 * 168)
    assert issue.detail == "10 times too large"


def test_a_meter_that_has_only_ever_read_zero_is_wrong_throughout_unless_its_carrier_may() -> None:
    nothing = np.zeros(HOURS)
    assert found(nothing) == {"zero": [[0, HOURS]]}
    assert found(nothing, Carrier.GAS) == {}


def test_quarter_hours_are_checked_like_hours_and_their_gaps_one_by_one() -> None:
    quarters = np.repeat(office() / 4, 4) * np.random.default_rng(2).normal(1, 0.02, 4 * HOURS)
    quarters[8001] = np.nan
    quarters[12_000:12_120] = 0.0
    assert found(quarters, every=900) == {"gap": [[8001, 8002]], "zero": [[12_000, 12_120]]}


def test_a_daily_meter_is_checked_for_what_a_reading_says_by_itself() -> None:
    days = office().reshape(-1, 24).sum(axis=1)
    days[100], days[200] = np.nan, -5.0
    assert found(days, every=86_400) == {"gap": [[100, 101]], "negative": [[200, 201]]}


def test_months_stand_one_after_the_other_and_none_is_missing() -> None:
    starts = [int(datetime(2016 + m // 12, m % 12 + 1, 1, tzinfo=UTC).timestamp()) for m in range(24)]
    readings = Batch(encode(1, np.array(starts)), np.full(24, 900.0) + np.arange(24.0) % 5, np.zeros(24, np.int16))
    series = native_series(readings, NONE, 30 * 86_400)
    assert check(material(series, Carrier.GAS, "Europe/London")).found == ()


def test_a_straight_line_over_a_gap_is_too_good_to_be_measured() -> None:
    values = office()
    values[2000:2024] = np.interp(np.arange(2000, 2024), [1999, 2024], values[[1999, 2024]])
    assert found(values) == {"straight": [[2000, 2024]]}


def test_a_coarse_meter_may_rise_evenly_for_a_while() -> None:
    values = np.round(np.random.default_rng(3).uniform(10, 20, 2000))
    values[500:509] = np.arange(10, 19)
    assert not lines.straight(values).any()
    values[500:520] = np.arange(10, 30)
    assert lines.straight(values)[501:519].all()


def test_counts_of_a_register_are_told_from_use() -> None:
    counts = 5000 + np.cumsum(office(4000))
    assert registers.is_register(counts)
    assert not registers.is_register(office())
    assert not registers.is_register(np.zeros(4000))
    assert not registers.is_register(np.repeat([0.0, 10.0, 0.0, 20.0], 1000))
    assert found(counts) == {"register": [[0, 4000]]}


def test_use_goes_on_over_a_roll_over_and_stays_unknown_over_a_reset() -> None:
    use = office(4000)
    counts = np.concatenate(([99_000.0], 99_000 + np.cumsum(use[:-1])))
    rolled = counts % 100_000
    read = registers.read_register(rolled)
    assert read.use[:-1] == pytest.approx(use[:-1])
    assert len(read.rollovers) == int(counts[-1] // 100_000)
    assert len(read.resets) == 0
    reset = counts.copy()
    reset[2500:] -= reset[2500] - 3.0
    read = registers.read_register(reset)
    assert read.resets.tolist() == [2499]
    assert np.isnan(read.use[2499])
    assert found(reset).keys() == {"register", "reset"}


def test_a_clock_that_was_moved_and_moved_back_is_found() -> None:
    values = office(60 * 168)
    first, last = 20 * 168, 26 * 168
    values[first:last] = np.roll(values, 6)[first:last]
    ((start, end),) = found(values)["clock"]
    assert abs(start - first) <= 24
    assert abs(end - last) <= 24


def test_other_hours_of_use_for_good_are_no_moved_clock() -> None:
    values = office(60 * 168)
    values[30 * 168 :] = np.roll(values, 3)[30 * 168 :]
    assert found(values) == {}


@pytest.mark.parametrize(("zone", "off"), [("Europe/London", 1), ("America/New_York", 1), ("Africa/Lagos", 0)])
def test_stamps_that_ignore_daylight_saving_make_summers_stand_an_hour_off(zone: str, off: int) -> None:
    """The load keeps the fixed clock of its readings; on the wall clock it then jumps in spring and back in autumn."""
    values = office(104 * 168)
    claims = found(values, zone=zone)
    assert (claims.keys() == {"daylight"}) if off else (claims == {})


def test_a_load_that_follows_the_sun_is_no_evidence_of_a_clock() -> None:
    hour = np.arange(104 * 168)
    sunrise = 7 + 2 * np.cos(2 * np.pi * hour / 8766)
    noise = np.random.default_rng(8).normal(1, 0.02, hour.size)
    lamps = np.where((hour % 24 < sunrise) | (hour % 24 > 24 - sunrise), 40.0, 5.0) * noise
    assert "daylight" not in found(lamps, zone="Europe/London")


def test_hours_lost_and_doubled_at_changes_of_the_clock_are_artefacts() -> None:
    values = office(104 * 168)
    changes = daylight.transitions(MONDAY, MONDAY + 104 * 168 * 3600, "Europe/London")
    assert [change.hours for change in changes] == [1.0, -1.0, 1.0, -1.0]
    places = [(change.second - MONDAY) // 3600 for change in changes]
    for place, change in zip(places, changes, strict=True):
        values[place] = np.nan if change.hours > 0 else 2 * values[place]
    artefacts = daylight.daylight_artefacts(values, MONDAY + 3600 * np.arange(values.size), "Europe/London")
    assert np.flatnonzero(artefacts).tolist() == places
    values = office(104 * 168)
    values[places[0]] = np.nan
    assert not daylight.daylight_artefacts(values, MONDAY + 3600 * np.arange(values.size), "Europe/London").any(), (
        "one missing hour is chance"
    )


def test_points_are_weight_times_share_and_every_ingredient_is_named() -> None:
    values = office()
    values[1000 : 1000 + HOURS // 10] = np.nan
    values[5000] = 5_000.0
    judged = score(native(values), checked(values).claims, duplicates=HOURS // 10)
    points = {one.name: one.points for one in judged.ingredients}
    assert points["gap"] == pytest.approx(10, abs=0.02)
    assert points["spike"] == pytest.approx(100 * 24 / HOURS)
    assert points["duplicate"] == pytest.approx(1, abs=0.02)
    assert judged.value == pytest.approx(100 - sum(points.values()))
    assert set(WEIGHTS) | {IssueKind.MISSING} == set(IssueKind)
    assert set(ISSUE_LABEL) == set(IssueKind)
    assert set(CARRIERS) == set(Carrier)


def test_a_corrected_fault_counts_as_estimated_and_a_removed_reading_as_missing() -> None:
    values = office()
    values[2000:2100] = 0.0
    wrong = checked(values).claims
    fixed = np.full(HOURS, np.nan)
    fixed[2000:2100] = 40.0
    series = native_series(batch(values), batch(fixed, quality=ESTIMATED), 3600)
    judged = score(series, wrong, 0)
    assert (judged.wrong, judged.estimated) == (0, 100)
    assert judged.value == pytest.approx(100 - 50 * 100 / HOURS)
    gone = Batch(encode(1, MONDAY + 3600 * np.arange(2000, 2100)), np.full(100, np.nan), np.full(100, 2, np.int16))
    judged = score(native_series(batch(values), gone, 3600), wrong, 0)
    assert (judged.wrong, judged.estimated, judged.present) == (0, 0, HOURS - 100)


def gap(values: Floats, start: int, end: int, temperature: Floats | None = None) -> tuple[Floats, str]:
    """What is estimated over a gap, and how."""
    unknown = np.zeros(values.size, bool)
    unknown[start:end] = True
    degrees = np.full(values.size, np.nan) if temperature is None else temperature
    ((first, last, filled, method),) = estimates(values, unknown, np.arange(values.size), degrees, 3600)
    assert (first, last) == (start, end)
    return filled, method


def test_a_short_gap_is_filled_by_a_straight_line() -> None:
    values = office()
    filled, method = gap(values, 2000, 2002)
    assert method == INTERPOLATED
    assert filled == pytest.approx(values[1999] + (values[2002] - values[1999]) * np.array([1, 2]) / 3)


def test_a_longer_gap_is_filled_by_the_week_without_looking_inside() -> None:
    values = office()
    filled, method = gap(np.where(np.arange(HOURS) // 48 == 40, 9e9, values), 40 * 48, 41 * 48)
    assert method == PROFILED
    assert np.abs(filled - values[40 * 48 : 41 * 48]).mean() < 0.06 * values.mean()


def test_weather_moves_the_week_where_the_load_follows_it() -> None:
    degrees = weather(HOURS)
    degrees[4000:4048] += 8
    values = office() + 4 * np.maximum(degrees - 15, 0)
    with_weather, method = gap(values, 4000, 4048, degrees)
    without, _ = gap(values, 4000, 4048)
    truth = values[4000:4048]
    assert method == WEATHERED
    assert np.abs(with_weather - truth).mean() < 0.3 * np.abs(without - truth).mean()


def test_nothing_is_made_up_over_months_or_out_of_nothing() -> None:
    values = office()
    unknown = np.zeros(HOURS, bool)
    unknown[1000 : 1000 + 70 * 24] = True
    nowhere = np.full(HOURS, np.nan)
    assert estimates(values, unknown, np.arange(HOURS), nowhere, 3600) == []
    assert estimates(nowhere, ~unknown, np.arange(HOURS), nowhere, 3600) == []


def test_an_estimate_is_never_less_than_the_meter_has_read() -> None:
    values = np.where(np.arange(HOURS) % 168 < 4, 50.0, 0.0)
    degrees = weather(HOURS)
    filled, _ = gap(values, 2000, 2100, degrees)
    assert filled.min() >= 0
