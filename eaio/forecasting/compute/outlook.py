"""Stored forecasts cut to what was asked for, and several meters added up."""

from collections.abc import Sequence
from datetime import timedelta

from eaio.buildings.models import Meter
from eaio.forecasting.models import (
    Forecast,
    MeterPart,
    Outlook,
    Point,
    RefusedMeter,
    StoredForecast,
    Total,
)
from eaio.infra.errors import InsufficientData

ADDED_UP = "Bands of several meters are added up, as if they all missed the same way: as a rule wider than needed."


def outlook(made: Sequence[tuple[Meter, StoredForecast]], horizon: int, level: int) -> Outlook:
    """The sum of meters of one building and carrier, from one origin.

    Args:
        made: at least one meter with its forecast or refusal.
        horizon: hours, at most those of the forecasts.
        level: 80 or 95.

    Raises:
        InsufficientData: every meter was refused.
    """
    meter, first = made[0]
    parts = [(one, stored.forecast) for one, stored in made if stored.forecast is not None]
    refused = tuple(RefusedMeter(one.id, one.name, stored.refusal) for one, stored in made if stored.refusal)
    if not parts:
        raise InsufficientData(" ".join(dict.fromkeys(f"{bad.meter}: {bad.reason}." for bad in refused)))
    forecasts = [forecast for _, forecast in parts]
    return Outlook(
        building_id=meter.building_id,
        building=meter.building,
        carrier=meter.carrier,
        unit=meter.unit,
        time_zone=meter.time_zone,
        origin=first.origin,
        horizon=horizon,
        level=level,
        points=_points(forecasts, horizon, level),
        days=_days(forecasts, horizon, level),
        meters=tuple(_part(one, forecast, horizon) for one, forecast in parts),
        refused=refused,
        notes=_notes(forecasts, refused),
    )


def _points(forecasts: Sequence[Forecast], horizon: int, level: int) -> tuple[Point, ...]:
    first = forecasts[0]
    value = _sums([forecast.value for forecast in forecasts])
    low, high = (_sums([band(forecast, level)[side] for forecast in forecasts]) for side in (0, 1))
    return tuple(
        Point(first.origin + timedelta(hours=hour), first.local[hour], value[hour], low[hour], high[hour])
        for hour in range(horizon)
    )


def band(forecast: Forecast, level: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lower and upper edge of the 80 or 95 percent band."""
    return (forecast.low80, forecast.high80) if level == 80 else (forecast.low95, forecast.high95)


def _days(forecasts: Sequence[Forecast], horizon: int, level: int) -> tuple[Total, ...]:
    """Whole days within the horizon."""
    totals: list[Total] = []
    for same_day in zip(*(forecast.days[: horizon // 24] for forecast in forecasts), strict=True):
        low = sum(day.low80 if level == 80 else day.low95 for day in same_day)
        high = sum(day.high80 if level == 80 else day.high95 for day in same_day)
        totals.append(Total(same_day[0].start, 24, sum(day.value for day in same_day), low, high))
    return tuple(totals)


def _part(meter: Meter, forecast: Forecast, horizon: int) -> MeterPart:
    return MeterPart(meter.id, meter.name, sum(forecast.value[:horizon]), forecast.weights, forecast.backtest)


def _notes(forecasts: Sequence[Forecast], refused: Sequence[RefusedMeter]) -> tuple[str, ...]:
    """Each meter's own notes once, and what adding up means."""
    notes = dict.fromkeys(note for forecast in forecasts for note in forecast.notes)
    if len(forecasts) > 1:
        notes[ADDED_UP] = None
    if refused:
        meters = f"{len(forecasts)} of {len(forecasts) + len(refused)} meters"
        notes[f"{meters} could be forecast; the sum lacks the others."] = None
    return tuple(notes)


def _sums(columns: Sequence[Sequence[float]]) -> list[float]:
    """Element-wise sum."""
    return [sum(values) for values in zip(*columns, strict=True)]
