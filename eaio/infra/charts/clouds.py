"""Charts of many points: heat map of hours, temperature scatter, benchmark strip."""

from typing import Any

from eaio.infra.charts.axes import SI, expression, named, parameters, time_x, unit_label, value_y
from eaio.infra.charts.theme import HATCH, Palette


def heatmap(palette: Palette) -> Any:
    """Hour of day downwards, days along; missing hours stay grey. Cells overlap a little, so that no seams show."""
    import altair as alt

    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(range=list(palette.ramp), zero=False),
        legend=alt.Legend(title=None, labelExpr=SI, tickCount=3),
    )
    hours = alt.Axis(
        title=None, values=[0, 6, 12, 18, 24], labelExpr="pad(datum.value, 2, '0', 'left') + ':00'", grid=False
    )
    shape: dict[str, Any] = {
        "x": time_x("day"),
        "x2": "until:T",
        "y": alt.Y("hour:Q", scale=alt.Scale(domain=[0, 24], nice=False, reverse=True, clamp=True), axis=hours),
        "y2": "next:Q",
    }
    cells = named("cells").transform_calculate(until="datum.day + 872e5", next="datum.hour + 1.05")
    missing = cells.transform_filter("!isValid(datum.value)").mark_rect(color=HATCH).encode(**shape)
    present = cells.transform_filter("isValid(datum.value)").mark_rect(cursor="pointer").encode(color=colour, **shape)
    return parameters(palette, alt.layer(missing, present).properties(height=220, width="container"), unit="kW")


def scatter(palette: Palette) -> Any:
    """One dot a day; working days filled, others open; the change-point model with its balance points."""
    import altair as alt

    axis = alt.Axis(title="Mean outdoor temperature, °C", grid=False, ticks=True, tickSize=4)
    x = alt.X("temperature:Q", scale=alt.Scale(zero=False, nice=True), axis=axis)
    ink = expression("ink")
    working = (
        named("days")
        .transform_filter("datum.group == 'Working day'")
        .mark_circle(color=ink, opacity=0.45, size=22, stroke=None, cursor="pointer")
        .encode(x, value_y())
    )
    other = (
        named("days")
        .transform_filter("datum.group != 'Working day'")
        .mark_point(color=ink, opacity=0.5, size=20, strokeWidth=1, filled=False, cursor="pointer")
        .encode(x, value_y())
    )
    band = named("fitted").mark_area(color=palette.ink_3, opacity=0.2).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    line = named("fitted").mark_line(color=palette.ink, strokeWidth=2).encode(x, value_y())
    balance = named("balance").mark_rule(color=palette.ink_3, strokeDash=[2, 3]).encode(x=x)
    first = named("balance").transform_window(order="row_number()", sort=[alt.SortField("temperature")])
    left = first.transform_filter("datum.order == 1").mark_text(align="right", dx=-5, baseline="top", y=2)
    right = first.transform_filter("datum.order > 1").mark_text(align="left", dx=5, baseline="top", y=2)
    labels = [side.encode(x=x, text="label:N") for side in (left, right)]
    layers = alt.layer(band, working, other, balance, line, *labels, unit_label())
    return parameters(
        palette, layers.properties(height=280, width="container"), carrier="electricity", unit="kWh a day"
    )


def residuals(palette: Palette) -> Any:
    """Actual less expected over time: baseline open and grey, reporting period filled."""
    return _around_zero(palette, time_x())


def deviations(palette: Palette) -> Any:
    """The same over outdoor temperature: a slope or a bow says that the model misses something."""
    import altair as alt

    axis = alt.Axis(title="Mean outdoor temperature, °C", grid=False, ticks=True, tickSize=4)
    return _around_zero(palette, alt.X("temperature:Q", scale=alt.Scale(zero=False, nice=True), axis=axis))


def _around_zero(palette: Palette, x: Any) -> Any:
    import altair as alt

    y = value_y(zero=False)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=palette.ink_2).encode(y="zero:Q")
    dots = named("residuals")
    before = (
        dots.transform_filter("datum.group === 'Baseline'")
        .mark_point(color=palette.ink_3, opacity=0.6, size=16, strokeWidth=1, filled=False)
        .encode(x, y)
    )
    after = (
        dots.transform_filter("datum.group !== 'Baseline'")
        .mark_circle(color=expression("ink"), opacity=0.55, size=20, stroke=None)
        .encode(x, y)
    )
    layers = alt.layer(zero, before, after, unit_label()).properties(height=200, width="container")
    return parameters(palette, layers, carrier="electricity", unit="kWh a day")


