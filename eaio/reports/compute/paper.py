"""A report as one HTML document with its figures inside, ready to be set as pages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from eaio.infra.assets import asset_folder
from eaio.infra.charts import CHARTS, svg
from eaio.reports.compute.outline import outline
from eaio.reports.compute.verdict import whole_percent
from eaio.reports.models import Figure, Panel, Report
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, Carrier

WIDTH = 628
"""Pixels between the margins: 166 mm at 96 dots an inch."""
COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4}
"""Panels of a figure to how many stand side by side."""
COLUMN_WIDTH = {1: WIDTH, 2: 304, 3: 196, 4: 142}
"""Pixels of a panel by how many stand side by side."""
NARROWER = 0.94
"""The drawing library measures text in a face narrower than Inter; so much smaller, it fits the room that was kept."""
STEPS = 24
"""Steps of a legend of shades."""
HAIR = 0.985
"""Cells of a heat map overlap by five percent for screens; on paper, where they are reordered, by three."""
FILTERS = {
    "number": fmt.number,
    "quantity": fmt.quantity,
    "money": fmt.money,
    "percent": fmt.percent,
    "co2": fmt.co2,
    "day": fmt.day,
    "moment": fmt.moment,
}

_NOISE = re.compile(r' (?:aria-\w+|role|aria-roledescription|pointer-events|class|cursor)="[^"]*"')
_RECT = re.compile(r'<path d="M([-\d.]+),([-\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+Z" fill="([^"]+)"/>')
_RUN = re.compile(r'(?:<path d="M[-\d.]+,[-\d.]+h[\d.]+v[\d.]+h-[\d.]+Z" fill="[^"]+"/>){3,}')
_DOTS = re.compile(
    r'<path transform="translate\([-\d.,]+\)"( d="M([\d.]+),0A[^"]*"[^>]*)/>'
    r'(?:<path transform="translate\([-\d.,]+\)"\1/>){2,}'
)
_PLACE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")
_FONT_SIZE = re.compile(r'font-size="([\d.]+)px"')
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_AMOUNT = re.compile(
    r"[-+$€£]?\d[\d,.]*(?: M\b)? (?:%|[kMGT]Wh(?:/m²)?|kW|M|L|ML|m³|m²|t|kg|°C|years?|hours)(?= |[.,;:)]|$)(?: CO2e)?"
)
_STOP = re.compile(r'<stop offset="([\d.]+)" stop-color="rgb\((\d+), (\d+), (\d+)\)"/>')
_GRADIENT = re.compile(r'<path d="M0,0h([\d.]+)v([\d.]+)h-[\d.]+Z" fill="url\(#gradient_\d+\)"[^>]*/>')
_DEFS = re.compile(r"<defs><linearGradient.*?</defs>", re.DOTALL)


def static_address() -> str:
    """Where the installation's static files lie, as an address that ends with a slash."""
    return asset_folder("static").as_uri() + "/"


def page_html(report: Report) -> str:
    """The whole document; every text is escaped, every figure is drawn."""
    drawn = {
        figure.name: [drawing(panel, COLUMN_WIDTH[columns_of(figure)]) for panel in figure.panels]
        for figure in report.figures
    }
    headings = outline(report)
    return (
        environment()
        .get_template("reports/paper.html")
        .render(
            report=report,
            drawn=drawn,
            headings=headings,
            columns_of=columns_of,
            numbers={heading.name: heading.number for heading in headings},
            fonts=f"{static_address()}fonts/",
        )
    )


