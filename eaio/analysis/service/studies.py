"""Measurement and verification studies: create, change, put aside; declare and undo events; compute and keep."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from eaio.accounts import service as accounts
from eaio.analysis.compute import nonroutine, savings
from eaio.analysis.compute import studies as compute
from eaio.analysis.compute.studies import Material, Way
from eaio.analysis.models import NonRoutineEvent, Period, WrongPeriods
from eaio.analysis.models.studies import (
    LEAST_CONFIDENCE,
    MOST_CONFIDENCE,
    DeclaredEvent,
    EventDraft,
    FittedBaseline,
    ModelPoint,
    StoredBaseline,
    Study,
    StudyDraft,
    StudyLine,
    StudyResult,
    Verified,
)
from eaio.analysis.repository import studies as repository
from eaio.analysis.service.material import material_of
from eaio.buildings import service as buildings
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, NotFound


async def create_study(conn: Connection, organisation: UUID, meter_id: UUID, draft: StudyDraft, author: str) -> Study:
    """Set up a study.

    Raises:
        NotFound: no such meter in this organisation.
        WrongPeriods: the periods overlap or stand in the wrong order, or the method does not take the interval.
    """
    check(draft)
    await buildings.meter_of(conn, organisation, meter_id)
    made = await repository.insert_study(conn, organisation, meter_id, draft, author)
    return await repository.study(conn, organisation, made)


async def edit_study(conn: Connection, organisation: UUID, study_id: UUID, draft: StudyDraft, author: str) -> Study:
    """Change a study; its result goes, and its baseline too where that is concerned. Raises as ``create_study``."""
    check(draft)
    before = await repository.study(conn, organisation, study_id)
    same = (before.baseline, before.method, before.interval) == (draft.baseline, draft.method, draft.interval)
    await repository.update_study(conn, organisation, study_id, draft, author)
    await repository.forget(conn, organisation, study_id, baseline=not same)
    return await repository.study(conn, organisation, study_id)


def check(draft: StudyDraft) -> None:
    """Refuse periods that contradict each other, a method that does not take the interval, an odd confidence."""
    Way(draft.method, draft.interval)
    if not draft.name.strip():
        raise WrongPeriods("The study has no name", name="missing")
    if not LEAST_CONFIDENCE <= draft.confidence <= MOST_CONFIDENCE:
        raise WrongPeriods(f"The confidence must lie between {LEAST_CONFIDENCE:.0%} and {MOST_CONFIDENCE:.0%}")
    savings.check_periods(draft.baseline, Period(draft.reporting_first, draft.reporting_last or date.max))


async def archive_study(
    conn: Connection, organisation: UUID, study_id: UUID, author: str, *, archived: bool = True
) -> Study:
    """Put a study aside, or bring it back; nothing is deleted."""
    await repository.study(conn, organisation, study_id)
    await repository.archive_study(conn, organisation, study_id, author, archived=archived)
    return await repository.study(conn, organisation, study_id)


async def study(conn: Connection, organisation: UUID, study_id: UUID) -> Study:
    """One study; NotFound if it is not this organisation's."""
    return await repository.study(conn, organisation, study_id)


async def studies(
    conn: Connection,
    organisation: UUID,
    *,
    meter: UUID | None = None,
    building: UUID | None = None,
    archived: bool = False,
) -> Sequence[StudyLine]:
    """Studies, the newest first, with the headline of their newest result."""
    found = await repository.studies(conn, organisation, meter=meter, building=building, archived=archived)
    known = {one.study_id: one for one in await repository.result_lines(conn, organisation)}
    version = await accounts.data_version(conn, organisation)

    def line(one: Study) -> StudyLine:
        result = known.get(one.id)
        if result is None:
            return StudyLine(study=one)
        return StudyLine(
            study=one,
            avoided=result.avoided,
            fraction=result.fraction,
            band=result.band,
            significant=result.significant,
            refusal=result.refusal,
            current=(result.data_version, result.revision) == (version, one.revision),
        )

    return [line(one) for one in found]


async def study_events(conn: Connection, organisation: UUID, study_id: UUID) -> Sequence[DeclaredEvent]:
    """Declared events of a study, undone ones too."""
    await repository.study(conn, organisation, study_id)
    return await repository.events(conn, organisation, study_id)


async def declare_event(
    conn: Connection, organisation: UUID, study_id: UUID, draft: EventDraft, author: str
) -> DeclaredEvent:
    """Declare a non-routine event; one in the baseline period makes the baseline be fitted again.

    Raises:
        NotFound: no such study in this organisation.
        WrongPeriods: it overlaps another, lacks its amount, or lies in neither period.
    """
    of = await repository.study(conn, organisation, study_id)
    event = NonRoutineEvent(Period(draft.first, draft.last), draft.treatment, draft.amount, draft.reason)
    _check_place(of, event.period)
    counting = await _counting(conn, organisation, study_id)
    nonroutine.check([*counting, event])
    made = await repository.insert_event(conn, organisation, study_id, draft, author)
    await _changed(conn, organisation, of, event.period, author)
    events = await repository.events(conn, organisation, study_id)
    return next(one for one in events if one.id == made)


def _check_place(of: Study, event: Period) -> None:
    reporting = Period(of.reporting_first, of.reporting_last or date.max)
    inside = event.overlaps(of.baseline), event.overlaps(reporting)
    if all(inside):
        raise WrongPeriods(
            f"The event from {event.first} to {event.last} lies in both periods; declare it as one event in each"
        )
    if not any(inside):
        raise WrongPeriods(
            f"The event from {event.first} to {event.last} lies neither in the baseline {of.baseline_first} to "
            f"{of.baseline_last} nor in the reporting period from {of.reporting_first}; it changes nothing there"
        )


