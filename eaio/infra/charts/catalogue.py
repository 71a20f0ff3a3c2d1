"""Every chart by name. Specifications are built once, by ``python -m eaio.infra.charts``, into ``static/charts``."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from eaio.infra.assets import asset_folder
from eaio.infra.charts import bars, clouds, lines, models
from eaio.infra.charts.theme import PALETTES, Palette, Theme, configuration
from eaio.infra.errors import NotFound


class Chart(Struct, frozen=True):
    """A chart's builder, the payload it takes, and whether it has too many marks for SVG in a browser."""

    build: Callable[[Palette], Any]
    payload: type[models.Payload]
    canvas: bool = False


CHARTS: Mapping[str, Chart] = {
    "load": Chart(lines.load, models.LoadChart),
    "trial": Chart(lines.trial, models.TrialChart),
    "profile": Chart(lines.profile, models.ProfileChart),
    "cumulative": Chart(lines.cumulative, models.CumulativeChart),
    "sparkline": Chart(lines.sparkline, models.SparklineChart),
    "heatmap": Chart(clouds.heatmap, models.HeatmapChart, canvas=True),
    "residuals": Chart(clouds.residuals, models.ResidualChart, canvas=True),
    "deviations": Chart(clouds.deviations, models.ResidualChart, canvas=True),
    "scatter": Chart(clouds.scatter, models.ScatterChart, canvas=True),
    "benchmark": Chart(clouds.benchmark, models.BenchmarkChart),
    "ranking": Chart(bars.ranking, models.RankingChart),
    "waterfall": Chart(bars.waterfall, models.WaterfallChart),
    "monthly": Chart(bars.monthly, models.MonthlyChart),
    "stack": Chart(bars.stack, models.StackChart),
    "matrix": Chart(clouds.matrix, models.MatrixChart),
    "calendar": Chart(clouds.calendar, models.CalendarChart),
}


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
    return {source: row.__struct_fields__ for source, row in row_types(CHARTS[name].payload).items()}


@cache
def row_types(payload: type[Struct]) -> Mapping[str, type[Struct]]:
    """The row struct of each named data source of a payload."""
    fields = ((field.name, _row_type(field.type)) for field in msgspec.structs.fields(payload))
    return {source: row for source, row in fields if row is not None}


def build(name: str) -> dict[str, Any]:
    """A chart's Vega-Lite document by theme, without data, made with Altair: 40 ms each and 1 s for the import.

    Raises:
        NotFound: there is no such chart.
    """
    return {theme.value: _document(name, PALETTES[theme]) for theme in Theme}


def _document(name: str, palette: Palette) -> dict[str, Any]:
    sources = columns(name)
    built: dict[str, Any] = CHARTS[name].build(palette).to_dict()
    built["config"] = configuration(palette)
    built["autosize"] = {"type": "fit-x", "contains": "padding"}
    built["usermeta"] = {"columns": sources, "renderer": "canvas" if CHARTS[name].canvas else "svg"}
    return built


def encoded(name: str) -> bytes:
    """What ``build`` makes, as the file ``static/charts/<name>.json`` holds it."""
    return msgspec.json.encode(build(name))


@cache
def specification(name: str, theme: Theme = Theme.LIGHT) -> Mapping[str, Any]:
    """A chart's Vega-Lite document without data, from the built file: Altair stays out of the running application.

    Raises:
        NotFound: there is no such chart.
    """
    columns(name)
    return msgspec.json.decode((asset_folder("static") / "charts" / f"{name}.json").read_bytes())[theme]
