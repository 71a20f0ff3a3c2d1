"""A fitted model written down: its formula and every coefficient, so that another may compute the same."""

from msgspec import Struct

from eaio.analysis.models import AnyBaseline, CaltrackBaseline, ChangePointBaseline, OpendsmBaseline, TowtModel
from eaio.analysis.models.baselines import Weighting

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Coefficient(Struct, frozen=True):
    """One coefficient with its unit."""

    name: str
    value: float
    unit: str


class Written(Struct, frozen=True, kw_only=True):
    """A model as a formula with its coefficients."""

    formula: str
    coefficients: tuple[Coefficient, ...] = ()
    week: tuple[tuple[float | None, ...], ...] = ()
    """Levels of an hourly model: 24 rows (hours) of 7 (days, Monday first); empty for the others."""
    occupied: tuple[tuple[bool, ...], ...] = ()
    """Which of them are hours in use, in the same order."""
    note: str = ""


def written(model: AnyBaseline, unit: str) -> Written:
    """A baseline as formula and coefficients; amounts in ``unit``."""
    if isinstance(model, OpendsmBaseline):
        return Written(formula="OpenDSM's own model", note="Its JSON document comes with the study in the API")
    if isinstance(model, ChangePointBaseline | CaltrackBaseline):
        return _lines(model, unit)
    return _hours(model.model, unit)


def _lines(model: ChangePointBaseline | CaltrackBaseline, unit: str) -> Written:
    found, mean = model.model, "the mean outdoor temperature of the day"
    if isinstance(model, ChangePointBaseline) and model.model.degree_hours:
        mean = "the outdoor temperature, the bracketed terms averaged over the hours of the day"
    coefficients = [Coefficient("base", found.base, f"{unit} a day")]
    if found.below:
        coefficients += [
            Coefficient("below", found.below, f"{unit} a day and K"),
            Coefficient("low", found.low, "°C"),
        ]
    if found.above:
        coefficients += [
            Coefficient("above", found.above, f"{unit} a day and K"),
            Coefficient("high", found.high, "°C"),
        ]
    return Written(
        formula=f"use = base + below · [low - T]+ + above · [T - high]+, T {mean}; [x]+ is x where positive, else 0",
        coefficients=tuple(coefficients),
        note="Terms that are not listed are 0",
    )


def _hours(model: TowtModel, unit: str) -> Written:
    edges = ", ".join(f"{edge:.4g}" for edge in model.edges)
    other, occupied = model.slopes[0]
    slopes = [
        Coefficient(f"slope {number} of {kind} hours", value, f"{unit} an hour and K")
        for kind, values in (("other", other), ("occupied", occupied))
        for number, value in enumerate(values, 1)
    ]
    note = "" if model.weighting == Weighting.YEAR else "The model of January; the API gives those of all months"
    return Written(
        formula="use of an hour = level of its hour of the week + sum over the temperature segments of slope · the "
        f"part of T that lies in the segment; segments end at {edges or 'no'} °C; hours in use have their own slopes",
        coefficients=tuple(slopes),
        week=tuple(tuple(model.levels[0][24 * day + hour] for day in range(7)) for hour in range(24)),
        occupied=tuple(tuple(model.occupied[24 * day + hour] for day in range(7)) for hour in range(24)),
        note=note,
    )
