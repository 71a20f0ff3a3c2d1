"""Specification of avoided use and its uncertainty."""

from datetime import date, timedelta

import msgspec
import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute import baselines, fitness, points, savings
from eaio.analysis.models import (
    AnyBaseline,
    Interval,
    Method,
    NonRoutineEvent,
    Period,
    Refused,
    Treatment,
    WrongPeriods,
)
from tests.unit.analysis.conftest import Floats

RANDOM = np.random.default_rng(8)
FIRST = date(2021, 1, 1)
BASELINE, REPORTING = Period(FIRST, date(2021, 12, 31)), Period(date(2022, 1, 1), date(2022, 12, 31))
TEMPERATURE = np.concatenate((RANDOM.uniform(-5, 30, 365), RANDOM.uniform(-3, 29, 365)))
NORMAL = 400 + 10 * np.maximum(TEMPERATURE - 18, 0)
NOISE = RANDOM.normal(0, 20, 730)


def meter(later: Floats, noise: float = 1.0) -> points.Points:
    """Two years of days: a normal first one, then ``later`` times normal."""
    use = NORMAL * np.concatenate((np.ones(365), later)) + noise * NOISE * (np.arange(730) < 365)
    days = pl.DataFrame(
        {
            "day": [FIRST + timedelta(days=n) for n in range(730)],
            "value": use,
            "present": 24,
            "hours": 24,
            "temperature": TEMPERATURE,
            "temperature_hours": 24,
        }
    )
    return points.from_days(days)


def shares(share: float) -> Floats:
    return np.full(365, share)


def fitted(data: points.Points, interval: Interval = Interval.DAILY) -> AnyBaseline:
    return baselines.fit(data, BASELINE, baselines.Asked(Method.CHANGE_POINT, interval))


def verified(later: Floats, noise: float = 1.0, events: tuple[NonRoutineEvent, ...] = ()) -> savings.Savings:
    data = meter(later, noise)
    return savings.avoided_use(fitted(data), data, REPORTING, events)


def test_a_planted_tenth_is_found_whatever_the_weather() -> None:
    found = verified(shares(0.9))
    assert found.fraction == pytest.approx(0.10, abs=0.006)
    assert found.avoided == pytest.approx(found.counterfactual - found.actual)
    assert found.uncertainty is not None
    assert found.uncertainty < 0.15
    assert found.significant
    assert found.coverage == 1


def test_without_noise_the_saving_is_exact_by_day_and_month() -> None:
    data = meter(shares(0.85), noise=0.0)
    daily = savings.avoided_use(fitted(data), data, REPORTING)
    assert daily.fraction == pytest.approx(0.15, abs=1e-9)
    assert daily.band == pytest.approx(0, abs=1e-3)


def test_the_band_holds_in_nine_of_ten_draws() -> None:
    """The interval of Guideline 14 covers the truth about as often as it promises."""
    random, inside = np.random.default_rng(1), 0
    for _ in range(60):
        use = np.concatenate((NORMAL[:365], NORMAL[365:] * 0.9)) + random.normal(0, 30, 730)
        data = {Interval.DAILY: meter(shares(1.0), 0.0)[Interval.DAILY].with_columns(value=pl.Series(use))}
        found = savings.avoided_use(fitted(data), data, REPORTING)
        inside += abs(found.avoided - 0.1 * NORMAL[365:].sum()) <= found.band
    assert 49 <= inside <= 59


def test_the_sum_over_days_ends_at_the_total_with_a_band_that_widens() -> None:
    found = verified(shares(0.9))
    last = found.cumulative[-1]
    assert len(found.cumulative) == 365
    assert last.avoided == pytest.approx(found.avoided)
    assert last.high - last.avoided == pytest.approx(found.band)
    widths = [point.high - point.low for point in found.cumulative]
    assert widths == sorted(widths)


def test_uncertainty_grows_as_savings_shrink() -> None:
    large, small = (verified(shares(share)).uncertainty for share in (0.8, 0.9))
    assert large is not None
    assert small == pytest.approx(2 * large, rel=0.1)


def test_uncertainty_counts_autocorrelation_where_it_is_significant() -> None:
    def spread(rho: float, n: int) -> float:
        return fitness.relative_uncertainty(0.1, n, 2, rho, Interval.DAILY, 365)

    assert spread(0.5, 365) == pytest.approx(spread(0.0, 365) * np.sqrt(3 * (1 + 6 / 365) / (1 + 2 / 365)))
    assert spread(0.3, 12) == spread(0.0, 12)


def test_the_formula_gives_the_value_computed_by_hand() -> None:
    """t(0.95, 10) = 1.812; k = -0.00022 * 144 + 0.03306 * 12 + 0.94054 = 1.30558; CV 5 %, n = m = 12."""
    by_hand = 1.8125 * 1.30558 * 0.05 * np.sqrt((1 + 2 / 12) / 12)
    found = fitness.relative_uncertainty(0.05, 12, 2, 0.0, Interval.MONTHLY, 12)
    assert found == pytest.approx(by_hand, rel=1e-4)


