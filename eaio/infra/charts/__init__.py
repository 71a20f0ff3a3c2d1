"""Charts: one Vega-Lite specification each, drawn by the browser on pages and by vl-convert in reports.

``models`` says which data a chart takes; ``svg`` draws it for paper. A page places ``parts/chart.html``'s ``chart`` and
answers its ``src`` with the encoded payload struct; the browser fetches the specification from ``static/charts``.
"""

from eaio.infra.charts.catalogue import CHARTS, specification
from eaio.infra.charts.render import svg

__all__ = ["CHARTS", "specification", "svg"]
