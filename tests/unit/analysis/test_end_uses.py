"""Specification of the split by end use: planted parts come back, and always add up."""

from datetime import timedelta

import numpy as np
import pytest

from eaio.analysis.compute.end_uses import split
from eaio.analysis.models import RefusalReason, Refused
from eaio.analysis.models.loads import EndUse, EndUseSplit
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame, weather, working_hours

HOURS = 52 * 168
PERIOD = (MONDAY.date(), MONDAY.date() + timedelta(days=364))


def planted(heating: float = 0.0, cooling: float = 0.0) -> tuple[Floats, Floats, dict[EndUse, float]]:
    """20 kWh always, 10 more round the clock of working days less nights, plus kWh a day and kelvin by the day."""
    t = np.repeat(weather(HOURS).reshape(-1, 24).mean(1), 24)
    work = np.where(working_hours(HOURS), 10.0, 0.0)
    cold, warm = heating * np.maximum(12 - t, 0) / 24, cooling * np.maximum(t - 17, 0) / 24
    parts = {
        EndUse.BASE: 20.0 * HOURS,
        EndUse.SCHEDULE: work.sum(),
        EndUse.HEATING: cold.sum(),
        EndUse.COOLING: warm.sum(),
    }
    return 20.0 + work + cold + warm, t, parts


def shares(found: EndUseSplit) -> dict[EndUse, float]:
    return {part.use: part.value for part in found.parts}


def test_planted_heating_and_cooling_come_back_and_the_parts_add_up() -> None:
    values, t, expected = planted(heating=60, cooling=40)
    found = split(as_frame(values, t), Carrier.ELECTRICITY, PERIOD)
    parts = shares(found)
    assert sum(parts.values()) == pytest.approx(values.sum(), rel=1e-12)
    assert sum(part.share for part in found.parts) == pytest.approx(1.0)
    for use, value in expected.items():
        assert parts[use] == pytest.approx(value, abs=0.03 * values.sum())
    for part in found.parts:
        assert part.low is not None
        assert part.high is not None
        assert part.low <= part.share <= part.high or part.share == pytest.approx(part.low, abs=0.01)


def test_without_weather_in_the_load_nothing_is_heating_or_cooling() -> None:
    values, t, expected = planted()
    found = split(as_frame(values * np.random.default_rng(1).normal(1, 0.01, HOURS), t), Carrier.GAS, PERIOD)
    parts = shares(found)
    assert parts[EndUse.HEATING] + parts[EndUse.COOLING] < 0.01 * found.total
    assert parts[EndUse.BASE] == pytest.approx(expected[EndUse.BASE], rel=0.03)


def test_without_outdoor_temperature_base_and_schedule_are_told_with_a_warning() -> None:
    values, _, expected = planted()
    found = split(as_frame(values), Carrier.ELECTRICITY, PERIOD)
    assert shares(found)[EndUse.BASE] == pytest.approx(expected[EndUse.BASE])
    assert "not told apart" in found.warnings[0]


def test_a_day_with_a_gap_is_left_out_and_counted() -> None:
    values, t, _ = planted(heating=60)
    values[500] = np.nan
    found = split(as_frame(values, t), Carrier.STEAM, PERIOD)
    assert (found.days, found.expected_days) == (363, 364)
    known = np.delete(values.reshape(-1, 24), 500 // 24, axis=0)
    assert found.total == pytest.approx(known.sum())


def test_heating_is_never_more_than_the_day_used() -> None:
    values, t, _ = planted(heating=200)
    values[: 60 * 24] = 0.5
    found = split(as_frame(values, t), Carrier.HOTWATER, PERIOD)
    assert all(part.value >= 0 for part in found.parts)
    assert sum(part.value for part in found.parts) == pytest.approx(found.total)


@pytest.mark.parametrize(
    ("values", "carrier", "reason"),
    [
        (np.zeros(HOURS), Carrier.GAS, RefusalReason.ALL_ZERO),
        (np.full(HOURS, -1.0), Carrier.ELECTRICITY, RefusalReason.NO_USE),
        (np.full(HOURS, np.nan), Carrier.ELECTRICITY, RefusalReason.TOO_FEW),
        (np.ones(HOURS), Carrier.SOLAR, RefusalReason.NO_USE),
        (np.ones(HOURS), Carrier.WATER, RefusalReason.NO_USE),
    ],
)
def test_what_cannot_be_split_is_refused(values: Floats, carrier: Carrier, reason: RefusalReason) -> None:
    with pytest.raises(Refused) as refused:
        split(as_frame(values), carrier, PERIOD)
    assert refused.value.reason == reason


def test_a_load_that_reads_the_same_in_every_hour_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        split(as_frame(np.full(HOURS, 5.0)), Carrier.ELECTRICITY, PERIOD)
    assert refused.value.reason == RefusalReason.CONSTANT
