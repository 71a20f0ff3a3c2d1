"""``eaio analyze``: profiles, models, benchmarks and anomalies of one building or of all."""

import asyncio
from collections.abc import Iterator

import typer

from eaio.accounts import service as accounts
from eaio.analysis import service
from eaio.analysis.models import AnalysisRun, BuildingAnalysis
from eaio.analysis.models.insights import Insights
from eaio.analysis.models.loads import END_USE_LABEL
from eaio.buildings import service as buildings
from eaio.cli.console import AsJson, OfOrganisation, answer, database
from eaio.infra.errors import Invalid
from eaio.timeseries import format as written
from eaio.timeseries.units import CARRIER_LABEL

OPERATOR = "operator on the command line"


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("analyze")(analyze)


def analyze(
    building: str = typer.Option(None, "--building", help="Name of one building."),
    every: bool = typer.Option(False, "--all", help="Every building with readings."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Compute and keep profiles, weather models, benchmarks and anomalies."""
    if bool(building) == every:
        raise Invalid("Say which: --building NAME, or --all")
    if every:
        run = asyncio.run(_everything(organisation, as_json))
        text = f"{run.done - run.failed:,} buildings analysed, {run.failed:,} without enough data"
        answer(run, as_json, f"{text}, {run.events:,} anomalies")
    else:
        analysed = asyncio.run(_one(organisation, building, as_json))
        answer(analysed, as_json, _in_words(analysed))


async def _one(organisation: str | None, name: str, quiet: bool) -> BuildingAnalysis:
    """Run the analysis here, on a record that others can follow, and follow it along on a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with database() as pool:
        async with pool.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
            found = await buildings.building_by_name(conn, owner.id, name)
            run = await service.start_building_analysis(conn, owner.id, found.id, OPERATOR)
        with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
            task = bar.add_task("Waiting", total=None)

            async def follow(done: int, total: int, text: str) -> None:
                bar.update(task, total=total, completed=done, description=text)

            await service.run_building_analysis(pool, owner.id, run, follow)
        async with pool.transaction() as conn:
            return await service.run_result(conn, owner.id, run)


async def _everything(organisation: str | None, quiet: bool) -> AnalysisRun:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("Analysing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("buildings"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    async with database() as pool:
        async with pool.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
        with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
            task = bar.add_task("analyse", total=None)

            def report(run: AnalysisRun) -> None:
                bar.update(task, total=run.total, completed=run.done)

            return await service.analyze_organisation(pool, owner.id, author=OPERATOR, report=report)


def _in_words(analysed: BuildingAnalysis) -> str:
    figures = analysed.figures
    lines = [
        f"{analysed.building.replace('_', ' ')}, {written.period(figures.period_start, figures.period_end)}",
        f"  energy {written.quantity(figures.annual_kwh, 'kWh')}, {written.money(figures.money)}, "
        f"{written.co2(figures.co2_kg)}, EUI {written.number(figures.eui)} kWh/m2, "
        f"{written.percent(figures.coverage)} of the hours trusted",
    ]
    for meter in analysed.meters:
        shown = meter.figures
        model = (
            f"{shown.model.kind} R2 {shown.model.r2:.2f} CV(RMSE) {shown.model.cvrmse:.1%}"
            if shown.model
            else "no model"
        )
        lines.append(f"  {shown.carrier}: load factor {written.percent(shown.load_factor)}, {model}")
        lines += [f"    {refusal}" for refusal in shown.refusals]
        lines += [f"    {finding.explanation}" for finding in meter.findings[-5:]]
    if analysed.benchmark and analysed.benchmark.percentile is not None:
        share, peers = written.percent(analysed.benchmark.percentile), len(analysed.benchmark.peers)
        lines.append(f"  uses more per m2 than {share} of {peers} peers ({analysed.benchmark.peer_rule})")
    return "\n".join([*lines, *_scored(analysed), *_insights(analysed.insights)])


def _scored(analysed: BuildingAnalysis) -> Iterator[str]:
    if analysed.benchmark is not None and analysed.benchmark.group.score.efficiency is not None:
        score = analysed.benchmark.group.score
        energy = "unknown" if score.energy is None else score.energy
        yield f"  efficiency {score.efficiency} of 10, score {energy} of 100"


def _insights(found: Insights | None) -> Iterator[str]:
    """What the page of correlations, end uses and peaks says, a line each."""
    if found is None:
        return
    yield from (f"  {refusal}" for refusal in found.correlations.refusals)
    pairs = (*found.correlations.carriers, *found.correlations.weather)
    yield from (f"  {pair.statement}, r {pair.r:+.2f} over {pair.days} days" for pair in pairs if pair.significant)
    for split in found.end_uses.splits:
        parts = ", ".join(f"{END_USE_LABEL[part.use].lower()} {written.percent(part.share)}" for part in split.parts)
        yield f"  {CARRIER_LABEL[split.carrier]}: {parts} (estimate)"
    for peak in found.peaks:
        yield f"  {CARRIER_LABEL[peak.carrier]} peak {written.number(peak.peak)}: {peak.statement}"
    yield from (f"  {one.detail}" for one in (*found.end_uses.refused, *found.peaks_refused))
