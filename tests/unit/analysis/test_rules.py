"""Specification of the faults that readings show by themselves."""

import numpy as np
import pytest

from eaio.analysis.compute import faults as analysis
from eaio.analysis.models import AnomalyKind
from eaio.metering.compute.quality.rules import Evidence
from eaio.timeseries.metrics import runs
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import Floats, as_frame, office, weather

HOURS = 52 * 168
NOWHERE = np.full(HOURS, np.nan)


def found(
    values: Floats, carrier: Carrier = Carrier.ELECTRICITY, temperature: Floats = NOWHERE
) -> dict[str, list[list[int]]]:
    faults = analysis.faults(Evidence(carrier, values, temperature))
    return {fault.kind.value: runs(fault.hours).tolist() for fault in faults if fault.hours.any()}


def planted(start: int, end: int, value: float | Floats) -> Floats:
    values = office()
    values[start:end] = value
    return values


def test_a_healthy_meter_has_no_fault() -> None:
    assert found(office()) == {}


@pytest.mark.parametrize(
    ("kind", "start", "end", "value"),
    [
        ("missing", 2000, 2024, np.nan),
        ("zero", 2000, 2005, 0.0),
        ("outage", 2000, 2006, 0.3),
        ("stuck", 2000, 2014, 57.3),
        ("negative", 2000, 2003, -4.0),
        ("spike", 2000, 2001, 5_000.0),
    ],
)
def test_a_planted_fault_is_found_where_it_is_and_nowhere_else(kind: str, start: int, end: int, value: float) -> None:
    assert found(planted(start, end, value)) == {kind: [[start, end]]}


@pytest.mark.parametrize("factor", [10.0, 100.0, 1000.0, 0.1, 0.001])
def test_a_step_of_scale_is_found_and_its_return_too(factor: float) -> None:
    start, end = 100 * 24, 130 * 24
    assert found(planted(start, end, office()[start:end] * factor)) == {"scale": [[start, end]]}


def test_a_step_that_never_returns_blames_the_shorter_side() -> None:
    start = 300 * 24
    assert found(planted(start, HOURS, office()[start:] * 10)) == {"scale": [[start, HOURS]]}


def test_a_short_gap_is_no_event_but_belongs_to_data_quality() -> None:
    assert found(planted(2000, 2010, np.nan)) == {}


def test_heating_may_rest_in_summer_but_not_in_winter() -> None:
    temperature = weather(HOURS)
    values = np.maximum(18 - temperature, 0.5)
    january, july = 14 * 24, 195 * 24
    values[january : january + 72] = values[july : july + 72] = 0
    assert found(values, Carrier.STEAM, temperature) == {"zero": [[january, january + 72]]}


def test_cooling_may_rest_in_winter_but_not_in_summer() -> None:
    temperature = weather(HOURS) + 6
    values = np.maximum(temperature - 8, 0.5)
    january, july = 14 * 24, 195 * 24
    values[january : january + 72] = values[july : july + 72] = 0
    assert found(values, Carrier.CHILLEDWATER, temperature) == {"zero": [[july, july + 72]]}


def test_gas_and_water_may_read_zero() -> None:
    for carrier in (Carrier.GAS, Carrier.WATER, Carrier.IRRIGATION):
        assert found(planted(2000, 2050, 0.0), carrier) == {}


def test_solar_is_dark_at_night_but_not_for_a_day() -> None:
    hour = np.arange(HOURS) % 24
    values = np.where((hour >= 7) & (hour < 18), 10.0 + hour, 0.0)
    assert found(values, Carrier.SOLAR) == {}
    values[2000:2040] = 0
    ((start, end),) = found(values, Carrier.SOLAR)["zero"]
    assert start <= 2000
    assert end >= 2040


def test_a_coarse_meter_that_often_repeats_itself_is_not_stuck() -> None:
    assert found(np.round(office() / 20) * 20) == {}


def test_half_a_day_at_one_value_is_long_for_a_meter_that_never_repeats_itself() -> None:
    assert found(planted(2000, 2008, 55.5)) == {"stuck": [[2000, 2008]]}
    assert found(planted(2000, 2005, 55.5)) == {}


def test_an_outage_may_be_coded_as_any_value_far_below_the_rest() -> None:
    assert found(planted(2000, 2004, 5.0)) == {"outage": [[2000, 2004]]}


def test_an_electricity_meter_that_never_read_anything_has_no_zero_fault() -> None:
    assert found(np.zeros(HOURS)) == {}


def test_a_load_that_is_off_every_night_is_neither_missing_nor_out_of_power() -> None:
    values = np.where(office() > 50, office(), 0.0)
    assert found(values) == {}
    values[20 * 168 : 22 * 168] = 0
    assert found(values) == {"zero": [[20 * 168 - 6 - 48, 22 * 168 + 8]]}


def test_a_pulse_amid_zeros_does_not_cut_them_into_an_outage_and_gaps() -> None:
    values = planted(2000, 2040, 0.0)
    values[2010:2012] = 0.3
    assert found(values) == {"zero": [[2000, 2040]]}


COUNTS_EVERYTHING = (Carrier.ELECTRICITY, Carrier.GAS, Carrier.STEAM, Carrier.HOTWATER, Carrier.CHILLEDWATER)


@pytest.mark.parametrize("carrier", Carrier)
@pytest.mark.parametrize(("kind", "start", "end", "value"), [
    ("missing", 3000, 3072, np.nan), ("negative", 3000, 3003, -5.0), ("spike", 3000, 3001, 2000.0),
    ("stuck", 3000, 3048, 63.123),
])  # fmt: skip
def test_a_planted_fault_is_found_on_every_carrier_that_can_have_it(
    kind: str, start: int, end: int, value: float, carrier: Carrier
) -> None:
    cannot = {"spike": {Carrier.IRRIGATION}, "stuck": set(Carrier) - set(COUNTS_EVERYTHING)}
    expected = {} if carrier in cannot.get(kind, set()) else {kind: [[start, end]]}
    assert found(planted(start, end, value), carrier) == expected


@pytest.mark.parametrize("carrier", Carrier)
@pytest.mark.parametrize("factor", [10, 1000, 0.1, 0.001])
def test_a_step_of_scale_is_found_on_every_carrier(carrier: Carrier, factor: float) -> None:
    values = office()
    values[20 * 168 : 24 * 168] *= factor
    assert found(values, carrier) == {"scale": [[20 * 168, 24 * 168]]}


def test_an_hour_belongs_to_one_fault_only() -> None:
    values = planted(2000, 2100, 0.0)
    values[2050:2100] = np.nan
    assert found(values) == {"missing": [[2050, 2100]], "zero": [[2000, 2050]]}


def test_trusted_values_drop_faults_but_keep_outages() -> None:
    values = planted(2000, 2006, 0.3)
    values[3000:3005] = 0
    clean = analysis.trusted_values(as_frame(values), Carrier.ELECTRICITY)["value"]
    assert clean[2000:2006].to_list() == [0.3] * 6
    assert clean[3000:3005].null_count() == clean.null_count() == 5


def test_kinds_of_rules_are_faults_of_the_data_except_outages() -> None:
    kinds = set(analysis.KINDS)
    assert {kind for kind in kinds if not kind.is_data_fault} == {AnomalyKind.OUTAGE}
