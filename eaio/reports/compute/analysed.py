"""Figures and facts of what the analysis and the forecast say about a building."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.analysis.models import Benchmark, ChangePointModel, LoadProfile
from eaio.forecasting.models import Outlook
from eaio.infra.charts import models as charts
from eaio.infra.charts.models import wall_clock
from eaio.reports.compute.figures import panel, rate
from eaio.reports.models import Fact, Figure
from eaio.timeseries.calendar import holiday_dates
from eaio.timeseries.format import number, percent, quantity
from eaio.timeseries.metrics import runs
from eaio.timeseries.units import CARRIER_LABEL, Carrier

LINE_POINTS = 60
WEAK = 0.25
"""R² under which a weather model is not told as one."""
FRIDAY = 5
DAYS_BEFORE = 7
Region = tuple[str, str | None]
"""Country and subdivision, for holidays."""


class Weather(Struct, frozen=True):
    """A carrier's complete days with temperature, and the model fitted to them, if they carry one."""

    carrier: Carrier
    unit: str
    days: pl.DataFrame
    model: ChangePointModel | None


def profile_figure(profile: LoadProfile, carrier: Carrier) -> Figure:
    """The typical week with the spread of the hours."""
    spread = zip(profile.week, profile.low, profile.high, strict=True)
    hours = [charts.Hour(hour, *of_hour) for hour, of_hour in enumerate(spread)]
    shown = panel("profile", charts.ProfileChart(carrier=carrier, unit=rate(carrier), profile=hours), height=150)
    return Figure(
        name="profile",
        title=f"{CARRIER_LABEL[carrier]}: the typical week, {rate(carrier)}",
        note="Line: median of each hour of the week over the period; band: 10th to 90th percentile. Hours with faulty "
        "readings are left out. Local time.",
        panels=(shown,),
    )


def profile_facts(profile: LoadProfile, carrier: Carrier) -> tuple[Fact, ...]:
    """The load's characteristic figures."""
    unit = rate(carrier)
    ratio = profile.unoccupied_ratio
    return (
        Fact("Near-base load (2.5th percentile)", f"{number(profile.near_base)} {unit}"),
        Fact("Near-peak load (97.5th percentile)", f"{number(profile.near_peak)} {unit}"),
        Fact("Load factor, mean over peak", number(profile.load_factor, 2)),
        Fact("Hours in use, as the load shows", profile.occupied_hours or "all hours"),
        Fact("Out of use over in use", "–" if ratio is None else percent(ratio)),
        Fact("Mean load", f"{number(profile.mean)} {unit}"),
    )


def weather_figure(found: Sequence[Weather], region: Region) -> Figure | None:
    """A scatter of days against outdoor temperature for each carrier, with its change-point line."""
    drawn = [one for one in found if one.days.height]
    if not drawn:
        return None
    return Figure(
        name="weather",
        title="Daily use against outdoor temperature",
        note="One mark a day: filled on working days, open on weekends and public holidays. Line: change-point model "
        "with its 95 % prediction band; dotted: balance points, where heating or cooling begins. The vertical axis "
        "starts at zero.",
        panels=tuple(
            panel(
                "scatter",
                _scatter(one, region),
                title=CARRIER_LABEL[one.carrier],
                height=170 if len(drawn) > 1 else 230,
                alternative=model_sentence(one),
            )
            for one in drawn
        ),
    )


def _scatter(one: Weather, region: Region) -> charts.ScatterChart:
    years = set(one.days["day"].dt.year().to_list())
    holidays = holiday_dates(region[0], years, region[1])
    dots = [
        charts.Dot(
            row["temperature"],
            row["value"],
            wall_clock(row["day"]),
            "Working day" if row["day"].isoweekday() <= FRIDAY and row["day"] not in holidays else "Day off",
        )
        for row in one.days.iter_rows(named=True)
    ]
    unit = f"{one.unit} a day"
    if one.model is None:
        return charts.ScatterChart(carrier=one.carrier, unit=unit, days=dots)
    model = one.model
    balance = [
        *([charts.Balance(model.heating_balance, f"{model.heating_balance:.1f} °C")] if model.heating_balance else []),
        *([charts.Balance(model.cooling_balance, f"{model.cooling_balance:.1f} °C")] if model.cooling_balance else []),
    ]
    line = fitted(model, one.days["temperature"].to_numpy())
    return charts.ScatterChart(carrier=one.carrier, unit=unit, days=dots, fitted=line, balance=balance)


def fitted(model: ChangePointModel, temperatures: np.ndarray) -> list[charts.Fitted]:
    """The model's line over the temperatures that occurred, with twice its residual deviation on each side."""
    span = np.linspace(float(temperatures.min()), float(temperatures.max()), LINE_POINTS)
    values = model.base + model.below * np.maximum(model.low - span, 0) + model.above * np.maximum(span - model.high, 0)
    spread = 1.96 * model.rmse
    return [
        charts.Fitted(float(at), float(value), max(0.0, float(value - spread)), float(value + spread))
        for at, value in zip(span, values, strict=True)
    ]


