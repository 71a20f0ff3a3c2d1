"""Studies are kept, computed once, said to be stale, and refused with a reason."""

from datetime import date
from uuid import UUID

import numpy as np
import pytest

from eaio.analysis import service
from eaio.analysis.models import Interval, Method, Period, RefusalReason, Refused, Treatment, WrongPeriods
from eaio.analysis.models.studies import EventDraft, Study, StudyDraft
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.verified_meter import AUTHOR, HOURS, YEAR, meter_with, readings, use

BASELINE = Period(date(2016, 1, 1), date(2016, 12, 31))
DRAFT = StudyDraft(name="New chillers", baseline=BASELINE, reporting_first=date(2017, 1, 1), method=Method.CHANGE_POINT)
FLOOD = EventDraft(first=date(2017, 6, 5), last=date(2017, 6, 18), reason="Closed after the flood")


async def made(conn: Connection, organisation: UUID, draft: StudyDraft = DRAFT, **more: object) -> Study:
    meter = await meter_with(conn, organisation, **more)  # type: ignore[arg-type]
    return await service.create_study(conn, organisation, meter.id, draft, "Ada")


async def test_a_known_saving_is_found_and_its_open_period_ends_with_the_readings(
    conn: Connection, organisation: UUID
) -> None:
    study = await made(conn, organisation)
    found = await service.study_result(conn, organisation, study.id)
    verified = found.result.savings
    assert verified.reporting == Period(date(2017, 1, 1), date(2017, 12, 31))
    assert verified.fraction == pytest.approx(0.10, abs=0.01)
    assert abs(verified.avoided - 0.1 * verified.counterfactual) < verified.band
    assert found.result.normalised is not None
    assert found.result.normalised.fraction == pytest.approx(0.10, abs=0.015)
    assert found.result.baseline.data.points == 366
    assert len(found.result.baseline.data.sha256) == 64
    assert found.history_changed is None


async def test_the_automatic_choice_keeps_the_figures_of_every_rival(conn: Connection, organisation: UUID) -> None:
    study = await made(conn, organisation, StudyDraft(name="x", baseline=BASELINE, reporting_first=date(2017, 1, 1)))
    fitted = (await service.study_result(conn, organisation, study.id)).result.baseline
    surest = fitted.model.fitness.expected_uncertainty
    assert len(fitted.rivals) >= 3
    assert all(not one.fitness.verdict.passed or one.fitness.expected_uncertainty >= surest for one in fitted.rivals)
    assert "of a 10 % yearly saving" in fitted.model.reason or "10 %" in fitted.model.reason


async def test_a_result_is_kept_until_readings_change(conn: Connection, organisation: UUID) -> None:
    study = await made(conn, organisation)
    first = await service.study_result(conn, organisation, study.id)
    assert (await service.study_result(conn, organisation, study.id)).computed_at == first.computed_at
    (line,) = await service.studies(conn, organisation)
    assert line.current
    assert line.fraction == first.result.savings.fraction
    changed = readings(use())[YEAR : YEAR + 24].with_columns(value=500.0)
    await metering.record_readings(conn, organisation, {study.meter_id: changed}, AUTHOR)
    (line,) = await service.studies(conn, organisation)
    assert not line.current
    second = await service.study_result(conn, organisation, study.id)
    assert second.result.savings.actual > first.result.savings.actual
    assert second.history_changed is None


async def test_a_changed_history_is_said_and_fitted_again_only_on_demand(conn: Connection, organisation: UUID) -> None:
    study = await made(conn, organisation)
    first = await service.study_result(conn, organisation, study.id)
    changed = readings(use())[24:48].with_columns(value=90.0)
    await metering.record_readings(conn, organisation, {study.meter_id: changed}, AUTHOR)
    second = await service.study_result(conn, organisation, study.id)
    assert second.history_changed is not None
    assert "have changed since the model was fitted" in second.history_changed
    assert second.result.baseline.model == first.result.baseline.model
    await service.fit_again(conn, organisation, study.id, "Ada")
    third = await service.study_result(conn, organisation, study.id)
    assert third.history_changed is None
    assert third.result.baseline.model != first.result.baseline.model


