"""Charts of bars, all from zero: ranking, waterfall, months."""

from typing import Any

from eaio.infra.charts.axes import SI, TIME_LABELS, expression, named, parameters, unit_label, value_y
from eaio.infra.charts.theme import Palette
from eaio.timeseries.units import Carrier

MONTH = "0.82 * (time(utcOffset('month', toDate({time}))) - {time})"
"""The width of a month's bar: the month but for a gap."""


PARTS = ("Always on", "Follows the schedule", "Follows cold", "Follows heat")
"""The parts of a stack from the bottom up; their colours are those of the swatches base, electricity, hotwater and
chilledwater."""
NARROW = "width < 480"
"""A phone: amounts above the steps would run into each other; they stand in the table of values."""


def ranking(palette: Palette) -> Any:
    """Horizontal bars in the order given, the value written at the end of each."""
    import altair as alt

    names = alt.Axis(title=None, labelLimit=180, labelColor=palette.ink, labelFontSize=12, grid=False)
    y = alt.Y("name:N", sort=None, axis=names, scale=alt.Scale(paddingInner=0.35))
    x = alt.X("value:Q", scale=alt.Scale(zero=True, nice=False), axis=None)
    bars = named("bars").mark_bar(color=expression("ink"), height={"band": 0.7}, cursor="pointer").encode(x, y)
    text = named("bars").mark_text(align="left", dx=6, color=palette.ink_2).encode(x, y, text="text:N")
    chart = alt.layer(bars, text).properties(height=alt.Step(24), width="container")
    return parameters(palette, chart, carrier=None, unit="kWh")


def waterfall(palette: Palette) -> Any:
    """Totals from zero in ink, changes hanging between them, good and bad apart by colour and by sign."""
    import altair as alt

    axis = alt.Axis(
        title=None,
        labelAngle=expression(f"{NARROW} ? -60 : 0"),
        labelAlign=expression(f"{NARROW} ? 'right' : 'center'"),
        labelBaseline=expression(f"{NARROW} ? 'middle' : 'top'"),
        labelOverlap=False,
        labelExpr=f"{NARROW} ? datum.label : split(datum.label, ' ')",
        labelColor=palette.ink_2,
        grid=False,
    )
    x = alt.X("label:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.3))
    tone = f"datum.total ? '{palette.ink_2}' : ((datum.value < 0) == fall_is_good ? '{palette.good}' : '{palette.bad}')"
    steps = (
        named("steps")
        .transform_calculate(block="datum.total ? 1 : 0")
        .transform_window(block_number="sum(block)", frame=[None, 0])
        .transform_window(until="sum(value)", frame=[None, 0], groupby=["block_number"])
        .transform_calculate(
            since="datum.total ? 0 : datum.until - datum.value", top="max(datum.since, datum.until)", tone=tone
        )
    )
    y = alt.Y("since:Q", scale=alt.Scale(zero=True), axis=alt.Axis(title=None, labelExpr=SI))
    colour = alt.Color("tone:N", scale=None)
    bars = steps.mark_bar().encode(x, y, alt.Y2("until:Q"), color=colour)
    room = expression(f"{NARROW} ? 0 : 1")
    text = steps.mark_text(dy=-8, fontWeight=500, opacity=room).encode(x, alt.Y("top:Q"), text="text:N", color=colour)
    chart = alt.layer(bars, text, unit_label()).properties(height=240, width="container")
    return parameters(palette, chart, unit="kWh", fall_is_good=True)


def monthly(palette: Palette) -> Any:
    """Months stacked by carrier; a month with gaps is paler; the comparison period is a line across each month."""
    import altair as alt

    carriers = list(palette.carriers)
    colour = alt.Color(
        "carrier:N",
        scale=alt.Scale(domain=[carrier.value for carrier in carriers], range=list(palette.carriers.values())),
        legend=None,
    )
    labels = {**TIME_LABELS, "year": "%b %Y"}
    axis = alt.Axis(title=None, format=labels, grid=False, tickCount={"expr": "max(3, width / 70)"}, labelAlign="left")
    x = alt.X("month:T", scale=alt.Scale(type="utc", nice=False), axis=axis)
    bars = (
        named("months")
        .transform_filter("isValid(datum.value)")
        .transform_stack(stack="value", as_=["from", "to"], groupby=["month"], sort=[alt.SortField("carrier")])
        .transform_calculate(
            until=f"datum.month + {MONTH.format(time='datum.month')}",
            complete="!isValid(datum.coverage) || datum.coverage >= 0.9",
        )
        .mark_bar(cursor="pointer")
        .encode(
            x,
            alt.X2("until:T"),
            value_y("from"),
            alt.Y2("to:Q"),
            color=colour,
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.5)),
        )
    )
    compared = (
        named("comparison")
        .transform_calculate(until=f"datum.time + {MONTH.format(time='datum.time')}")
        .mark_rule(color=palette.ink, strokeWidth=1.5)
        .encode(alt.X("time:T", scale=alt.Scale(type="utc", nice=False)), alt.X2("until:T"), value_y())
    )
    chart = alt.layer(bars, compared, unit_label()).properties(height=220, width="container")
    return parameters(palette, chart, unit="kWh")


def stack(palette: Palette) -> Any:
    """Months stacked by part, what is always on at the bottom; a month that misses days is paler."""
    import altair as alt

    tones = (palette.ink_3, palette.carriers[Carrier.ELECTRICITY], palette.carriers[Carrier.HOTWATER],
             palette.carriers[Carrier.CHILLEDWATER])  # fmt: skip
    colour = alt.Color("part:N", scale=alt.Scale(domain=list(PARTS), range=list(tones)), legend=None)
    labels = {**TIME_LABELS, "year": "%b %Y"}
    axis = alt.Axis(title=None, format=labels, grid=False, tickCount={"expr": "max(3, width / 70)"}, labelAlign="left")
    x = alt.X("month:T", scale=alt.Scale(type="utc", nice=False), axis=axis)
    bars = (
        named("parts")
        .transform_calculate(order=f"indexof({list(PARTS)}, datum.part)")
        .transform_stack(stack="value", as_=["from", "to"], groupby=["month"], sort=[alt.SortField("order")])
        .transform_calculate(
            until=f"datum.month + {MONTH.format(time='datum.month')}",
            complete="!isValid(datum.coverage) || datum.coverage >= 0.9",
        )
        .mark_bar()
        .encode(
            x,
            alt.X2("until:T"),
            value_y("from"),
            alt.Y2("to:Q"),
            color=colour,
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.5)),
        )
    )
    chart = alt.layer(bars, unit_label()).properties(height=220, width="container")
    return parameters(palette, chart, unit="kWh")
