"""Specification of events: one per cause, with kind, extent, energy, money, confidence and a sentence."""

from datetime import date, timedelta
from time import process_time

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute.detection import detect
from eaio.analysis.models import AnomalyKind, Finding
from eaio.timeseries.frames import HOURLY
from eaio.timeseries.rates import regional_rates
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame, office

RATES = regional_rates("US", "US")
WEEK = 25 * 168


def only(values: Floats, carrier: Carrier = Carrier.ELECTRICITY) -> Finding:
    (finding,) = detect(as_frame(values), carrier, RATES).findings
    return finding


def hours(finding: Finding) -> tuple[int, int]:
    start, end = ((edge - MONDAY) / timedelta(hours=1) for edge in (finding.start, finding.end))
    return int(start), int(end)


def test_a_regular_office_has_nothing_to_report() -> None:
    assert detect(as_frame(office()), Carrier.ELECTRICITY, RATES).findings == ()


def test_plant_left_on_for_three_nights_is_one_event_that_says_so() -> None:
    values = office()
    for night in (1, 2, 3):
        values[WEEK + 24 * night + 20 : WEEK + 24 * night + 29] += 50
    finding = only(values)
    assert finding.kind == AnomalyKind.NIGHT
    assert hours(finding) == (WEEK + 44, WEEK + 101)
    assert (finding.spells, finding.hours) == (3, 27)
    assert finding.kwh == pytest.approx(27 * 50, rel=0.02)
    assert finding.money == pytest.approx(finding.kwh * 0.1285)
    assert finding.co2_kg == pytest.approx(finding.kwh * 0.3408)
    assert finding.explanation == (
        "Left on out of hours from Tue 28 Jun 2016 to Fri 1 Jul 2016 on 3 nights: 1.36 MWh more than normal, $174, "
        "$58 a night"
    )


def test_a_working_weekend_is_told_from_a_night() -> None:
    values = office()
    values[WEEK + 5 * 24 + 8 : WEEK + 5 * 24 + 18] *= 5
    finding = only(values)
    assert (finding.kind, hours(finding)) == (AnomalyKind.WEEKEND, (WEEK + 128, WEEK + 138))
    assert finding.kwh == pytest.approx(800, rel=0.05)


def test_a_closed_day_uses_less_and_saves_money() -> None:
    values = office()
    values[WEEK + 32 : WEEK + 42] /= 5
    finding = only(values)
    assert finding.kind == AnomalyKind.LOW
    assert finding.kwh == pytest.approx(-800, rel=0.05)
    assert (finding.money or 0) < -90


def test_a_closed_day_on_a_public_holiday_is_no_event() -> None:
    values = office()
    monday = 21 * 168
    values[monday : monday + 24] = values[monday - 24 : monday]
    frame = as_frame(values)
    assert len(detect(frame, Carrier.ELECTRICITY).findings) == 1
    assert detect(frame, Carrier.ELECTRICITY, holidays={date(2016, 5, 30)}).findings == ()


def test_higher_use_in_working_hours_is_called_high_where_the_load_goes_as_high_at_times() -> None:
    values = office()
    values[np.arange(0, 52 * 168, 168) + 10] = 170
    values[WEEK + 32 : WEEK + 42] += 60
    finding = only(values)
    assert finding.kind == AnomalyKind.HIGH
    assert finding.kwh / finding.normal_kwh == pytest.approx(0.6, abs=0.03)
    assert "% over normal" in finding.explanation


def test_an_outage_and_its_ragged_edges_are_one_event_without_money() -> None:
    values = office()
    values[WEEK + 32 : WEEK + 50] = 0.3
    values[WEEK + 50 : WEEK + 54] = 8
    finding = only(values)
    assert (finding.kind, finding.money) == (AnomalyKind.OUTAGE, None)
    assert hours(finding) == (WEEK + 32, WEEK + 54)


def test_missing_readings_say_how_much_went_unrecorded() -> None:
    values = office()
    values[WEEK : WEEK + 48] = np.nan
    finding = only(values)
    assert finding.kind == AnomalyKind.MISSING
    assert finding.normal_kwh == pytest.approx(2 * (10 * 100 + 14 * 20), rel=0.03)
    assert finding.money is None
    assert finding.explanation.startswith("No readings for 2.0 days, from Mon 27 Jun 2016 to Tue 28 Jun 2016")


def test_a_wrong_scale_names_the_factor() -> None:
    values = office()
    values[WEEK : WEEK + 240] *= 10
    finding = only(values)
    assert (finding.kind, hours(finding)) == (AnomalyKind.SCALE, (WEEK, WEEK + 240))
    assert "Reads 10 times its usual level" in finding.explanation


def test_solar_that_yields_less_costs_money() -> None:
    hour = np.arange(52 * 168) % 24
    sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0, None)
    values = 50 * sun * np.random.default_rng(1).normal(1, 0.03, sun.size)
    values[WEEK + 24 + 9 : WEEK + 24 + 17] *= 0.2
    finding = only(values, Carrier.SOLAR)
    assert finding.kind == AnomalyKind.LOW
    assert (finding.money or 0) > 0
    assert finding.explanation.startswith("Lower yield than usual on Tue 28 Jun 2016")


def test_water_is_counted_in_litres() -> None:
    values = office() * 10
    values[WEEK + 44 : WEEK + 56] += 800
    said = only(values, Carrier.WATER).explanation
    assert said.startswith("Water ran out of hours")
    assert "m³ more than normal" in said


def test_irrigation_knows_no_night_and_less_of_it_is_no_anomaly() -> None:
    hour = np.arange(52 * 168) % 24
    values = np.where((hour >= 2) & (hour < 5), 500.0, 100.0) * np.random.default_rng(1).normal(1, 0.03, hour.size)
    values[WEEK + 2 : WEEK + 8] += 3_000
    values[WEEK + 1000 : WEEK + 1012] = 10
    assert only(values, Carrier.IRRIGATION).kind == AnomalyKind.HIGH


def test_a_stronger_event_is_surer() -> None:
    mild, strong = office(), office()
    mild[WEEK + 44 : WEEK + 56] += 9
    strong[WEEK + 44 : WEEK + 56] += 60
    assert 0.3 <= only(mild).confidence < only(strong).confidence <= 0.95


def test_faulty_hours_are_not_trusted_and_outages_are() -> None:
    values = office()
    values[WEEK : WEEK + 5] = 0
    values[WEEK + 32 : WEEK + 50] = 0.3
    found = detect(as_frame(values), Carrier.ELECTRICITY)
    assert not found.trusted[WEEK : WEEK + 5].any()
    assert found.trusted.sum() == values.size - 5


def test_a_new_meter_of_four_weeks_is_only_judged_by_rules() -> None:
    values = office(4 * 168)
    values[300:310] += 80
    values[400:403] = -1
    assert only(values).kind == AnomalyKind.NEGATIVE


def test_an_empty_frame_and_a_dead_meter_have_no_contextual_event() -> None:
    assert detect(HOURLY.to_frame(), Carrier.ELECTRICITY).findings == ()
    dead = detect(as_frame(np.full(52 * 168, np.nan)), Carrier.ELECTRICITY).findings
    assert [finding.kind for finding in dead] == [AnomalyKind.MISSING]


def test_a_meter_year_takes_less_than_a_tenth_of_a_second() -> None:
    frame: pl.DataFrame = as_frame(office())
    detect(frame, Carrier.ELECTRICITY)
    started = process_time()
    for _ in range(3):
        detect(frame, Carrier.ELECTRICITY)
    assert (process_time() - started) / 3 < 0.1
