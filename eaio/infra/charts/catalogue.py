"""Every chart by name, its specification built once per theme and kept."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from eaio.infra.charts import bars, clouds, lines, models
from eaio.infra.charts.theme import PALETTES, Palette, Theme, configuration
from eaio.infra.errors import NotFound


class Chart(Struct, frozen=True):
    """A chart's builder, the payload it takes, and whether it has too many marks for SVG in a browser."""

    build: Callable[[Palette], Any]
    payload: type[Struct]
    canvas: bool = False


CHARTS: Mapping[str, Chart] = {
    "load": Chart(lines.load, models.LoadChart),
    "profile": Chart(lines.profile, models.ProfileChart),
    "cumulative": Chart(lines.cumulative, models.CumulativeChart),
    "sparkline": Chart(lines.sparkline, models.SparklineChart),
    "heatmap": Chart(clouds.heatmap, models.HeatmapChart, canvas=True),
    "scatter": Chart(clouds.scatter, models.ScatterChart, canvas=True),
    "benchmark": Chart(clouds.benchmark, models.BenchmarkChart),
    "ranking": Chart(bars.ranking, models.RankingChart),
    "waterfall": Chart(bars.waterfall, models.WaterfallChart),
    "monthly": Chart(bars.monthly, models.MonthlyChart),
}


class Specification(Struct, frozen=True):
    """A chart ready to be sent: JSON, and the hash that names this version of it."""

    body: bytes
    digest: str


def _row_type(annotation: Any) -> type[Struct] | None:
    """The row struct of a field that holds rows, None for a parameter."""
    arguments = get_args(annotation)
    rows = get_origin(annotation) is not None and len(arguments) == 1 and isinstance(arguments[0], type)
    return arguments[0] if rows and issubclass(arguments[0], Struct) else None


@cache
def columns(name: str) -> Mapping[str, tuple[str, ...]]:
    """The column names of each named data source of a chart.

    Raises:
        NotFound: there is no such chart.
    """
    if name not in CHARTS:
        raise NotFound(f"There is no chart named {name}.")
    fields = ((field.name, _row_type(field.type)) for field in msgspec.structs.fields(CHARTS[name].payload))
    return {source: row.__struct_fields__ for source, row in fields if row is not None}


@cache
def document(name: str, theme: Theme) -> Mapping[str, Any]:
    """A chart's Vega-Lite document without data: about 40 ms the first time, for Altair checks it against the schema.

    Raises:
        NotFound: there is no such chart.
    """
    sources, palette = columns(name), PALETTES[theme]
    built: dict[str, Any] = CHARTS[name].build(palette).to_dict()
    built["config"] = configuration(palette)
    built["autosize"] = {"type": "fit-x", "contains": "padding"}
    built["usermeta"] = {"columns": sources, "renderer": "canvas" if CHARTS[name].canvas else "svg"}
    return built


@cache
def specification(name: str, theme: Theme = Theme.LIGHT) -> Specification:
    """A chart as the browser fetches it.

    Raises:
        NotFound: there is no such chart.
    """
    body = msgspec.json.encode(document(name, theme))
    return Specification(body, hashlib.sha256(body).hexdigest()[:16])


@cache
def version() -> str:
    """A hash over all specifications: part of their addresses, so that browsers may keep them for good."""
    digests = (specification(name, theme).digest for name in CHARTS for theme in Theme)
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:12]
