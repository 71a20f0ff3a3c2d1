"""Charts over time: load, sparkline, typical week, cumulative savings."""

from typing import Any

from eaio.infra.charts.axes import expression, named, parameters, time_x, unit_label, value_y
from eaio.infra.charts.theme import HATCH, Palette

DAYS = "['Mon','Tue','Wed','Thu','Fri','Sat','Sun'][floor(datum.value / 24)]"


def load(palette: Palette) -> Any:
    """Measured power solid, forecast dashed in its band, comparison thin grey, anomalies tinted, gaps hatched."""
    import altair as alt

    x, y = time_x(), value_y()
    ink = expression("ink")
    gaps = named("gaps").mark_rect(color=HATCH, opacity=0.8).encode(x=time_x("start"), x2="end:T")
    tint = named("anomalies").mark_rect(color=palette.bad, opacity=0.13, cursor="pointer")
    spans = tint.encode(x=time_x("start"), x2="end:T")
    envelope = named("load").mark_area(color=ink, opacity=0.16).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    band = named("expected").mark_area(color=palette.ink_3, opacity=0.2).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    compared = named("comparison").mark_line(color=palette.ink_3, strokeWidth=1, opacity=0.7).encode(x, y)
    expected = named("expected").mark_line(color=palette.ink, strokeDash=[4, 3], strokeWidth=1.25).encode(x, y)
    measured = named("load").mark_line(color=ink, strokeWidth=1.5).encode(x, y)
    marker = (
        named("anomalies")
        .transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_point(shape="triangle-down", filled=True, size=70, color=palette.bad, opacity=1, cursor="pointer")
        .encode(x=time_x("middle"), y=alt.value(4), tooltip="label:N")
    )
    layers = alt.layer(gaps, spans, envelope, band, compared, expected, measured, marker, unit_label())
    chart = layers.properties(height=260, width="container")
    return parameters(palette, chart, carrier="electricity", unit="kW")


def trial(palette: Palette) -> Any:
    """Measured power solid, normal dashed; events found now as bars along the bottom, those to come tinted."""
    import altair as alt

    x, y = time_x(), value_y()
    tint = named("anomalies").mark_rect(color=palette.bad, opacity=0.13)
    after = tint.encode(x=time_x("start"), x2="end:T", tooltip="label:N")
    bar = named("before").mark_rect(color=palette.ink_2, opacity=0.8)
    foot, edge = alt.value(expression("height - 6")), alt.value(expression("height"))
    before = bar.encode(x=time_x("start"), x2="end:T", y=foot, y2=edge, tooltip="label:N")
    expected = named("expected").mark_line(color=palette.ink, strokeDash=[4, 3], strokeWidth=1.25).encode(x, y)
    measured = named("load").mark_line(color=expression("ink"), strokeWidth=1.5).encode(x, y)
    chart = alt.layer(after, expected, measured, before, unit_label()).properties(height=260, width="container")
    return parameters(palette, chart, carrier="electricity", unit="kW")


def profile(palette: Palette) -> Any:
    """The typical week as a line in the middle half of its readings; the other period thin and grey."""
    import altair as alt

    axis = alt.Axis(title=None, values=[24 * day for day in range(7)], labelExpr=DAYS, grid=True, labelAlign="left")
    x = alt.X("hour:Q", scale=alt.Scale(domain=[0, 167], nice=False), axis=axis)
    ink = expression("ink")
    band = named("profile").mark_area(color=ink, opacity=0.18).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    compared = named("comparison").mark_line(color=palette.ink_3, strokeWidth=1).encode(x, value_y())
    line = named("profile").mark_line(color=ink, strokeWidth=1.75).encode(x, value_y())
    chart = alt.layer(band, compared, line, unit_label()).properties(height=240, width="container")
    return parameters(palette, chart, carrier="electricity", unit="kW")


def cumulative(palette: Palette) -> Any:
    """Savings added up: above zero saves, the band is the uncertainty."""
    import altair as alt

    x = time_x()
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=palette.ink_3).encode(y="zero:Q")
    band = named("saved").mark_area(color=palette.good, opacity=0.18).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"))
    line = named("saved").mark_line(color=palette.good, strokeWidth=2).encode(x, value_y())
    chart = alt.layer(band, zero, line, unit_label(" saved since the start")).properties(height=160, width="container")
    return parameters(palette, chart, unit="kWh")


def sparkline(palette: Palette) -> Any:
    """A word-sized line on its own scale."""
    import altair as alt

    bare = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    x = alt.X("time:T", scale=alt.Scale(type="utc", nice=False), axis=bare)
    y = alt.Y("value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(labels=False, grid=False, title=None))
    line = named("load").mark_line(color=expression("ink"), strokeWidth=1.25).encode(x, y)
    chart = alt.layer(line).properties(height=28, width=120)
    return parameters(palette, chart, carrier="electricity", unit="kW")