def test_no_saving_has_no_fractional_uncertainty_but_a_band() -> None:
    found = verified(shares(1.1))
    assert found.uncertainty is None
    assert not found.significant
    assert found.band > 0
    assert "more than expected" in found.statement


def test_days_of_a_broken_meter_count_but_are_told() -> None:
    later = shares(1.0)
    later[:7] = 0.002
    found = verified(later)
    assert [one.day.day for one in found.suspect_days] == [1, 2, 3, 4, 5, 6, 7]
    assert found.fraction > 0.01
    assert found.fraction_without_suspect == pytest.approx(0, abs=0.006)
    assert "check the meter" in found.warnings[-1]
    (proposed,) = savings.propose_exclusions(found.suspect_days)
    assert proposed.period == Period(date(2022, 1, 1), date(2022, 1, 7))
    assert verified(later, events=(proposed,)).fraction == pytest.approx(found.fraction_without_suspect)


def test_a_model_that_is_too_loose_warns() -> None:
    data = meter(shares(0.9), noise=10.0)
    assert "fails Guideline 14" in savings.avoided_use(fitted(data), data, REPORTING).warnings[0]


@pytest.mark.parametrize(
    ("treatment", "amount"), [(Treatment.EXCLUDE, None), (Treatment.FACTOR, 1.3), (Treatment.ESTIMATE, None)]
)
def test_a_declared_event_leaves_the_saving_as_it_would_have_been(treatment: Treatment, amount: float | None) -> None:
    later = shares(0.9)
    later[100:160] *= 1.3
    event = NonRoutineEvent(Period(date(2022, 4, 11), date(2022, 6, 9)), treatment, amount)
    assert verified(later, 0.0).fraction < 0.07
    found = verified(later, 0.0, (event,))
    assert found.fraction == pytest.approx(0.1, abs=0.01)
    assert found.events[0].points == 60
    assert (found.events[0].kwh > 0) == (treatment != Treatment.EXCLUDE)


def test_a_known_amount_is_taken_off_the_baseline() -> None:
    data = meter(shares(0.9), 0.0)
    raised = data[Interval.DAILY].with_columns(
        value=pl.col("value") + 150 * pl.col("day").is_between(date(2021, 2, 1), date(2021, 3, 31))
    )
    event = NonRoutineEvent(Period(date(2021, 2, 1), date(2021, 3, 31)), Treatment.CONSTANT, 150)
    asked = baselines.Asked(Method.CHANGE_POINT, Interval.DAILY, events=(event,))
    baseline = baselines.fit({Interval.DAILY: raised}, BASELINE, asked)
    assert savings.avoided_use(baseline, data, REPORTING).fraction == pytest.approx(0.1, abs=1e-9)


def test_overlapping_or_reversed_periods_are_refused() -> None:
    data = meter(shares(0.9))
    baseline = fitted(data)
    with pytest.raises(WrongPeriods, match=r"overlap\. Let the reporting period begin after"):
        savings.avoided_use(baseline, data, Period(date(2021, 12, 1), date(2022, 11, 30)))
    with pytest.raises(WrongPeriods, match="lies before the baseline"):
        savings.avoided_use(baseline, data, Period(date(2020, 1, 1), date(2020, 12, 31)))
    with pytest.raises(WrongPeriods, match="before it begins"):
        Period(date(2022, 2, 1), date(2022, 1, 1))


def test_a_reporting_period_without_data_and_clashing_events_are_refused() -> None:
    data = meter(shares(0.9))
    baseline = fitted(data)
    with pytest.raises(Refused, match="has no point with use and outdoor temperature"):
        savings.avoided_use(baseline, data, Period(date(2023, 1, 1), date(2023, 12, 31)))
    whole = NonRoutineEvent(REPORTING)
    with pytest.raises(Refused, match="is left to judge"):
        savings.avoided_use(baseline, data, REPORTING, (whole,))
    with pytest.raises(WrongPeriods, match="Two events overlap"):
        savings.avoided_use(
            baseline, data, REPORTING, (whole, NonRoutineEvent(Period(date(2022, 5, 1), date(2022, 5, 2))))
        )
    with pytest.raises(WrongPeriods, match="needs an amount"):
        savings.avoided_use(baseline, data, REPORTING, (NonRoutineEvent(REPORTING, Treatment.FACTOR),))


def test_a_baseline_survives_storage_as_json() -> None:
    data = meter(shares(0.9))
    baseline = fitted(data)
    restored = msgspec.json.decode(msgspec.json.encode(baseline), type=AnyBaseline)
    assert restored == baseline
    assert savings.avoided_use(restored, data, REPORTING) == savings.avoided_use(baseline, data, REPORTING)