def benchmark(palette: Palette) -> Any:
    """Peers as ticks on one line, references above, this building as a tall accented mark with its name."""
    import altair as alt

    ticks = {"expr": "max(3, width / 110)"}
    axis = alt.Axis(title=None, grid=False, ticks=True, tickSize=4, tickCount=ticks, format=",~r")
    x = alt.X("value:Q", scale=alt.Scale(zero=True, nice=False), axis=axis)
    peers = (
        named("peers")
        .transform_filter("!datum.here")
        .mark_tick(color=palette.ink_3, opacity=0.55, thickness=1, size=24, cursor="pointer")
        .encode(x=x, y=alt.value(52))
    )
    marks = (
        named("marks").mark_rule(color=palette.ink_2, strokeDash=[2, 2]).encode(x=x, y=alt.value(30), y2=alt.value(66))
    )
    ordered = named("marks").transform_window(order="row_number()", sort=[alt.SortField("value")])
    left = ordered.transform_filter("datum.order == 1").mark_text(baseline="bottom", dy=-2, align="right", dx=3)
    right = ordered.transform_filter("datum.order > 1").mark_text(baseline="bottom", dy=-2, align="left", dx=-3)
    text = alt.layer(*(side.encode(x=x, y=alt.value(30), text="label:N") for side in (left, right)))
    own = named("peers").transform_filter("datum.here")
    here = own.mark_tick(color=palette.accent, thickness=3, size=36).encode(x=x, y=alt.value(52))
    name = own.mark_text(baseline="bottom", color=palette.accent, fontWeight="bold", fontSize=12).encode(
        x=x, y=alt.value(14), text="name:N"
    )
    chart = alt.layer(peers, marks, text, here, name).properties(height=76, width="container")
    return parameters(palette, chart, unit="kWh/m² a year")


def matrix(palette: Palette) -> Any:
    """Rows against columns: colour by the correlation, the figure in the cell; what chance explains is pale."""
    import altair as alt

    labels = alt.Axis(title=None, labelLimit=150, labelColor=palette.ink_2, grid=False, domain=False)
    columns = alt.Axis(
        title=None,
        orient="top",
        labelAngle=-40,
        labelAlign="left",
        labelLimit=140,
        labelColor=palette.ink_2,
        labelOverlap=False,
        grid=False,
    )
    x = alt.X("column:N", sort=None, axis=columns, scale=alt.Scale(paddingInner=0.04))
    y = alt.Y("row:N", sort=None, axis=labels, scale=alt.Scale(paddingInner=0.06))
    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(domain=[-1, 0, 1], range=[palette.good, palette.paper, palette.bad], clamp=True),
        legend=None,
    )
    known = named("pairs").transform_filter("isValid(datum.value)")
    strength = alt.condition("datum.significant", alt.value(1), alt.value(0.35))
    cells = known.mark_rect(stroke=palette.rule).encode(x, y, color=colour, opacity=strength)
    empty = named("pairs").transform_filter("!isValid(datum.value)").mark_rect(color=HATCH, opacity=0.4).encode(x, y)
    ink = alt.condition("abs(datum.value) > 0.6 && datum.significant", alt.value(palette.paper), alt.value(palette.ink))
    size = expression("width < 420 ? 8 : 11")
    text = known.mark_text(fontSize=size).encode(x, y, text="text:N", color=ink)
    chart = alt.layer(empty, cells, text).properties(height=alt.Step(30), width="container")
    return parameters(palette, chart, unit="")


def calendar(palette: Palette) -> Any:
    """Weeks along, weekdays downwards, the day's figure as colour; missing days stay grey."""
    import altair as alt

    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(range=list(palette.ramp), zero=False),
        legend=alt.Legend(title=None, labelExpr=SI, tickCount=3),
    )
    weekdays = alt.Axis(
        title=None, values=[0.5, 2.5, 4.5, 6.5], labelExpr="['Mon','','Wed','','Fri','','Sun'][floor(datum.value)]",
        grid=False,
    )  # fmt: skip
    shape: dict[str, Any] = {
        "x": time_x("week"),
        "x2": "until:T",
        "y": alt.Y("weekday:Q", scale=alt.Scale(domain=[0, 7], nice=False, reverse=True, clamp=True), axis=weekdays),
        "y2": "next:Q",
    }
    cells = named("dates").transform_calculate(until="datum.week + 5.6e8", next="datum.weekday + 0.92")
    missing = cells.transform_filter("!isValid(datum.value)").mark_rect(color=HATCH).encode(**shape)
    present = cells.transform_filter("isValid(datum.value)").mark_rect(cursor="pointer").encode(color=colour, **shape)
    return parameters(palette, alt.layer(missing, present).properties(height=130, width="container"), unit="kW")