async def test_a_planted_event_is_proposed_declared_and_undone_without_a_trace_in_the_figures(
    conn: Connection, organisation: UUID
) -> None:
    values = use()
    at = YEAR + (date(2017, 6, 5) - date(2017, 1, 1)).days * 24
    values[at : at + 14 * 24] *= 0.4
    study = await made(conn, organisation, values=values)
    before = await service.study_result(conn, organisation, study.id)
    (proposed,) = before.result.proposed
    assert abs((proposed.period.first - FLOOD.first).days) <= 1
    assert abs((proposed.period.last - FLOOD.last).days) <= 1
    event = await service.declare_event(conn, organisation, study.id, FLOOD, "Ada")
    after = await service.study_result(conn, organisation, study.id)
    assert after.result.savings.reporting_points == before.result.savings.reporting_points - 14
    assert after.result.savings.fraction == pytest.approx(0.10, abs=0.01)
    assert after.result.proposed == ()
    await service.undo_event(conn, organisation, study.id, event.id, "Grace")
    undone = await service.study_result(conn, organisation, study.id)
    assert undone.result.savings.avoided == pytest.approx(before.result.savings.avoided)
    (kept,) = undone.events
    assert (kept.declared_by, kept.undone_by) == ("Ada", "Grace")
    with pytest.raises(NotFound):
        await service.undo_event(conn, organisation, study.id, event.id, "Grace")


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (FLOOD, "overlap"),
        (EventDraft(first=date(2015, 6, 5), last=date(2015, 6, 18), reason="too early"), "neither in the baseline"),
        (EventDraft(first=date(2016, 12, 5), last=date(2017, 1, 18), reason="in both"), "in both periods"),
        (EventDraft(first=date(2017, 2, 5), last=date(2017, 1, 18), reason="upside down"), "before it begins"),
        (
            EventDraft(
                first=date(2017, 2, 1), last=date(2017, 2, 3), treatment=Treatment.FACTOR, amount=-1, reason="minus"
            ),
            "factor above 0",
        ),
        (
            EventDraft(first=date(2017, 2, 1), last=date(2017, 2, 3), treatment=Treatment.CONSTANT, reason="without"),
            "needs an amount",
        ),
    ],
)
async def test_an_event_that_contradicts_is_refused(
    conn: Connection, organisation: UUID, draft: EventDraft, says: str
) -> None:
    study = await made(conn, organisation)
    await service.declare_event(conn, organisation, study.id, FLOOD, "Ada")
    with pytest.raises(WrongPeriods, match=says):
        await service.declare_event(conn, organisation, study.id, draft, "Ada")
    assert len(await service.study_events(conn, organisation, study.id)) == 1


async def test_what_one_organisation_studies_another_never_sees(
    conn: Connection, organisation: UUID, stranger: UUID
) -> None:
    study = await made(conn, organisation)
    event = await service.declare_event(conn, organisation, study.id, FLOOD, "Ada")
    await service.study_result(conn, organisation, study.id)
    assert await service.studies(conn, stranger) == []
    for attempt in (
        service.study_result(conn, stranger, study.id),
        service.study_events(conn, stranger, study.id),
        service.study_residuals(conn, stranger, study.id),
        service.edit_study(conn, stranger, study.id, DRAFT, "Eve"),
        service.archive_study(conn, stranger, study.id, "Eve"),
        service.fit_again(conn, stranger, study.id, "Eve"),
        service.declare_event(conn, stranger, study.id, FLOOD, "Eve"),
        service.undo_event(conn, stranger, study.id, event.id, "Eve"),
        service.create_study(conn, stranger, study.meter_id, DRAFT, "Eve"),
        service.baseline_view(conn, stranger, study.meter_id, BASELINE),
        service.degree_day_use(conn, stranger, study.meter_id, BASELINE),
        service.normalised_use(conn, stranger, study.building_id),
        service.verify_between(conn, stranger, study.meter_id, BASELINE, Period(date(2017, 1, 1), date(2017, 2, 1))),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await service.study(conn, organisation, study.id)).changed_by == "Ada"


REPORTING = Period(date(2017, 1, 1), date(2017, 12, 31))
FLAT, NOTHING, DEAD = np.full(HOURS, 50.0), np.zeros(HOURS), use()
DEAD[YEAR:] = 0.0