def environment() -> Any:
    """The templates without the web around them, so that the press starts quickly."""
    env: Any = Environment(
        loader=FileSystemLoader(asset_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(FILTERS, tight=tight, coverage=whole_percent)
    env.globals.update(period=fmt.period, carrier_label=_carrier_label)
    return env


def _carrier_label(carrier: str) -> str:
    return CARRIER_LABEL[Carrier(carrier)]


def columns_of(figure: Figure) -> int:
    """How many of a figure's panels stand side by side."""
    return COLUMNS.get(len(figure.panels), 3)


def drawing(panel: Panel, width: int) -> Markup:
    """A panel as SVG that a page setter digests."""
    payload = msgspec.json.decode(panel.payload, type=CHARTS[panel.chart].payload)
    return Markup(lighter(svg(panel.chart, payload, width, panel.height)))  # noqa: S704 - drawn here, its text escaped


def tight(text: str) -> Markup:
    """Text in which a number stays on one line with its unit."""
    return Markup(_AMOUNT.sub(r'<span class="tight">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped here


def lighter(drawn: str) -> str:
    """The same drawing with fewer elements: a heat map of a year falls from 8,760 paths to some thirty, a cloud to one.

    Words for scripts go, numbers keep two decimals, the legend's gradient becomes steps (viewers lose a gradient of six
    pixels' height), and neighbouring rectangles of one colour become one path: they do not overlap by more than a hair,
    so their order does not show. Dots of one kind become one path too.
    """
    fitting = _FONT_SIZE.sub(lambda found: f'font-size="{float(found[1]) * NARROWER:.2f}px"', drawn)
    plain = _NUMBER.sub(_short, _NOISE.sub("", fitting))
    colours = _STOP.findall("".join(_DEFS.findall(plain)))
    stepped = _GRADIENT.sub(lambda found: _steps(found, colours), plain) if colours else plain
    return _DOTS.sub(_cloud, _RUN.sub(_joined, _DEFS.sub("", stepped)))


def _steps(found: re.Match[str], stops: Sequence[tuple[str, str, str, str]]) -> str:
    """A horizontal gradient as ``STEPS`` rectangles."""
    width, height = float(found[1]), found[2]
    at = [float(stop[0]) for stop in stops]
    step = width / STEPS
    drawn: list[str] = []
    for place in range(STEPS):
        mixed = [np.interp((place + 0.5) / STEPS, at, [float(stop[part]) for stop in stops]) for part in (1, 2, 3)]
        colour = ", ".join(f"{value:.0f}" for value in mixed)
        drawn.append(
            f'<path d="M{place * step:.2f},0h{step + 0.1:.2f}v{height}h-{step + 0.1:.2f}Z" fill="rgb({colour})"/>'
        )
    return "".join(drawn)


def _short(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _cloud(found: re.Match[str]) -> str:
    """Circles of one size and colour as one path of as many arcs."""
    radius = float(found[2])
    turn, back = f"a{radius:g},{radius:g},0,1,1,{-2 * radius:g},0", f"a{radius:g},{radius:g},0,1,1,{2 * radius:g},0"
    dots = "".join(f"M{float(x) + radius:.2f},{y}{turn}{back}" for x, y in _PLACE.findall(found[0]))
    rest = re.sub(r' d="[^"]*"', "", found[1])
    return f'<path d="{dots}"{rest}/>'


def _joined(found: re.Match[str]) -> str:
    """Rectangles of one fill as one path, those that stand on one another merged into one tall one."""
    by_fill: dict[str, dict[tuple[str, str], list[tuple[float, float]]]] = {}
    for x, y, width, height, fill in _RECT.findall(found[0]):
        column = by_fill.setdefault(fill, {}).setdefault((x, width), [])
        top, tall = float(y), float(height) * HAIR
        if column and column[-1][0] <= top <= column[-1][0] + column[-1][1]:
            top, tall = column[-1][0], top + tall - column.pop()[0]
        column.append((top, tall))
    return "".join(_path(fill, columns) for fill, columns in sorted(by_fill.items()))


def _path(fill: str, columns: Mapping[tuple[str, str], Sequence[tuple[float, float]]]) -> str:
    drawn = (_rectangle(*place, *span) for place, spans in columns.items() for span in spans)
    return f'<path d="{"".join(drawn)}" fill="{fill}"/>'


def _rectangle(x: str, width: str, top: float, tall: float) -> str:
    return f"M{x},{top:.2f}h{width}v{tall:.2f}h-{width}Z"
