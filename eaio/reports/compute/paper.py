"""A report as one HTML document with its figures inside, ready to be set as pages."""

import re
from itertools import groupby

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eaio.infra.assets import asset_folder
from eaio.infra.charts import CHARTS, svg
from eaio.reports.compute.outline import outline
from eaio.reports.models import Figure, Panel, Report
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, Carrier

WIDTH = 628
"""Pixels between the margins: 166 mm at 96 dots an inch."""
HALF = 304
"""Pixels of one of two panels side by side."""
FILTERS = {
    "number": fmt.number,
    "quantity": fmt.quantity,
    "money": fmt.money,
    "percent": fmt.percent,
    "co2": fmt.co2,
    "day": fmt.day,
}

_NOISE = re.compile(r' (?:aria-\w+|role|aria-roledescription|pointer-events|class|cursor)="[^"]*"')
_RECT = re.compile(r'<path d="(M[^"]*Z)" fill="(rgb[^"]*|#\w+)"/>')
_RUN = re.compile(rf"(?:{_RECT.pattern}){{3,}}")
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_DEFS = re.compile(r"<defs><linearGradient.*?</defs>", re.DOTALL)


def static_address() -> str:
    """Where the installation's static files lie, as an address that ends with a slash."""
    return asset_folder("static").as_uri() + "/"


def page_html(report: Report) -> str:
    """The whole document; every text is escaped, every figure is drawn."""
    drawn = {figure.name: [drawing(panel, _width(figure)) for panel in figure.panels] for figure in report.figures}
    headings = outline(report)
    return (
        _environment()
        .get_template("reports/paper.html")
        .render(
            report=report,
            drawn=drawn,
            headings=headings,
            numbers={heading.name: heading.number for heading in headings},
            fonts=f"{static_address()}fonts/",
        )
    )


def _environment() -> Environment:
    """The templates without the web around them, so that the press starts quickly."""
    env = Environment(
        loader=FileSystemLoader(asset_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(FILTERS)
    env.globals.update(period=fmt.period, carrier_label=lambda carrier: CARRIER_LABEL[Carrier(carrier)])
    return env


def _width(figure: Figure) -> int:
    return WIDTH if len(figure.panels) == 1 else HALF


def drawing(panel: Panel, width: int) -> Markup:
    """A panel as SVG that a page setter digests."""
    payload = msgspec.json.decode(panel.payload, type=CHARTS[panel.chart].payload)
    return Markup(lighter(svg(panel.chart, payload, width, panel.height)))  # noqa: S704 - drawn here, its text escaped


def lighter(drawn: str) -> str:
    """The same drawing with fewer elements: a heat map of a year falls from 8,760 paths to some twenty.

    Words for scripts go, numbers keep two decimals, gradients stand before their use, and neighbouring rectangles of
    one colour become one path: they do not overlap by more than a hair, so their order does not show.
    """
    plain = _NUMBER.sub(_short, _NOISE.sub("", drawn))
    gradients = "".join(_DEFS.findall(plain))
    joined = _RUN.sub(_joined, _DEFS.sub("", plain))
    return re.sub(r"<svg[^>]*>", lambda opening: opening[0] + gradients, joined, count=1)


def _short(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _joined(found: re.Match[str]) -> str:
    pairs = sorted(((fill, path) for path, fill in _RECT.findall(found[0])), key=lambda pair: pair[0])
    grouped = groupby(pairs, key=lambda pair: pair[0])
    return "".join(f'<path d="{"".join(path for _, path in same)}" fill="{fill}"/>' for fill, same in grouped)
