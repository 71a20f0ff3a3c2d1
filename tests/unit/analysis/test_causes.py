"""Specification of causes that last: each is found once, with its extent and amounts, and ordinary loads have none."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pytest

from eaio.analysis.compute.detection import detect
from eaio.analysis.compute.meters import MeterAsked, analyse_building
from eaio.analysis.models import KIND_LABEL, AnomalyKind, Finding
from eaio.timeseries.rates import regional_rates
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame, office, weather, working_hours

RATES = regional_rates("US", "US")
HOURS = 52 * 168
WEEK = 25 * 168


def of_kind(kind: AnomalyKind, found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.kind == kind]


def starts(finding: Finding) -> int:
    return round((finding.start - MONDAY) / timedelta(hours=1))


def water() -> Floats:
    noise = np.random.default_rng(3).uniform(0.6, 1.4, HOURS)
    return np.where(working_hours(HOURS), 400 * noise, 0.0)


def test_water_that_never_stops_is_one_leak_with_its_standing_flow() -> None:
    values = water()
    values[WEEK : WEEK + 120] += 50
    (leak,) = detect(as_frame(values), Carrier.WATER, RATES).findings
    assert (leak.kind, leak.hours, starts(leak)) == (AnomalyKind.LEAK, pytest.approx(120, abs=11), WEEK)
    assert leak.kwh == pytest.approx(leak.hours * 50, rel=0.02)
    assert leak.explanation.startswith("Water never stopped for 5")


def test_water_that_pauses_every_night_has_no_leak() -> None:
    assert not of_kind(AnomalyKind.LEAK, detect(as_frame(water()), Carrier.WATER).findings)


def test_water_used_day_and_night_has_no_leak_until_its_lowest_flow_rises() -> None:
    values = water() + 100 * np.random.default_rng(4).uniform(0.9, 1.1, HOURS)
    assert not of_kind(AnomalyKind.LEAK, detect(as_frame(values), Carrier.WATER).findings)
    values[WEEK : WEEK + 96] += 200
    assert len(of_kind(AnomalyKind.LEAK, detect(as_frame(values), Carrier.WATER).findings)) == 1


def test_days_that_begin_two_hours_earlier_for_a_month_are_one_moved_schedule() -> None:
    values, hour = office(), np.arange(HOURS)
    early = (hour // 24 % 7 < 5) & (hour % 24 >= 6) & (hour % 24 < 8) & (hour >= WEEK) & (hour < WEEK + 28 * 24)
    values[early] += 80
    (finding,) = detect(as_frame(values), Carrier.ELECTRICITY, RATES).findings
    assert finding.kind == AnomalyKind.SCHEDULE
    assert abs(starts(finding) - WEEK) <= 48
    assert finding.kwh == pytest.approx(20 * 2 * 80, rel=0.15)
    assert finding.explanation.startswith("Use begins 2 hours earlier than before")


def test_a_day_that_rises_as_a_whole_has_not_moved_its_hours() -> None:
    values, hour = office(), np.arange(HOURS)
    rising = (hour >= WEEK) & (hour < WEEK + 28 * 24)
    values[rising] += 40
    values[rising & (hour // 24 % 7 < 5) & (hour % 24 >= 6) & (hour % 24 < 8)] += 36
    assert not of_kind(AnomalyKind.SCHEDULE, detect(as_frame(values), Carrier.ELECTRICITY).findings)


def test_evenings_that_come_back_every_few_days_are_no_peaks() -> None:
    values = office()
    for day in range(7, 360, 9):
        values[day * 24 + 10 : day * 24 + 16] += 200
    assert not of_kind(AnomalyKind.PEAK, detect(as_frame(values), Carrier.ELECTRICITY).findings)


def test_without_temperature_a_small_change_of_level_is_no_drift_and_a_large_one_is() -> None:
    hours = 104 * 168
    later = np.arange(hours) >= 60 * 168
    for rise, told in ((0.09, 0), (0.3, 1)):
        values = office(hours) * (1 + rise * later)
        found = of_kind(AnomalyKind.DRIFT, detect(as_frame(values), Carrier.ELECTRICITY).findings)
        assert len(found) == told, rise


@pytest.mark.parametrize(("per_year", "way"), [(0.4, "up"), (-0.4, "down")])
def test_a_level_that_creeps_through_the_second_year_is_a_drift(per_year: float, way: str) -> None:
    hours = 104 * 168
    later = np.clip(np.arange(hours) / 8760 - 1, 0, None)
    values = office(hours) * (1 + per_year * later)
    found = of_kind(AnomalyKind.DRIFT, detect(as_frame(values, weather(hours)), Carrier.ELECTRICITY, RATES).findings)
    assert len(found) == 1
    assert f"Use crept {way}" in found[0].explanation
    assert (found[0].kwh > 0) == (per_year > 0)


def test_a_second_year_like_the_first_has_no_drift() -> None:
    hours = 104 * 168
    frame = as_frame(office(hours), weather(hours))
    assert not of_kind(AnomalyKind.DRIFT, detect(frame, Carrier.ELECTRICITY).findings)


def test_readings_ten_times_too_high_across_weekends_are_a_scale_fault() -> None:
    values = office()
    values[WEEK + 130 : WEEK + 130 + 9 * 24] *= 10
    (finding,) = detect(as_frame(values), Carrier.ELECTRICITY, RATES).findings
    assert (finding.kind, finding.money) == (AnomalyKind.SCALE, None)


def thermal(fight: bool, known_weather: bool = True) -> list[tuple[AnomalyKind, Finding]]:
    temperature, rng = weather(HOURS), np.random.default_rng(8)
    heat = 10 + 6 * np.clip(16 - temperature, 0, None) * rng.normal(1, 0.05, HOURS)
    cold = 10 + 8 * np.clip(temperature - 14, 0, None) * rng.normal(1, 0.05, HOURS)
    if fight:
        for load in (heat, cold):
            load[WEEK : WEEK + 10 * 24] += 60
    building = uuid4()
    asked = [
        MeterAsked(
            meter_id=uuid4(),
            building_id=building,
            carrier=carrier,
            start=date(2016, 1, 4),
            end=date(2017, 1, 2),
            rates=RATES,
        )
        for carrier in (Carrier.HOTWATER, Carrier.CHILLEDWATER)
    ]
    frames = [as_frame(load, temperature if known_weather else None) for load in (heat, cold)]
    found = analyse_building(frames, asked)
    if not known_weather:
        assert "outdoor temperature" in " ".join(found[1].figures.refusals)
    return [(finding.kind, finding) for meter in found for finding in meter.findings]


def test_heating_against_cooling_is_told_once_with_both_sides_cost() -> None:
    found = [finding for _, finding in thermal(fight=True)]
    (finding,) = of_kind(AnomalyKind.SIMULTANEOUS, found)
    assert starts(finding) == WEEK
    twice = [f for f in found if f is not finding and f.kwh > 0 and f.start < finding.end and f.end > finding.start]
    assert not twice
    assert finding.kwh == pytest.approx(10 * 24 * 60, rel=0.15)
    both = sum(RATES.price[carrier].value for carrier in (Carrier.HOTWATER, Carrier.CHILLEDWATER))
    assert finding.money == pytest.approx(finding.kwh * both)


def test_a_building_that_heats_and_cools_as_usual_has_no_fight() -> None:
    assert AnomalyKind.SIMULTANEOUS not in [kind for kind, _ in thermal(fight=False)]


def test_without_weather_the_fight_is_refused_with_the_reason() -> None:
    assert AnomalyKind.SIMULTANEOUS not in [kind for kind, _ in thermal(fight=True, known_weather=False)]


@pytest.mark.parametrize("carrier", [Carrier.ELECTRICITY, Carrier.WATER, Carrier.GAS, Carrier.SOLAR])
@pytest.mark.parametrize("level", [0.0, 7.0, -3.0, float("nan")])
@pytest.mark.parametrize("hours", [1, 100, HOURS])
def test_flat_negative_empty_and_short_series_yield_finite_findings(carrier: Carrier, level: float, hours: int) -> None:
    for finding in detect(as_frame(np.full(hours, level)), carrier, RATES).findings:
        assert np.isfinite([finding.kwh, finding.normal_kwh, finding.confidence]).all()
        assert "nan" not in finding.explanation.lower()


def test_every_kind_has_a_label() -> None:
    assert set(KIND_LABEL) == set(AnomalyKind)