async def decline_event(
    conn: Connection, organisation: UUID, study_id: UUID, draft: EventDraft, author: str
) -> DeclaredEvent:
    """Put on record that a proposed event is none: it never counts, and is not proposed again.

    Raises:
        NotFound: no such study in this organisation.
        WrongPeriods: it lies in neither period.
    """
    of = await repository.study(conn, organisation, study_id)
    _check_place(of, Period(draft.first, draft.last))
    made = await repository.insert_event(conn, organisation, study_id, draft, author)
    if made is None:
        raise NotFound("There is no such study")
    await repository.undo_event(conn, organisation, study_id, made, author)
    events = await repository.events(conn, organisation, study_id)
    return next(one for one in events if one.id == made)


async def undo_event(conn: Connection, organisation: UUID, study_id: UUID, event_id: UUID, author: str) -> None:
    """Let an event no longer count; it stays on record with who undid it.

    Raises:
        NotFound: no such study in this organisation, or no such event that still counts.
    """
    of = await repository.study(conn, organisation, study_id)
    events = {one.id: one for one in await repository.events(conn, organisation, study_id)}
    if not await repository.undo_event(conn, organisation, study_id, event_id, author):
        raise NotFound("This study has no such event that still counts")
    await _changed(conn, organisation, of, events[event_id].event.period, author)


async def _changed(conn: Connection, organisation: UUID, of: Study, event: Period, author: str) -> None:
    await repository.touch_study(conn, organisation, of.id, author)
    await repository.forget(conn, organisation, of.id, baseline=event.overlaps(of.baseline))


async def _counting(conn: Connection, organisation: UUID, study_id: UUID) -> tuple[NonRoutineEvent, ...]:
    events = await repository.events(conn, organisation, study_id)
    return tuple(one.event for one in events if one.undone_at is None)


async def fit_again(conn: Connection, organisation: UUID, study_id: UUID, author: str) -> None:
    """Drop the kept baseline, so that the next result fits it to the readings as they are now."""
    await repository.study(conn, organisation, study_id)
    await repository.touch_study(conn, organisation, study_id, author)
    await repository.forget(conn, organisation, study_id, baseline=True)


async def study_result(conn: Connection, organisation: UUID, study_id: UUID) -> StudyResult:
    """The result of a study: the kept one while readings and study are as they were, else computed now and kept.

    The baseline is fitted once and then stands; where the readings it was fitted to have changed since, the result
    says so until somebody has it fitted again.

    Raises:
        NotFound: no such study in this organisation.
        Refused: the data do not carry the answer; the message says what is missing and what would help.
        WrongPeriods: periods or events contradict each other.
    """
    of = await repository.study(conn, organisation, study_id)
    version = await accounts.data_version(conn, organisation)
    kept = await repository.result(conn, organisation, study_id)
    stored = await repository.baseline(conn, organisation, study_id)
    current = kept and (kept.data_version, kept.revision) == (version, of.revision)
    if kept is None or kept.result is None or stored is None or not current:
        try:
            stored, result = await _computed(conn, organisation, of, stored)
        except EaioError as refusal:
            await repository.save_result(conn, organisation, of, version, refusal.detail)
            raise
        await repository.save_result(conn, organisation, of, version, result)
        kept = await repository.result(conn, organisation, study_id)
    if kept is None or kept.result is None:
        raise NotFound("There is no such study")
    events = tuple(await repository.events(conn, organisation, study_id))
    return StudyResult(
        study=of,
        events=events,
        result=kept.result,
        fitted_at=stored.fitted_at,
        computed_at=kept.computed_at,
        history_changed=_history(kept.result.baseline, stored),
    )


async def _computed(
    conn: Connection, organisation: UUID, of: Study, stored: StoredBaseline | None
) -> tuple[StoredBaseline, Verified]:
    found = await material_of(conn, organisation, of.meter_id)
    events = await _counting(conn, organisation, of.id)

    def compute_it() -> Verified:
        fitted = stored.fitted if stored else compute.fit(found, of.baseline, Way(of.method, of.interval), events)
        result = compute.verify(found, fitted, reporting_of(of, found), events, of.confidence)
        return compute.with_current_window(found, result)

    result = await run_cpu(compute_it)
    if stored is None:
        await repository.save_baseline(conn, organisation, of.id, result.baseline)
        stored = StoredBaseline(fitted=result.baseline, fitted_at=datetime.now(UTC))
    return stored, result


def reporting_of(of: Study, found: Material) -> Period:
    """The reporting period, an open one to the last day with readings."""
    if of.reporting_last is not None:
        return Period(of.reporting_first, of.reporting_last)
    last = found.last_day
    return Period(of.reporting_first, max(last, of.reporting_first) if last else of.reporting_first)


def _history(now: FittedBaseline, stored: StoredBaseline) -> str | None:
    """``now`` carries the window as the readings are today, ``stored`` the one that the model was fitted to."""
    was, is_ = stored.fitted.data, now.data
    if was.sha256 == is_.sha256:
        return None
    return (
        f"The readings or temperatures of the baseline period have changed since the model was fitted on "
        f"{stored.fitted_at:%Y-%m-%d}: it then had {was.points:,} points, now {is_.points:,}. The result still "
        "stands on the model as it was fitted; fit it again to use the readings as they are"
    )


async def study_residuals(conn: Connection, organisation: UUID, study_id: UUID) -> Sequence[ModelPoint]:
    """Points of the baseline period beside the model of the study. Raises as ``study_result``."""
    result = await study_result(conn, organisation, study_id)
    found = await material_of(conn, organisation, result.study.meter_id)
    events = [one.event for one in result.events if one.undone_at is None]
    return await run_cpu(compute.residuals, found, result.result.baseline.model, events)