def model_sentence(one: Weather) -> str:
    """A fitted model in words, with how well it fits."""
    label = CARRIER_LABEL[one.carrier]
    model = one.model
    if model is None:
        return f"{label}: the days of this period do not carry a weather model."
    fit = f"model {model.kind}, R² {model.r2:.2f}, CV(RMSE) {percent(model.cvrmse)}, {model.n} days"
    if not model.weather_sensitive or model.r2 < WEAK:
        return f"{label} hardly follows the weather: other things decide how its days differ ({fit})."
    parts = [f"{quantity(model.base, one.unit)} a day whatever the weather"]
    if model.below > 0:
        parts.append(f"{quantity(model.below, one.unit)} more for each degree below {model.low:.1f} °C")
    if model.above > 0:
        parts.append(f"{quantity(model.above, one.unit)} more for each degree above {model.high:.1f} °C")
    return f"{label}: {', '.join(parts)} ({fit})."


def benchmark_figure(found: Benchmark, name: str) -> Figure:
    """The building among its peers, with the national median of its use."""
    peers = [charts.Peer(peer.eui, peer.name.replace("_", " ")) for peer in found.peers]
    peers.append(charts.Peer(found.compared, name, None, True))
    marks = [charts.Mark(found.national_median, f"national median {number(found.national_median)}")]
    if found.peer_median is not None:
        marks.append(charts.Mark(found.peer_median, f"median of peers {number(found.peer_median)}"))
    year = "a year of typical weather" if found.normalised_eui is not None else "the analysed year"
    among = f"among {len(found.peers)} peers" if found.peers else "without peers"
    return Figure(
        name="benchmark",
        title=f"Energy use intensity in {year}: {number(found.compared)} kWh/m², {among}",
        note=f"Each tick is a building: {found.peer_rule}. National median of the use {found.use_type}: "
        f"{found.national_source}.{''.join(' ' + warning for warning in found.warnings)}",
        panels=(panel("benchmark", charts.BenchmarkChart(peers=peers, marks=marks)),),
    )


def benchmark_sentence(found: Benchmark, name: str) -> str:
    """Where the building stands, in words."""
    national = found.eui / found.national_median - 1
    side = f"{percent(abs(national))} {'above' if national > 0 else 'below'} the national median"
    text = (
        f"{name} takes {number(found.eui)} kWh/m² in the analysed year, faulty readings left out, {side} of its use, "
        f"{found.use_type} ({number(found.national_median)} kWh/m²)"
    )
    if found.percentile is None:
        return f"{text}. There are too few peers in this portfolio to rank it."
    return f"{text}; {percent(found.percentile)} of its {len(found.peers)} peers in this portfolio use less."


def outlook_figure(outlook: Outlook, hourly: pl.DataFrame) -> Figure:
    """The last days as measured and the days ahead as expected, with the band."""
    zone = ZoneInfo(outlook.time_zone)
    since = outlook.origin - timedelta(days=DAYS_BEFORE)
    recent = hourly.filter((pl.col("time") >= since) & (pl.col("time") < outlook.origin))
    load = [charts.Reading(wall_clock(local), value) for local, value in recent.select("local", "value").iter_rows()]
    missing = recent["value"].is_null().to_numpy()
    local = recent["local"].to_list()
    gaps = [
        charts.Gap(wall_clock(local[first]), wall_clock(local[last - 1] + timedelta(hours=1)))
        for first, last in runs(missing)
    ]
    ahead = [charts.Expected(wall_clock(point.local), point.value, point.low, point.high) for point in outlook.points]
    carrier = outlook.carrier
    payload = charts.LoadChart(carrier=carrier, unit=rate(carrier), load=load, expected=ahead, gaps=gaps)
    started = outlook.origin.astimezone(zone)
    return Figure(
        name="outlook",
        title=f"{CARRIER_LABEL[carrier]}: the last {DAYS_BEFORE} days and the next {outlook.horizon // 24}",
        note=f"Solid: measured, until {started:%-d %b %Y %H:%M}; dashed: expected, with the band that held "
        f"{outlook.level} % of past hours in the backtest. Hatched: no reading.",
        panels=(panel("load", payload, height=180),),
    )


def outlook_sentence(outlook: Outlook) -> str:
    """What the days ahead will take, and how wrong such forecasts were."""
    whole = sum(day.value for day in outlook.days)
    first = outlook.days[0] if outlook.days else None
    days = len(outlook.days)
    next_day = (
        f" The first of them: {quantity(first.value, outlook.unit)}, with {outlook.level} % probability between "
        f"{quantity(first.low, outlook.unit)} and {quantity(first.high, outlook.unit)}."
        if first
        else ""
    )
    return (
        f"The {days} days after the last reading are expected to take {quantity(whole, outlook.unit)} of "
        f"{CARRIER_LABEL[outlook.carrier].lower()}.{next_day} On past days the day-ahead forecast missed the hours by "
        f"{percent(outlook.error)} (CV(RMSE))."
    )
