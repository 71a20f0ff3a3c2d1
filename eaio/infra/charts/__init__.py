"""Charts: one Vega-Lite specification each, drawn by the browser on pages and by vl-convert in reports.

``models`` says which data a chart takes; ``specification`` gives what the browser fetches once and keeps; ``svg`` draws
the same chart for paper. Pages place ``<figure data-chart="load" data-src="/…json">`` through ``parts/chart.html`` and
answer ``data-src`` with the encoded payload struct.
"""

from eaio.infra.charts.catalogue import CHARTS, Specification, specification, version
from eaio.infra.charts.render import svg

__all__ = ["CHARTS", "Specification", "specification", "svg", "version"]
