"""The tool about verified savings: the newest study of a building, or two periods compared on the spot."""

from datetime import date, timedelta
from uuid import UUID

from eaio.agents.models import Chart, Fact, Link, ToolResult, VerifySavings
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.analysis import service as analysis
from eaio.analysis.compute.statement import Grade, statement
from eaio.analysis.models import METHOD_LABEL, Method, Period
from eaio.analysis.models.studies import Study, Verified
from eaio.buildings.models import Building, Meter
from eaio.dashboards.compute.verification import suggested
from eaio.infra.charts.models import CumulativeChart, Expected, wall_clock
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations
from eaio.recommendations.compute.worth import worth_of
from eaio.timeseries.units import CARRIER_LABEL

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
VERDICTS = {
    Grade.PROVEN: "That is proven by {guideline}.",
    Grade.INDICATIVE: "That is an indication, not a proof. {why}",
    Grade.UNPROVEN: "That proves no saving. {why}",
    Grade.MORE: "There is no saving to credit.",
}


async def verify_savings(ctx: Context, args: VerifySavings) -> ToolResult:
    """What a building saved against its baseline, with how sure that is; from its newest study where none is asked."""
    building = await ctx.building(args.building)
    asked = any((args.baseline_start, args.baseline_end, args.reporting_start, args.reporting_end))
    if not asked:
        lines = await analysis.studies(ctx.conn, ctx.organisation, building=building.id)
        if lines:
            found = await analysis.study_result(ctx.conn, ctx.organisation, lines[0].study.id)
            return await _told(ctx, building, found.study.meter_id, found.result, found.study)
    meter = (await ctx.meters(building, args.carrier))[0]
    baseline, reporting = await _periods(ctx, meter, args)
    verified = await analysis.verify_between(ctx.conn, ctx.organisation, meter.id, baseline, reporting)
    return await _told(ctx, building, meter.id, verified, None)


async def _periods(ctx: Context, meter: Meter, args: VerifySavings) -> tuple[Period, Period]:
    """Both periods; what is not asked for follows from the other one and from the readings.

    Raises:
        InsufficientData: there are no readings to choose periods from.
        WrongPeriods: a period ends before it begins.
    """
    known = await metering.local_extent(ctx.conn, ctx.organisation, Scope(Level.METER, meter.id))
    if known.first is None or known.last is None:
        raise InsufficientData(f"{meter.building} has no readings of {CARRIER_LABEL[meter.carrier].lower()} yet.")
    first, last = known.first.date(), known.last.date()
    before = _period(args.baseline_start, args.baseline_end)
    after = _period(args.reporting_start, args.reporting_end)
    if before and after:
        return before, after
    if before:
        return before, Period(before.last + DAY, max(last, before.last + DAY))
    if after:
        return Period(max(min(first, after.first - DAY), after.first - YEAR), after.first - DAY), after
    chosen = suggested(first, last)
    if chosen is None:
        raise InsufficientData(f"{meter.building} has too few readings to compare two periods.")
    return chosen.baseline, chosen.reporting


def _period(start: date | None, end: date | None) -> Period | None:
    """A half-open period with one open side closed by a year."""
    if start is None and end is None:
        return None
    last = end - DAY if end else (start or date.min) + YEAR - DAY
    return Period(start or last - YEAR + DAY, last)


async def _told(ctx: Context, building: Building, meter: UUID, verified: Verified, study: Study | None) -> ToolResult:
    saved, model = verified.savings, verified.baseline.model
    rates = await recommendations.rates_for(ctx.conn, ctx.organisation, building.site_id)
    of = study or await _meter(ctx, building, meter)
    said = statement(verified, of.unit)
    worth = worth_of(rates, of.carrier, saved.avoided, saved.band)
    priced = saved.avoided > 0 and worth.money is not None and worth.co2_kg is not None
    warned, caveats = facts.quoted("warning", saved.warnings[:2])
    href = f"/savings/{study.id}" if study else f"/meters/{meter}/baseline?last={model.period.last}"
    return ToolResult(
        headline="{building} used {avoided} {word} {carrier} {reporting} than its baseline {baseline} predicts "
        f"({{share}}), ± {{band}} at {{sure}} confidence. {VERDICTS[said.grade]}",
        detail=("The model is {model} with CV(RMSE) {cvrmse}, R² {r2}: it {passes} {guideline}.",),
        money=("That is worth about {money} and {co2}.",) if priced else (),
        facts={
            "building": Fact(building.label),
            "carrier": Fact(CARRIER_LABEL[of.carrier].lower()),
            "avoided": facts.measured(abs(saved.avoided), of.unit),
            "word": Fact("less" if saved.avoided >= 0 else "more"),
            "reporting": facts.during(saved.reporting.first, saved.reporting.last + DAY),
            "baseline": facts.during(model.period.first, model.period.last + DAY),
            "share": facts.share(abs(saved.fraction)),
            "band": facts.measured(saved.band, of.unit),
            "sure": facts.share(saved.confidence),
            "why": Fact(facts.sentence(said.why)),
            "model": Fact(f"{METHOD_LABEL[Method(saved.method)].lower()} {model.label}, {model.interval}"),
            "cvrmse": facts.share(model.fitness.cvrmse),
            "r2": Fact(f"{model.fitness.r2:.2f}", model.fitness.r2),
            "guideline": Fact("ASHRAE Guideline 14"),
            "passes": Fact("passes" if model.fitness.verdict.passed else "fails"),
            "money": facts.money(worth.money),
            "co2": facts.co2(worth.co2_kg),
        }
        | warned,
        chart=Chart("cumulative", "Savings added up", data=_chart(verified, of.unit)),
        links=(
            Link(study.name if study else "Baseline", href),
            *(() if study else (Link("Keep this as a study", address("/savings/new", None, meter=str(meter))),)),
        ),
        caveats=caveats,
        next=(f"Anything unusual at {building.name}?", f"What should we fix first at {building.name}?"),
    )


async def _meter(ctx: Context, building: Building, meter: UUID) -> Meter:
    known = {one.id: one for carrier in building.carriers for one in await ctx.meters(building, carrier)}
    return known[meter]


def _chart(verified: Verified, unit: str) -> CumulativeChart:
    points = verified.savings.cumulative
    return CumulativeChart(
        unit=unit, saved=[Expected(wall_clock(one.day), one.avoided, one.low, one.high) for one in points]
    )
