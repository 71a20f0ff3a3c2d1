"""Pieces that the charts share: scales, axes, the unit in the corner, the carrier's colour."""

from typing import TYPE_CHECKING, Any

from eaio.infra.charts.theme import Palette

if TYPE_CHECKING:
    import altair as alt

TIME_LABELS: dict[str, str] = {
    "year": "%Y",
    "quarter": "%b",
    "month": "%b",
    "week": "%-d %b",
    "day": "%-d %b",
    "date": "%-d %b",
    "hours": "%H:%M",
    "minutes": "%H:%M",
}
_POWER = "indexof(unit, 'kW') === 0"
_PLAIN = "format(datum.value, abs(datum.value) < 1000 ? '~g' : '~s')"
_SIZE = "abs(datum.value) >= 1e6 ? 2 : abs(datum.value) >= 1e3 ? 1 : 0"
_SCALED = f"format(datum.value / pow(1e3, {_SIZE}), ',~g') + ' ' + 'kMG'[{_SIZE}] + slice(split(unit, ' ')[0], 1)"
SI = f"datum.value === 0 ? '0' : {_POWER} ? {_SCALED} : {_PLAIN}"
"""A tick's label: power and energy with their own prefix (1.5 MW, 6 GWh), other units as a short number."""


def named(name: str) -> "alt.Chart":
    """A chart on a named data source that the drawing code fills."""
    import altair as alt

    return alt.Chart(alt.NamedData(name))


def expression(text: str) -> "alt.ExprRef":
    """A value computed by the chart from its parameters."""
    import altair as alt

    return alt.ExprRef(text)


def time_x(field: str = "time") -> "alt.X":
    """Wall-clock time along the bottom."""
    import altair as alt

    axis = alt.Axis(format=TIME_LABELS, title=None, tickCount={"expr": "max(3, width / 90)"}, ticks=True, tickSize=4)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc", nice=False), axis=axis)


def value_y(field: str = "value", zero: bool = True, title: str | None = None) -> "alt.Y":
    """The quantity upwards, from zero unless told otherwise."""
    import altair as alt

    return alt.Y(f"{field}:Q", scale=alt.Scale(zero=zero, nice=True), axis=alt.Axis(title=title, labelExpr=SI))


def unit_label(note: str = "") -> "alt.Chart":
    """The unit above the vertical axis, where a newspaper puts it, unless the ticks carry it themselves."""
    import altair as alt

    text = expression(f"{_POWER} ? '{note}' : unit + '{note}'")
    empty = alt.Chart(alt.InlineData(values=[{}]))
    return empty.mark_text(align="left", baseline="bottom", x=0, y=-6, fontSize=11, text=text)


def parameters(palette: Palette, chart: Any, **defaults: Any) -> Any:
    """Add the payload's parameters, and with a carrier among them its colour as ``ink``."""
    import altair as alt

    found = [alt.param(name=name, value=value) for name, value in defaults.items()]
    if "carrier" in defaults:
        colours = ",".join(f"'{carrier.value}':'{colour}'" for carrier, colour in palette.carriers.items())
        found.append(alt.param(name="ink", expr=f"{{{colours}}}[carrier] || '{palette.ink_2}'"))
    return chart.add_params(*found)
