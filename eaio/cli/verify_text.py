"""Baselines and studies as text for a terminal."""

from eaio.analysis.compute.statement import Statement
from eaio.analysis.models import METHOD_LABEL, AnyBaseline, Fitness, Method
from eaio.analysis.models.studies import BaselineView, FittedBaseline, StudyLine, StudyResult
from eaio.recommendations.models.worth import Worth
from eaio.timeseries import format as fmt


def baseline(found: BaselineView) -> str:
    """A baseline with its rivals."""
    return "\n".join(_model(found.fitted))


def _model(fitted: FittedBaseline) -> list[str]:
    model, data = fitted.model, fitted.data
    rows = [
        f"{_named(model)}, {model.period.first} to {model.period.last}",
        f"  why    {model.reason}",
        f"  fit    {_fit(model.fitness)}",
        f"  check  {model.fitness.verdict.reason}",
        f"  data   {data.points:,} points, {fmt.percent(data.present)} present, SHA-256 {data.sha256}",
        *(f"  note   {warning}" for warning in model.warnings),
    ]
    rivals = [
        f"  rival  {METHOD_LABEL[Method(one.method)]} {one.label}, {one.fitness.interval}: {_fit(one.fitness)}"
        for one in sorted(fitted.rivals, key=lambda one: one.fitness.expected_uncertainty)
    ]
    return [*rows, *rivals, *(f"  not    {refusal}" for refusal in fitted.refusals)]


def _named(model: AnyBaseline) -> str:
    return f"{METHOD_LABEL[Method(type(model).__struct_config__.tag)]} {model.label}, {model.interval}"


def _fit(fitness: Fitness) -> str:
    nmbe = round(100 * fitness.nmbe, 2) + 0.0
    return (
        f"n {fitness.n:,}, CV(RMSE) {100 * fitness.cvrmse:.2f} %, NMBE {nmbe:.2f} %, R2 {fitness.r2:.3f}, "
        f"± {fmt.percent(fitness.expected_uncertainty)} of a 10 % saving"
    )


def line(one: StudyLine) -> str:
    """A study in a list."""
    of = one.study
    if one.avoided is None:
        result = one.refusal or "not computed yet"
    else:
        result = (
            f"{fmt.quantity(one.avoided, of.unit)} ± {fmt.quantity(one.band, of.unit)} ({fmt.percent(one.fraction)})"
        )
        result += "" if one.significant else ", not proven"
        result += "" if one.current else ", of older readings"
    return f"{of.id}  {of.name}: {of.building} {of.carrier}, {result}"


def study(found: StudyResult, verdict: Statement, worth: Worth) -> str:
    """A study's whole result."""
    of, result = found.study, found.result
    saved, known = result.savings, result.baseline.model.warnings
    used, expected = fmt.quantity(saved.actual, of.unit), fmt.quantity(saved.counterfactual, of.unit)
    sure = fmt.percent(saved.confidence)
    rows = [
        f"{of.name}: {of.building}, {of.carrier}, {of.meter}",
        f"  {verdict.grade.upper()}: {verdict.sentence}",
        f"  {verdict.why}",
        f"  used {used}, expected {expected}, {saved.reporting.first} to {saved.reporting.last}, "
        f"{fmt.percent(saved.coverage)} present",
        f"  worth {fmt.money(worth.money)} ± {fmt.money(worth.money_band)}, "
        f"{fmt.co2(worth.co2_kg)} ± {fmt.co2(worth.co2_band)}",
        f"  uncertainty of the saving ± {fmt.percent(saved.uncertainty)} at {sure} confidence",
        _typical(found),
        *_model(result.baseline),
        *(f"  note   {warning}" for warning in saved.warnings if warning not in known),
    ]
    counting = [one for one in found.events if not one.undone_at]
    rows += [f"  event  {one.first_day} to {one.last_day}: {one.reason} ({one.treatment})" for one in counting]
    rows += [f"  maybe  {one.period.first} to {one.period.last}: {one.reason}" for one in found.undecided]
    return "\n".join([*rows, *([f"  {found.history_changed}"] if found.history_changed else [])])


def _typical(found: StudyResult) -> str:
    typical, unit = found.result.normalised, found.study.unit
    if typical is None:
        return f"  no normalised savings: {found.result.normalised_refusal}"
    return (
        f"  typical year {fmt.quantity(typical.avoided, unit)} ± {fmt.quantity(typical.band, unit)} "
        f"({fmt.percent(typical.fraction)})"
    )
