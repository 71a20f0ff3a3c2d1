"""Specification of parameter versions and feedback in the database, through a whole analysis."""

from uuid import UUID

import msgspec
import pytest

from eaio.analysis import service
from eaio.analysis.models import AnomalyEvent, EventFilter
from eaio.analysis.models.feedback import FeedbackDraft, FindingVerdict
from eaio.analysis.models.tuning import ParameterDraft, TryDraft
from eaio.buildings.models import Meter
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from tests.db.analysis.conftest import MeteredBuilding, office_load

KNOWN = FeedbackDraft(verdict=FindingVerdict.KNOWN, note="guard's round")
FALSE = FeedbackDraft(verdict=FindingVerdict.FALSE)


def blind(activate: bool = True) -> ParameterDraft:
    """A set that notices next to nothing."""
    return ParameterDraft(values={"threshold": 7.5}, note="too many alarms", activate=activate)


async def open_events(conn: Connection, organisation: UUID, meter: Meter) -> list[AnomalyEvent]:
    return list((await service.anomalies(conn, organisation, EventFilter(meter_id=meter.id))).items)


async def analysed(conn: Connection, organisation: UUID, meter: Meter) -> list[AnomalyEvent]:
    await service.analyze_building(conn, organisation, meter.building_id)
    return await open_events(conn, organisation, meter)


async def test_versions_count_up_and_the_active_one_is_used_until_an_older_one_is_chosen_again(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    assert len(await analysed(conn, organisation, meter)) == 1
    saved = await service.save_parameters(conn, organisation, blind(), author="Ann")
    assert (saved.version, saved.author, saved.active, saved.values["edge"]) == (1, "Ann", True, 2.5)
    assert await analysed(conn, organisation, meter) == []
    (figures,) = await service.meter_figures(conn, organisation, meter.building_id)
    assert (figures.parameters, figures.threshold) == (1, 7.5)
    back = await service.activate_parameters(conn, organisation, 0, actor="Bob")
    assert back.active
    assert len(await analysed(conn, organisation, meter)) == 1
    assert [one.version for one in await service.parameter_sets(conn, organisation)] == [1, 0]


async def test_a_set_that_does_not_fit_leaves_nothing(conn: Connection, organisation: UUID) -> None:
    draft = msgspec.structs.replace(blind(), values={"threshold": -1.0})
    with pytest.raises(Invalid):
        await service.save_parameters(conn, organisation, draft, author="Ann")
    assert [one.version for one in await service.parameter_sets(conn, organisation)] == [0]


async def test_another_organisation_has_its_own_versions(conn: Connection, organisation: UUID, stranger: UUID) -> None:
    await service.save_parameters(conn, organisation, blind(), author="Ann")
    assert [one.version for one in await service.parameter_sets(conn, stranger)] == [0]
    with pytest.raises(NotFound):
        await service.activate_parameters(conn, stranger, 1, actor="Eve")


async def test_trying_values_shows_their_effect_and_stores_nothing(
    conn: Connection, organisation: UUID, stranger: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    draft = TryDraft(meters=[meter.id], values={"threshold": 7.5})
    effect = await service.try_parameters(conn, organisation, draft)
    assert (effect.before.events, effect.after.events, effect.after.hours) == (1, 0, 0)
    assert [one.kind for one in effect.meters[0].lost] == ["night"]
    assert await open_events(conn, organisation, meter) == []
    with pytest.raises(NotFound):
        await service.try_parameters(conn, stranger, draft)


async def test_a_known_finding_and_its_repeats_fall_silent_and_come_back_when_it_is_undone(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    load = office_load()
    again = office_load(0)["value"].to_numpy().copy()
    planted = load["value"].to_numpy().copy()
    for start in (20 * 168 + 68, 40 * 168 + 68):
        planted[start : start + 9] = again[start : start + 9] + 60
    meter = await metered_building(load=load.with_columns(value=planted))
    first, *others = await analysed(conn, organisation, meter)
    assert len(others) == 2
    judged = await service.give_feedback(conn, organisation, first.id, KNOWN, author="Ann")
    assert judged.silenced_by is not None
    assert await open_events(conn, organisation, meter) == []
    assert (await service.anomaly_totals(conn, organisation, meter.building_id)).open == 0
    silent = await service.anomaly(conn, organisation, others[0].id)
    own, other = await service.feedback_on(conn, organisation, silent)
    assert own is None
    assert other is not None
    assert (other.author, other.note, other.event_id) == ("Ann", "guard's round", first.id)
    assert await analysed(conn, organisation, meter) == []
    shown = await service.show_again(conn, organisation, others[0].id, actor="Bob")
    assert (shown.silenced_by, shown.shown_by) == (None, "Bob")
    assert [one.id for one in await analysed(conn, organisation, meter)] == [others[0].id]
    await service.withdraw_feedback(conn, organisation, first.id, actor="Ann")
    assert len(await open_events(conn, organisation, meter)) == 3


async def test_a_judged_event_stays_although_it_is_no_longer_found(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    (event,) = await analysed(conn, organisation, meter)
    await service.give_feedback(conn, organisation, event.id, FeedbackDraft(verdict=FindingVerdict.REAL), author="Ann")
    await service.save_parameters(conn, organisation, blind(), author="Ann")
    assert [one.id for one in await analysed(conn, organisation, meter)] == [event.id]


async def test_verdicts_move_the_confidence_of_their_kind_and_the_finding_says_so(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    (event,) = await analysed(conn, organisation, meter)
    assert event.found_confidence is None
    other = await metered_building("Other")
    (judged,) = await analysed(conn, organisation, other)
    await service.give_feedback(conn, organisation, judged.id, FALSE, author="Ann")
    (again,) = await analysed(conn, organisation, meter)
    assert again.found_confidence == pytest.approx(event.confidence)
    assert again.confidence == pytest.approx(8 * event.confidence / 9)
    (kind,) = (await service.calibrations(conn, organisation)).kinds
    assert (kind.tally.false, kind.tally.precision) == (1, 0.0)


async def test_a_stranger_says_nothing_about_ones_findings(
    conn: Connection, organisation: UUID, stranger: UUID, metered_building: MeteredBuilding
) -> None:
    (event,) = await analysed(conn, organisation, await metered_building())
    with pytest.raises(NotFound):
        await service.give_feedback(conn, stranger, event.id, FALSE, author="Eve")
    with pytest.raises(NotFound):
        await service.show_again(conn, stranger, event.id, actor="Eve")
    assert await service.feedback_of(conn, stranger) == []
