"""What one model over all meters looks at: each meter's recent past in units of its own mean, calendar, weather.

Every lag is counted back from the forecast hour by whole days until it lies before the origin, so that one definition
serves every lead day.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from eaio.forecasting.compute.lags import days_ago, mean_before, mean_of_known
from eaio.forecasting.compute.load import DAY, WEEK, Floats, Ints, Load
from eaio.forecasting.compute.temperature import expected_temperature

SCALE_HOURS = 28 * DAY
CONTEXT = 35 * DAY
"""Hours of history that the longest lag needs."""
SMALLEST_SCALE = 1e-6


def scale_at(load: Load, origins: Ints) -> Floats:
    """(n,) mean load of the four weeks before each origin, what one unit means to the model."""
    return np.maximum(np.abs(mean_before(load.filled, origins, SCALE_HOURS)), SMALLEST_SCALE)


def usual_at(load: Load, origins: Ints, lead_day: int) -> Floats:
    """(n, 24) the forecast that the model corrects: the mean of four weeks at the hour, moved to today's level.

    The move is what the last 24 hours lie above the same 24 hours of the three weeks before.
    """
    weeks = same_hour_weeks(load, origins, lead_day)
    earlier = np.stack([mean_before(load.filled, (origins - WEEK * k).clip(0), DAY) for k in (1, 2, 3)])
    change = mean_before(load.filled, origins, DAY) - mean_of_known(earlier)
    return mean_of_known(weeks) + np.nan_to_num(change)[:, None]


def same_hour_weeks(load: Load, origins: Ints, lead_day: int) -> Floats:
    """(4, n, 24) the last four known weeks at each hour of a lead day."""
    hours, first = day_hours(origins, lead_day), 7 * (lead_day // 7 + 1)
    return np.stack([days_ago(load, hours, origins, first + 7 * k) for k in range(4)])


def day_hours(origins: Ints, lead_day: int) -> Ints:
    """(n, 24) index of the hours of one lead day."""
    return origins[:, None] + DAY * lead_day + np.arange(DAY)


def features(load: Load, origins: Ints, lead_day: int, trained_until: int) -> NDArray[np.float32]:
    """(n * 24, columns) in the order of the columns' names; NaN where unknown."""
    hours = day_hours(origins, lead_day)
    scale = scale_at(load, origins)[:, None]
    columns = {
        "usual": usual_at(load, origins, lead_day) / scale,
        **_same_hour(load, hours, origins, lead_day, scale),
        **_same_kind(load, hours, origins, lead_day, scale),
        **_level(load, origins, lead_day, scale),
        **_calendar(load, hours, lead_day),
        **_weather(load, origins, lead_day, trained_until),
    }
    return np.stack([np.broadcast_to(c, hours.shape).reshape(-1) for c in columns.values()], axis=1).astype(np.float32)


def _same_hour(load: Load, hours: Ints, origins: Ints, lead_day: int, scale: Floats) -> Mapping[str, Floats]:
    """The hour on past days and weeks, and its neighbours."""
    first_week = 7 * (lead_day // 7 + 1)
    days = [days_ago(load, hours, origins, lead_day + k) / scale for k in range(1, 8)]
    slot = same_hour_weeks(load, origins, lead_day) / scale
    named = {f"day_{k}": day for k, day in enumerate(days, 1)} | {f"week_{k}": week for k, week in enumerate(slot, 1)}
    centre = mean_of_known(slot)
    return named | {
        "mean_days": mean_of_known(np.stack(days)),
        "mean_weeks": centre,
        "spread_weeks": np.sqrt(mean_of_known((slot - centre) ** 2)),
        "hour_before": days_ago(load, hours - 1, origins, lead_day + 1) / scale,
        "hour_after": days_ago(load, hours + 1, origins, lead_day + 1) / scale,
        "week_hour_before": days_ago(load, hours - 1, origins, first_week) / scale,
        "week_hour_after": days_ago(load, hours + 1, origins, first_week) / scale,
    }


def _same_kind(load: Load, hours: Ints, origins: Ints, lead_day: int, scale: Floats) -> Mapping[str, Floats]:
    """The hour on the last known days of the same kind: working day, Saturday, Sunday or holiday."""
    back = lead_day + np.arange(1, 15)
    lags = np.stack([days_ago(load, hours, origins, int(days)) / scale for days in back])
    alike = np.stack([load.day_type[(hours - DAY * int(days)).clip(0)] == load.day_type[hours] for days in back])
    rank = np.cumsum(alike, axis=0)
    means = {n: mean_of_known(np.where(alike & (rank <= n), lags, np.nan)) for n in (1, 2, 4)}
    around = {"kind": 0, "kind_before": -DAY, "kind_after": DAY}
    last = len(load.hour) - 1
    kinds = {name: load.day_type[(hours + shift).clip(0, last)].astype(np.float64) for name, shift in around.items()}
    return {f"alike_{n}": mean for n, mean in means.items()} | kinds


def _level(load: Load, origins: Ints, lead_day: int, scale: Floats) -> Mapping[str, Floats]:
    """How high the meter runs now, beside the same hours a week before and the same weekday's mean."""

    def mean(before: Ints, hours: int) -> Floats:
        return mean_before(load.filled, before.clip(0), hours)[:, None] / scale

    target_end = origins + DAY * (lead_day + 1) - WEEK * (lead_day // 7 + 1)
    square = mean_before(load.filled**2, origins, SCALE_HOURS)[:, None] / scale**2
    return {f"mean_{hours}h": mean(origins, hours) for hours in (1, 3, 6, DAY, WEEK)} | {
        "week_change_1h": mean(origins, 1) - mean(origins - WEEK, 1),
        "week_change_6h": mean(origins, 6) - mean(origins - WEEK, 6),
        "week_change_24h": mean(origins, DAY) - mean(origins - WEEK, DAY),
        "week_change": mean(origins, WEEK) - mean(origins - WEEK, WEEK),
        "same_weekday": mean(target_end, DAY),
        "variation": np.sqrt(np.maximum(square - 1.0, 0.0)),
        "log_scale": np.log(scale),
    }


def _calendar(load: Load, hours: Ints, lead_day: int) -> Mapping[str, Floats]:
    """Clock, weekday, season and the holidays of the day, its neighbours and the days looked back to."""
    last = len(load.holiday) - 1
    day_back, week_back = DAY * (lead_day + 1), WEEK * (lead_day // 7 + 1)
    around = {"": 0, "_next": DAY, "_before": -DAY, "_day_1": -day_back, "_week_1": -week_back}
    holidays = {
        f"holiday{name}": load.holiday[(hours + shift).clip(0, last)].astype(np.float64)
        for name, shift in around.items()
    }
    season = 2 * np.pi * load.day_of_year[hours] / 365.25
    return holidays | {
        "hour": load.hour[hours].astype(np.float64),
        "weekday": load.weekday[hours].astype(np.float64),
        "season_sin": np.sin(season),
        "season_cos": np.cos(season),
        "lead_day": np.full(hours.shape, float(lead_day)),
    }


def _weather(load: Load, origins: Ints, lead_day: int, trained_until: int) -> Mapping[str, Floats]:
    """Expected temperature and that of the days looked back to."""
    expected = expected_temperature(load, origins, trained_until)
    unknown = np.full((len(origins), 1), np.nan)
    return {
        "temperature": unknown if expected is None else expected[:, DAY * lead_day : DAY * (lead_day + 1)],
        "temperature_24h": mean_before(load.temperature, origins, DAY)[:, None],
        "temperature_168h": mean_before(load.temperature, origins, WEEK)[:, None],
    }
