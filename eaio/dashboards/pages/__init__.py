"""The composed pages and the numbers behind their charts."""

from typing import Any

from eaio.dashboards.pages import (
    baseline,
    building,
    charts,
    corrections,
    homes,
    palette,
    portfolio,
    quality,
    savings,
    study,
)

HANDLERS: list[Any] = [
    *homes.HANDLERS,
    *portfolio.HANDLERS,
    *building.HANDLERS,
    *charts.HANDLERS,
    *palette.HANDLERS,
    *baseline.HANDLERS,
    *savings.HANDLERS,
    *study.HANDLERS,
    *quality.HANDLERS,
    *corrections.HANDLERS,
]