@pytest.mark.parametrize(
    ("values", "weather", "baseline", "reporting", "reason"),
    [
        (NOTHING, True, BASELINE, REPORTING, RefusalReason.ALL_ZERO),
        (DEAD, True, BASELINE, REPORTING, RefusalReason.ALL_ZERO),
        (FLAT, True, BASELINE, REPORTING, RefusalReason.CONSTANT),
        (None, False, BASELINE, REPORTING, RefusalReason.NO_WEATHER),
        (None, True, Period(date(2016, 1, 1), date(2016, 1, 10)), REPORTING, RefusalReason.TOO_FEW),
        (None, True, Period(date(2014, 1, 1), date(2014, 12, 31)), REPORTING, RefusalReason.NO_USE),
        (None, True, BASELINE, Period(date(2019, 1, 1), date(2019, 12, 31)), RefusalReason.NO_USE),
    ],
    ids=["all-zero", "dead-meter", "constant", "no-weather", "too-short", "before-the-data", "after-the-data"],
)
async def test_data_that_do_not_carry_an_answer_are_refused_with_a_reason_and_a_remedy(
    conn: Connection,
    organisation: UUID,
    values: np.ndarray | None,
    weather: bool,
    baseline: Period,
    reporting: Period,
    reason: RefusalReason,
) -> None:
    draft = StudyDraft(name="x", baseline=baseline, reporting_first=reporting.first, reporting_last=reporting.last)
    study = await made(conn, organisation, draft, values=values, weather=weather)
    with pytest.raises(Refused) as refusal:
        await service.study_result(conn, organisation, study.id)
    assert refusal.value.reason == reason
    assert refusal.value.fields["remedy"] == refusal.value.remedy
    (line,) = await service.studies(conn, organisation)
    assert line.refusal == refusal.value.detail
    assert line.fraction is None


@pytest.mark.parametrize(
    ("baseline", "first", "last", "says"),
    [
        (BASELINE, date(2016, 12, 1), date(2017, 12, 31), "overlap"),
        (Period(date(2017, 1, 1), date(2017, 12, 31)), date(2016, 1, 1), date(2016, 12, 31), "Swap them"),
        (BASELINE, date(2017, 12, 1), date(2017, 1, 31), "before it begins"),
    ],
)
async def test_periods_that_contradict_are_refused_and_nothing_is_kept(
    conn: Connection, organisation: UUID, baseline: Period, first: date, last: date, says: str
) -> None:
    meter = await meter_with(conn, organisation)
    draft = StudyDraft(name="x", baseline=baseline, reporting_first=first, reporting_last=last)
    with pytest.raises(WrongPeriods, match=says):
        await service.create_study(conn, organisation, meter.id, draft, "Ada")
    assert await service.studies(conn, organisation) == []


async def test_a_method_refuses_points_it_does_not_take(conn: Connection, organisation: UUID) -> None:
    meter = await meter_with(conn, organisation)
    draft = StudyDraft(
        name="x",
        baseline=BASELINE,
        reporting_first=date(2017, 1, 1),
        method=Method.TOWT,
        interval=Interval.DAILY,
    )
    with pytest.raises(WrongPeriods, match="hourly points, not daily"):
        await service.create_study(conn, organisation, meter.id, draft, "Ada")


async def test_an_archived_study_leaves_the_list_and_comes_back(conn: Connection, organisation: UUID) -> None:
    study = await made(conn, organisation)
    await service.archive_study(conn, organisation, study.id, "Ada")
    assert await service.studies(conn, organisation) == []
    await service.archive_study(conn, organisation, study.id, "Ada", archived=False)
    assert len(await service.studies(conn, organisation)) == 1


async def test_degree_days_and_normalised_use_of_a_meter_say_what_the_weather_costs(
    conn: Connection, organisation: UUID
) -> None:
    meter = await meter_with(conn, organisation)
    view = await service.degree_day_use(conn, organisation, meter.id, BASELINE)
    assert view.days == 366
    assert view.per_cdd > 10
    assert len(view.months) == 12
    (one,) = await service.normalised_use(conn, organisation, meter.building_id)
    assert one.refusal is None
    assert one.normalised is not None
    assert one.used is not None
    assert one.normalised.annual == pytest.approx(one.used, rel=0.05)


async def test_without_weather_normalised_use_says_what_is_missing(conn: Connection, organisation: UUID) -> None:
    meter = await meter_with(conn, organisation, carrier=Carrier.GAS, weather=False)
    (one,) = await service.normalised_use(conn, organisation, meter.building_id)
    assert one.normalised is None
    assert one.refusal is not None
    assert "outdoor temperature" in one.refusal
