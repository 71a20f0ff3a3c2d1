"""Specification of the figures of a meter and a building; of days, months and heat maps."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from eaio.analysis.compute import series
from eaio.analysis.compute.meters import BuildingAsked, MeterAsked, analyse_meter, building_figures
from eaio.analysis.compute.series import DegreeDayBase
from eaio.analysis.models import BuildingFigures, MeterAnalysis, ModelKind
from eaio.timeseries.calendar import daily
from eaio.timeseries.rates import regional_rates
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame, office, weather

YEAR = 365 * 24
START = MONDAY.date()
RATES = regional_rates("US", "US")
BUILDING = UUID(int=1)


def analysed(
    values: Floats, carrier: Carrier = Carrier.ELECTRICITY, temperature: Floats | None = None
) -> MeterAnalysis:
    asked = MeterAsked(
        meter_id=uuid4(),
        building_id=BUILDING,
        carrier=carrier,
        start=START,
        end=START + timedelta(days=365),
        rates=RATES,
    )
    return analyse_meter(as_frame(values, temperature), asked)


def figures_of(*meters: MeterAnalysis, area: float | None = 1_000.0) -> BuildingFigures:
    asked = BuildingAsked(
        building_id=BUILDING,
        area_m2=area,
        primary_use="Office",
        sub_use=None,
        start=START,
        end=START + timedelta(days=365),
    )
    return building_figures(asked, meters)


def test_a_year_is_added_up_with_money_and_carbon() -> None:
    values = office(YEAR)
    figures = analysed(values).figures
    assert figures.coverage == 1.0
    assert figures.annual == pytest.approx(values.sum())
    assert figures.money == pytest.approx(values.sum() * 0.1285)
    assert figures.co2_kg == pytest.approx(values.sum() * 0.3408)


def test_a_gap_and_a_fault_are_filled_at_the_mean_of_what_can_be_trusted() -> None:
    values = office(YEAR)
    whole = values.sum()
    values[1000:1168] = np.nan
    values[3024:3192] = 0
    figures = analysed(values).figures
    assert figures.coverage == pytest.approx(1 - 336 / YEAR)
    assert figures.annual == pytest.approx(whole, rel=0.005)


def test_half_a_year_has_no_yearly_total_and_says_why() -> None:
    figures = analysed(office(YEAR // 2)).figures
    assert figures.annual is None
    assert figures.money is None
    assert any("50 % can be trusted" in refusal for refusal in figures.refusals)


def test_the_weather_model_is_that_of_the_days() -> None:
    temperature = weather(YEAR)
    days = daily(as_frame(np.zeros(YEAR), temperature))["temperature"].to_numpy()
    noise = np.random.default_rng(2).normal(0, 1, 365)
    values = 50 + np.repeat(np.maximum(days - 15, 0) + noise, 24)
    model = analysed(values, temperature=temperature).figures.model
    assert model is not None
    assert model.kind == ModelKind.P3_COOLING
    assert model.above == pytest.approx(24, rel=0.03)
    assert model.cooling_balance == pytest.approx(15, abs=0.5)


def test_the_weather_model_falls_back_on_the_last_days_whose_weather_is_known() -> None:
    temperature = weather(2 * YEAR)
    temperature[YEAR:] = np.nan
    values = np.random.default_rng(3).normal(50, 2, 2 * YEAR) + np.maximum(np.nan_to_num(temperature) - 15, 0)
    asked = MeterAsked(
        meter_id=uuid4(),
        building_id=BUILDING,
        carrier=Carrier.ELECTRICITY,
        start=START + timedelta(days=365),
        end=START + timedelta(days=730),
    )
    model = analyse_meter(as_frame(values, temperature), asked).figures.model
    assert model is not None
    assert (model.n, model.last_day) == (365, START + timedelta(days=364))


def test_a_building_adds_its_carriers_and_ignores_water() -> None:
    electric, steam = analysed(office(YEAR)), analysed(office(YEAR, seed=6), Carrier.STEAM)
    water = analysed(office(YEAR) * 100, Carrier.WATER)
    figures = figures_of(electric, steam, water)
    both = (electric.figures.annual or 0) + (steam.figures.annual or 0)
    assert figures.annual_kwh == pytest.approx(both)
    assert figures.eui == pytest.approx(both / 1_000)
    assert figures.carriers == (Carrier.ELECTRICITY, Carrier.STEAM)
    assert figures.money == pytest.approx(sum(m.figures.money or 0 for m in (electric, steam, water)))


def test_an_intensity_is_unknown_when_a_carrier_is() -> None:
    figures = figures_of(analysed(office(YEAR)), analysed(office(YEAR // 3), Carrier.STEAM))
    assert (figures.annual_kwh, figures.eui) == (None, None)
    assert figures_of(analysed(office(YEAR)), area=None).eui is None


def test_the_excess_counts_what_was_used_above_normal_and_not_what_was_saved() -> None:
    values = office(YEAR)
    values[25 * 168 + 44 : 25 * 168 + 56] += 60
    values[30 * 168 + 32 : 30 * 168 + 42] = 20
    figures = figures_of(analysed(values))
    assert figures.excess_kwh == pytest.approx(12 * 60, rel=0.1)
    assert figures.excess_money == pytest.approx(figures.excess_kwh * 0.1285)


def test_degree_days_count_from_their_base_and_months_add_them() -> None:
    temperature = np.full(31 * 24, 8.3)
    (january,) = series.months(as_frame(np.ones(27 * 24), temperature[: 27 * 24]), DegreeDayBase(18.3, 5.3))[:1]
    assert january.month == date(2016, 1, 1)
    assert january.heating_degree_days == pytest.approx(27 * 10)
    assert january.cooling_degree_days == pytest.approx(27 * 3)


def test_a_month_with_weather_on_a_few_days_only_has_no_degree_days() -> None:
    temperature = np.full(27 * 24, np.nan)
    temperature[: 20 * 24] = 8.3
    (january,) = series.months(as_frame(np.ones(27 * 24), temperature), DegreeDayBase())[:1]
    assert (january.heating_degree_days, january.cooling_degree_days) == (None, None)


def test_a_month_in_which_a_meter_begins_is_covered_in_part_and_one_that_the_period_cuts_is_whole() -> None:
    frame = as_frame(np.ones(60 * 24)).slice(6)
    january, _, march = series.months(frame, DegreeDayBase())
    assert (january.present, january.hours, march.present, march.hours) == (28 * 24 - 6, 31 * 24, 3 * 24, 31 * 24)
    january, _, march = series.months(frame, DegreeDayBase(), (START, START + timedelta(days=60)))
    assert (january.present, january.hours, march.present, march.hours) == (28 * 24 - 6, 28 * 24, 3 * 24, 3 * 24)


def test_a_day_that_the_readings_begin_in_is_no_whole_day_for_the_model() -> None:
    days = daily(as_frame(np.ones(50), np.full(50, 10.0)).slice(20))
    assert days["hours"].to_list() == [24, 24, 24]
    assert series.model_days(days)["value"].to_list() == [24.0]


def test_a_day_with_a_few_hours_missing_is_scaled_up_and_one_with_many_left_out() -> None:
    values = np.ones(72)
    values[2:4] = np.nan
    values[30:40] = np.nan
    days = series.model_days(daily(as_frame(values, np.full(72, 10.0))))
    assert days["value"].to_list() == [pytest.approx(24), pytest.approx(24)]
    assert days["day"].to_list() == [START, START + timedelta(days=2)]


def test_a_day_without_any_electricity_is_missing_but_one_without_gas_is_not() -> None:
    frame = daily(as_frame(np.zeros(24), np.full(24, 10.0)))
    assert series.model_days(frame, zero_is_missing=True).is_empty()
    assert series.model_days(frame)["value"].to_list() == [0.0]


def test_the_heat_map_has_a_row_for_each_day_and_a_hole_for_each_gap() -> None:
    values = np.arange(48.0)
    values[30] = np.nan
    heat = series.heat_map(as_frame(values))
    assert heat.days == ("2016-01-04", "2016-01-05")
    assert (heat.values[0][5], heat.values[1][6], len(heat.values[1])) == (5.0, None, 24)
