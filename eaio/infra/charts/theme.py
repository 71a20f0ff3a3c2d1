"""The one chart theme: colours for light, dark and paper, and the Vega-Lite configuration made of them.

The same colours stand as custom properties in ``static/app.css``; a test keeps the two equal.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from eaio.timeseries.units import Carrier

FONT = "Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif"
HATCH = "#d9d5ce"
"""The fill of missing spans. Drawing code replaces exactly this colour by a hatched pattern; without it, plain grey."""


class Theme(StrEnum):
    """Where a chart is drawn; paper takes the light one."""

    LIGHT = "light"
    DARK = "dark"


class Palette(Struct, frozen=True, kw_only=True):
    """Colours by meaning, as hexadecimal sRGB."""

    paper: str
    ink: str
    ink_2: str
    ink_3: str
    rule: str
    accent: str
    good: str
    bad: str
    ramp: Sequence[str]
    """A sequential scale with even steps of lightness, from little to much."""
    carriers: Mapping[Carrier, str]


_LIGHT_CARRIERS = {
    Carrier.ELECTRICITY: "#bb7100",
    Carrier.GAS: "#7a35b8",
    Carrier.STEAM: "#88757f",
    Carrier.HOTWATER: "#a8240a",
    Carrier.CHILLEDWATER: "#3d86d6",
    Carrier.WATER: "#00565a",
    Carrier.IRRIGATION: "#6f9a60",
    Carrier.SOLAR: "#c4b010",
}
_DARK_CARRIERS = {
    Carrier.ELECTRICITY: "#e68f14",
    Carrier.GAS: "#8c63bb",
    Carrier.STEAM: "#ad959c",
    Carrier.HOTWATER: "#cc5236",
    Carrier.CHILLEDWATER: "#2ab0f7",
    Carrier.WATER: "#a5f3f0",
    Carrier.IRRIGATION: "#a8cf8e",
    Carrier.SOLAR: "#fbe94a",
}
_LIGHT = Palette(
    paper="#fcfbf8",
    ink="#16191d",
    ink_2="#4d525a",
    ink_3="#6b7078",
    rule="#e4e1d9",
    accent="#1d4ed8",
    good="#0a6f75",
    bad="#b93a0e",
    ramp=("#f5f1e6", "#f3d18f", "#e39a4f", "#b95a3c", "#76264a", "#33123f"),
    carriers=_LIGHT_CARRIERS,
)
_DARK = Palette(
    paper="#101317",
    ink="#e9e7e2",
    ink_2="#aeb2b8",
    ink_3="#8b9098",
    rule="#282d34",
    accent="#8eabff",
    good="#4fc7bf",
    bad="#ff8d63",
    ramp=("#191c22", "#3d1d48", "#84304f", "#c4603f", "#e9a556", "#f9e6b0"),
    carriers=_DARK_CARRIERS,
)
PALETTES: Mapping[Theme, Palette] = {Theme.LIGHT: _LIGHT, Theme.DARK: _DARK}


def configuration(palette: Palette) -> dict[str, Any]:
    """The Vega-Lite ``config`` of a palette: thin rules, no boxes, quiet axes."""
    axis = {
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelColor": palette.ink_3,
        "labelFontSize": 11,
        "labelPadding": 6,
        "titleColor": palette.ink_3,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    }
    return {
        "font": FONT,
        "background": "transparent",
        "padding": {"left": 2, "top": 8, "right": 10, "bottom": 2},
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"tickColor": palette.rule, "gridColor": palette.rule, "labelFlush": True, "labelOverlap": True},
        "axisY": {"grid": True, "gridColor": palette.rule, "gridWidth": 1, "tickCount": 4},
        "text": {"color": palette.ink_2, "fontSize": 11},
        "line": {"strokeWidth": 1.5, "strokeJoin": "round", "strokeCap": "round"},
        "rule": {"color": palette.ink_3},
        "legend": {
            "labelColor": palette.ink_2,
            "titleColor": palette.ink_3,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "orient": "top",
            "gradientThickness": 6,
            "gradientLength": 160,
            "symbolType": "square",
            "symbolSize": 80,
        },
    }
