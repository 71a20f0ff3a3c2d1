"""How good forecasts are: eval forecast. How fast they are stands in ``bench_forecast``."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
import polars as pl
import typer

from eaio.cli.bench_forecast import bench_forecast
from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group
from eaio.forecasting.compute.load import DAY, Floats, Load, load_of, without_dead_runs
from eaio.forecasting.models import EngineName
from eaio.infra.errors import InsufficientData, NotFound
from eaio.timeseries.calendar import holiday_dates
from eaio.timeseries.places import place_of

if TYPE_CHECKING:
    from eaio.forecasting.compute.protocol import Score
    from eaio.forecasting.compute.trees import Trees

DataFolder = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, help="A BDG2 folder: meters, weather, metadata.")
]
JUDGED = str(EngineName.MIX)
PERSISTENCE = str(EngineName.WEEK_MEAN)


class Candidate(NamedTuple):
    """A meter that the protocol admits."""

    name: str
    load: Load
    year: int
    """Index of the test year's first hour."""
    hours: int


def register(app: typer.Typer) -> None:
    """Add both verbs."""
    group(app, "eval").command("forecast")(eval_forecast)
    group(app, "bench").command("forecast")(bench_forecast)


def eval_forecast(
    data: DataFolder,
    test_year: Annotated[int, typer.Option(help="Judged, never fitted on.")] = 2017,
    most: Annotated[int, typer.Option(help="Judge at most this many meters, spread over the file.")] = 10_000,
    trees: Annotated[int, typer.Option(min=1, help="Size of the global model; fewer is quicker and worse.")] = 300,
    also: Annotated[
        list[EngineName] | None, typer.Option(help="A slow engine to compare too: mstl takes minutes a meter.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Day-ahead error on electricity meters of a BDG2 folder by the BuildingsBench protocol.

    The global model is fitted on the hours before the test year; mix and bands at each window use earlier windows only.
    """
    started = time.perf_counter()
    candidates, left_out = _candidates(data, test_year, most)
    if not candidates:
        raise InsufficientData(f"No electricity meter of {data} passes the protocol's rules for {test_year}")
    model = _fitted(candidates, trees)
    fitted = time.perf_counter() - started
    scores = {candidate.name: _scored(candidate, model, also or ()) for candidate in candidates}
    result = _summary(scores) | {
        "left_out": left_out,
        "test_year": test_year,
        "fit_s": round(fitted, 1),
        "seconds": round(time.perf_counter() - started, 1),
    }
    answer(result, as_json, _text(result))


def _candidates(data: Path, test_year: int, most: int) -> tuple[list[Candidate], int]:
    """Meters that the protocol admits, and how many it leaves out."""
    from eaio.forecasting.compute.protocol import usable_year

    kept: list[Candidate] = []
    left_out = 0
    for name, frame, zone in _frames(data, most):
        local = frame["local"]
        first = int((local.dt.year() < test_year).sum())
        hours = int((local.dt.year() == test_year).sum())
        values = frame["value"].to_numpy().astype(np.float64)
        year = usable_year(values[first : first + hours]) if hours else None
        candidate = None if year is None else _candidate(name, frame, zone, values, first, year)
        kept += [candidate] if candidate else []
        left_out += candidate is None
    return kept, left_out


def _candidate(name: str, frame: pl.DataFrame, zone: str, values: Floats, first: int, year: Floats) -> Candidate | None:
    """Years before the test year lose their silent runs; the test year stays as the protocol prepares it."""
    from eaio.forecasting.compute.features import CONTEXT

    prepared = np.concatenate([without_dead_runs(values[:first]), year])
    frame = frame[: len(prepared)].with_columns(value=pl.Series(prepared).fill_nan(None))
    years = frame["local"].dt.year().unique().to_list()
    holidays = holiday_dates(place_of(None, None, zone).country, years)
    try:
        load = load_of(frame, "UTC", holidays=holidays)
    except InsufficientData:
        return None
    begins = load.size - len(year)
    return Candidate(name, load, begins, len(year)) if begins >= CONTEXT else None


def _frames(data: Path, most: int) -> Iterator[tuple[str, pl.DataFrame, str]]:
    """Name, HOURLY frame and time zone of each electricity meter; BDG2 stamps are fixed standard time."""
    table = pl.read_csv(_file(data, "meters/*/electricity*.csv*"), try_parse_dates=True, infer_schema_length=None)
    weather = _weather(data)
    zones = _zones(data)
    stamp = pl.col("timestamp").cast(pl.Datetime("us"))
    meters = table.columns[1:]
    for name in meters[:: -(-len(meters) // most)]:
        site = name.split("_")[0]
        frame = table.select(
            time=stamp.dt.replace_time_zone("UTC"), local=stamp, value=pl.col(name).cast(pl.Float64)
        ).join(weather.get(site, EMPTY_WEATHER), on="local", how="left", maintain_order="left")
        yield name, frame, zones.get(site, "US/Eastern")


EMPTY_WEATHER = pl.DataFrame(schema={"local": pl.Datetime("us"), "temperature": pl.Float64})


def _weather(data: Path) -> Mapping[str, pl.DataFrame]:
    """Temperature by site; empty without a weather file."""
    try:
        table = pl.read_csv(_file(data, "weather/weather.csv*"), try_parse_dates=True, infer_schema_length=None)
    except NotFound:
        return {}
    tidy = table.select(
        "site_id",
        local=pl.col("timestamp").cast(pl.Datetime("us")),
        temperature=pl.col("airTemperature").cast(pl.Float64),
    ).unique(["site_id", "local"], keep="first")
    return {str(key[0]): part.drop("site_id") for key, part in tidy.partition_by("site_id", as_dict=True).items()}


def _zones(data: Path) -> Mapping[str, str]:
    """Time zone by site, for its holidays."""
    try:
        table = pl.read_csv(_file(data, "metadata/metadata.csv*"), columns=["site_id", "timezone"])
    except NotFound:
        return {}
    return dict(table.drop_nulls().unique("site_id").iter_rows())


def _file(data: Path, pattern: str) -> Path:
    """The file of that name; a cleaned meter file only where no raw one is.

    Raises:
        NotFound: there is none.
    """
    roots = (data, data / "bdg2")
    found = [file for root in roots for file in sorted(root.glob(pattern), key=lambda file: "cleaned" in str(file))]
    if not found:
        raise NotFound(f"{data} holds no {pattern}; it should be a folder in BDG2's layout")
    return found[0]


def _fitted(candidates: Sequence[Candidate], trees: int) -> "Trees":
    """The global model on what lies before the test year."""
    from eaio.forecasting.compute.boosting import MOST_ROWS, days_between, fit, rows_of

    every = days_between(sum(candidate.year for candidate in candidates), MOST_ROWS)
    return fit((rows_of(candidate.load, candidate.year, every=every) for candidate in candidates), rounds=trees)


def _scored(candidate: Candidate, model: "Trees", also: Sequence[EngineName]) -> "Score":
    """All engines on all windows of the test year."""
    from eaio.forecasting.compute.boosting import day_ahead
    from eaio.forecasting.compute.engines import ON_REQUEST, PER_METER
    from eaio.forecasting.compute.protocol import actual_days, causal_mix, score, year_origins
    from eaio.forecasting.compute.threads import one_thread

    load, first = candidate.load, candidate.year
    origins = year_origins(first, candidate.hours)
    actual = actual_days(load, origins)
    with one_thread():
        said = {str(name): engine(load, origins, first)[:, :DAY] for name, engine in PER_METER.items()}
        said[EngineName.BOOSTING] = day_ahead(model, load, origins, first)
        said[JUDGED] = causal_mix(origins, actual, said)
        said |= {str(name): ON_REQUEST[name](load, origins, first)[:, :DAY] for name in also if name in ON_REQUEST}
        return score(actual, said, JUDGED)


def _summary(scores: Mapping[str, "Score"]) -> dict[str, Any]:
    """Medians and quartiles over meters."""
    each = list(scores.values())
    errors = {name: np.array([one.nrmse[name] for one in each]) for name in each[0].nrmse}
    median = {name: round(float(np.median(values)), 4) for name, values in errors.items()}
    sites = sorted({name.split("_")[0] for name in scores})
    return {
        "n_meters": len(each),
        "nrmse_median": median,
        "nrmse_quartiles": {n: [round(float(q), 4) for q in np.quantile(v, (0.25, 0.75))] for n, v in errors.items()},
        "ratio_to_persistence": round(median[JUDGED] / median[PERSISTENCE], 4),
        "coverage95": round(float(np.mean([one.coverage95 for one in each])), 4),
        "crps_mean": round(float(np.mean([one.crps for one in each])), 4),
        "crps_unit": "share of the meter's mean load",
        "nmbe_median": round(float(np.median([one.nmbe for one in each])), 4),
        "judged_engine": JUDGED,
        "sites": {site: _site(scores, site) for site in sites},
    }


def _site(scores: Mapping[str, "Score"], site: str) -> dict[str, float]:
    errors = [one.nrmse for name, one in scores.items() if name.split("_")[0] == site]
    medians = {name: float(np.median([error[name] for error in errors])) for name in (JUDGED, PERSISTENCE)}
    return {"n_meters": len(errors)} | {name: round(value, 4) for name, value in medians.items()}


def _text(result: Mapping[str, Any]) -> str:
    meters = f"{result['n_meters']} meters, {result['left_out']} left out by the protocol"
    lines = [f"Day ahead in {result['test_year']}: {meters}"]
    for name, value in sorted(result["nrmse_median"].items(), key=lambda item: item[1]):
        low, high = result["nrmse_quartiles"][name]
        lines.append(f"  {name:14} median NRMSE {value:7.2%}   quartiles {low:.2%} to {high:.2%}")
    lines.append(
        f"  {JUDGED} to persistence ensemble {result['ratio_to_persistence']:.3f}; 95 % band held"
        f" {result['coverage95']:.1%}; CRPS {result['crps_mean']:.2%} of the mean load; {result['seconds']} s"
    )
    return "\n".join(lines)
