"""Specification of what a building's loads say together, and of the portfolio's peak; odd data are refused in words."""

import json
from datetime import timedelta
from uuid import UUID

import msgspec
import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute import drawings
from eaio.analysis.compute.insights import InsightsAsked, insights, weather_days
from eaio.analysis.compute.peaks import Load
from eaio.analysis.compute.portfolio_peak import BuildingLoad, portfolio_peak
from eaio.analysis.models import RefusalReason
from eaio.analysis.models.insights import Insights
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame, weather, working_hours

HOURS = 52 * 168
ASKED = InsightsAsked(start=MONDAY.date(), end=MONDAY.date() + timedelta(days=364), time_zone="UTC", intervals=False)
NO_WEATHER = pl.DataFrame()


def observed(temperature: Floats) -> pl.DataFrame:
    frame = as_frame(temperature).select("local", temperature="value")
    calm = pl.lit(None, pl.Float64())
    return frame.with_columns(dew_temperature=pl.col("temperature") - 5, wind_speed=calm, cloud_coverage=calm)


def said(loads: dict[Carrier, Floats], weather_of: pl.DataFrame = NO_WEATHER, t: Floats | None = None) -> Insights:
    return insights(
        {carrier: [Load("main", as_frame(values, t))] for carrier, values in loads.items()}, weather_of, ASKED
    )


def test_a_heated_building_follows_heating_degrees_and_its_parts_come_by_month() -> None:
    t = np.repeat(weather(HOURS).reshape(-1, 24).mean(1), 24)
    gas = 5 + 4 * np.maximum(12 - t, 0)
    power = np.where(working_hours(HOURS), 50.0, 10.0)
    found = said({Carrier.GAS: gas, Carrier.ELECTRICITY: power}, observed(t), t)
    closest = drawings.strongest(found.correlations.weather)
    assert closest is not None
    assert (closest.second, closest.first) == ("Gas", "Heating degrees")
    assert closest.days == 364
    assert found.correlations.coverage["Outdoor temperature"] == 1.0
    assert "Wind speed" not in found.correlations.coverage
    split = next(one for one in found.end_uses.splits if one.carrier is Carrier.GAS)
    months = [month.base + month.schedule + month.heating + month.cooling for month in split.months]
    assert sum(months) == pytest.approx(split.total)
    assert max(split.months, key=lambda month: month.heating).month.month in {12, 1, 2}
    assert all(part.low is None for part in split.parts)
    assert {peak.carrier for peak in found.peaks} == {Carrier.GAS, Carrier.ELECTRICITY}
    assert len(found.peaks[0].calendar) == 364


@pytest.mark.parametrize(
    ("values", "peaks", "split"),
    [
        (np.zeros(HOURS), RefusalReason.ALL_ZERO, RefusalReason.ALL_ZERO),
        (np.full(HOURS, np.nan), RefusalReason.TOO_FEW, RefusalReason.TOO_FEW),
        (np.full(100, 5.0), RefusalReason.TOO_FEW, RefusalReason.TOO_FEW),
    ],
)
def test_what_the_data_do_not_carry_is_refused_by_type_and_in_words(
    values: Floats, peaks: RefusalReason, split: RefusalReason
) -> None:
    found = said({Carrier.ELECTRICITY: values})
    assert (found.peaks, found.end_uses.splits) == ((), ())
    assert [one.reason for one in found.peaks_refused] == [peaks]
    assert [one.reason for one in found.end_uses.refused] == [split]
    assert found.correlations.refusals
    assert "null" not in json.dumps(found.correlations.coverage)


def test_a_constant_load_is_refused_everywhere_with_the_word_for_it() -> None:
    t = weather(HOURS)
    found = said({Carrier.ELECTRICITY: np.full(HOURS, 5.0), Carrier.GAS: 30 - t}, observed(t), t)
    refused = [pair for pair in found.correlations.weather if pair.second == "Electricity"]
    assert all(pair.r is None and pair.refusal == "Electricity is the same every day" for pair in refused)
    assert [one.reason for one in found.peaks_refused] == [RefusalReason.CONSTANT]
    assert [one.reason for one in found.end_uses.refused] == [RefusalReason.CONSTANT]


def test_negative_sun_is_refused_in_words() -> None:
    found = said({Carrier.SOLAR: np.where(np.arange(HOURS) % 24 == 12, -9.0, 0.0)})
    assert [one.reason for one in found.peaks_refused] == [RefusalReason.ALL_ZERO]
    assert found.end_uses.splits == ()


def test_meters_that_were_never_read_together_are_refused_not_added() -> None:
    early, late = as_frame(np.full(2000, 5.0)), as_frame(np.full(HOURS, 5.0)).tail(2000)
    found = insights({Carrier.GAS: [Load("a", early), Load("b", late)]}, NO_WEATHER, ASKED)
    assert [one.reason for one in found.end_uses.refused] == [RefusalReason.TOO_FEW]
    assert found.correlations.coverage["Gas"] == 0.0


def test_what_is_kept_reads_back_the_same_and_holds_no_not_a_number() -> None:
    t = weather(HOURS)
    found = said({Carrier.GAS: 40 - t, Carrier.SOLAR: np.where(np.arange(HOURS) % 24 == 12, 9.0, 0.0)}, observed(t), t)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Insights) == found
    payloads = [
        drawings.matrix(found, "Hall"),
        drawings.months(found, found.end_uses.splits[0], "Hall"),
        drawings.calendar(found, found.peaks[0], "Hall"),
    ]
    assert all(
        b"NaN" not in msgspec.json.encode(one) and one.about.startswith(("Daily", "Esti", "High")) for one in payloads
    )


def test_a_day_of_weather_needs_four_hours_of_five() -> None:
    frame = observed(np.r_[np.full(5, np.nan), np.full(43, 10.0)]).with_columns(pl.col("temperature").fill_nan(None))
    days = weather_days(frame)
    assert days["temperature"].to_list() == [None, 10.0]
    assert days["heating"].to_list() == [None, pytest.approx(8.3)]


def load(name: str, values: Floats) -> BuildingLoad:
    return BuildingLoad(UUID(int=len(name)), name, "Site", MONDAY, values.astype(np.float32))


def test_the_building_with_more_of_the_peak_than_of_the_energy_drives_it() -> None:
    steady, spiky = np.full(240, 100.0), np.full(240, 10.0)
    spiky[30] = 80.0
    found = portfolio_peak([load("Steady", steady), load("Spiky_hall", spiky)])
    assert (found.at, found.peak, found.known, found.buildings) == (MONDAY + timedelta(hours=30), 180.0, 2, 2)
    assert [one.building for one in found.shares] == ["Steady", "Spiky_hall"]
    assert found.shares[1].share == pytest.approx(80 / 180)
    assert found.shares[1].energy_share == pytest.approx(spiky.mean() / (spiky.mean() + 100))
    assert sum(one.energy_share for one in found.shares) == pytest.approx(1.0)
    assert "Spiky hall drives the peak: 44 % of it, 9.3 % of the energy" in found.statement


def test_a_building_without_a_known_hour_takes_no_part() -> None:
    found = portfolio_peak([load("Known", np.full(240, 5.0)), load("Unknown", np.full(240, np.nan))])
    assert (found.buildings, len(found.shares)) == (1, 1)
