"""Questions are answered from the caller's own readings, with numbers that the readings confirm."""

from datetime import date
from uuid import UUID

import msgspec
import polars as pl
import pytest

from eaio.agents import service as agents
from eaio.agents.models import Answer, Kind
from eaio.agents.service import REGISTRY
from eaio.analysis import service as analysis
from eaio.analysis.models import Period
from eaio.analysis.models.studies import StudyDraft
from eaio.buildings import service as buildings
from eaio.chat import service
from eaio.chat.models import Query
from eaio.demo.compute.portfolio import generate
from eaio.infra.charts.models import RankingChart
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.infra.identity import Principal, Role
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries.units import Carrier
from tests.db.chat.conftest import END, Asker

pytestmark = pytest.mark.anyio

QUESTIONS = {
    "list_buildings": "which buildings are offices in London?",
    "building_details": "how many square metres is Euston",
    "consumption": "electricity of Beacon in october 2026 by day",
    "peak_demand": "peak demand of Beacon in july 2026",
    "load_profile": "load profile of Albion House",
    "compare_buildings": "compare Beacon and Albion energy intensity in 2025",
    "rank_buildings": "top 5 worst buildings by EUI",
    "similar_buildings": "which buildings behave like Beacon?",
    "benchmark": "is Beacon efficient compared with its peers?",
    "weather_sensitivity": "how weather sensitive is Charles Library gas?",
    "data_quality": "how good is the data for Longfellow",
    "find_anomalies": "anything weird at Beacon this week?",
    "explain_anomaly": "why was there a spike at Euston Hotel on 6 September 2026?",
    "forecast": "forecast tomorrow for Fenway, worst case",
    "recommend_measures": "what should we fix first at Borough School?",
    "carbon": "CO2 from gas at Charles Library in 2025",
    "portfolio_summary": "what did the whole portfolio consume last month?",
    "weather": "weather at site Boston last week",
    "verify_savings": "did the retrofit at Beacon save energy? baseline 2025, reporting 2026",
    "create_report": "make a PDF report for Beacon for 2025",
}


async def ask(asker: Asker, question: str, role: Role = Role.ENERGY_ANALYST) -> Answer:
    principal = msgspec.structs.replace(asker.principal, role=role)
    return await agents.ask(asker.conn, principal, question)


def test_every_registered_tool_is_asked_about_here() -> None:
    assert set(QUESTIONS) == set(REGISTRY)


@pytest.mark.parametrize("tool", sorted(QUESTIONS))
async def test_a_question_runs_its_tool_and_every_number_is_grounded(asker: Asker, tool: str) -> None:
    answer = await ask(asker, QUESTIONS[tool])
    assert [part.tool for part in answer.parts] == [tool]
    assert answer.kind is Kind.ANSWER
    assert answer.grounded == answer.numbers
    assert answer.text
    assert "failed" not in answer.text
    assert all(link.href.startswith("/") for part in answer.parts for link in part.links)


async def test_the_amount_is_the_sum_of_the_readings(asker: Asker) -> None:
    answer = await ask(asker, "electricity of Albion House in march 2026")
    meter = generate(7, END).meter("Albion House", Carrier.ELECTRICITY)
    local = pl.Series(generate(7, END).time).dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/London")
    march = ((local.dt.year() == 2026) & (local.dt.month() == 3)).to_numpy()
    total = answer.parts[0].facts["total"].value
    assert total == pytest.approx(float(meter.values[march].sum()))


async def test_savings_without_periods_are_those_of_the_newest_study(asker: Asker) -> None:
    owner = asker.principal.organisation
    of = await buildings.building_by_name(asker.conn, owner, "Albion House")
    meters = await buildings.meters_of(asker.conn, owner, of.id)
    meter = next(one for one in meters if one.carrier == Carrier.ELECTRICITY)
    draft = StudyDraft(
        name="LED in all halls",
        baseline=Period(date(2025, 1, 1), date(2025, 10, 31)),
        reporting_first=date(2025, 11, 1),
    )
    study = await analysis.create_study(asker.conn, owner, meter.id, draft, "Ada")
    part = (await ask(asker, "did the retrofit at Albion House save energy?")).parts[0]
    saved = (await analysis.study_result(asker.conn, owner, study.id)).result.savings
    assert part.facts["avoided"].value == pytest.approx(abs(saved.avoided))
    assert part.facts["band"].text in part.sentences[0]
    assert part.links[0].href == f"/savings/{study.id}"
    assert part.chart is not None
    assert len(part.chart.data["saved"]) == len(saved.cumulative)
    await analysis.archive_study(asker.conn, owner, study.id, "Ada")


async def test_savings_that_the_data_do_not_carry_are_refused_in_words(asker: Asker) -> None:
    answer = await ask(asker, "verify the savings at Albion House baseline 2019 reporting 2020")
    assert "has no readings" in answer.text


async def test_days_of_a_month_are_listed_and_add_up_with_the_rollup(asker: Asker) -> None:
    answer = await ask(asker, "electricity of Albion House from 3 to 5 march 2026 daily")
    names = await buildings.building_names(asker.conn, asker.principal.organisation)
    scope = Scope(Level.BUILDING, names["Albion House"])
    days = await metering.daily_series(
        asker.conn, asker.principal.organisation, scope, date(2026, 3, 3), date(2026, 3, 6)
    )
    expected = days.filter(pl.col("carrier") == "electricity")["total"].sum()
    assert len(answer.parts[0].rows) == 3
    assert answer.parts[0].facts["total"].value == pytest.approx(expected)


async def test_the_planted_fault_is_found_and_explained(asker: Asker) -> None:
    found = await ask(asker, "anything weird at Beacon this week?")
    assert "14 Nov 2026" in found.text or "16 Nov 2026" in found.text
    why = await ask(asker, "why was there a spike at Euston Hotel on 6 September 2026?")
    assert "6 Sep 2026" in why.text


async def test_a_day_without_an_event_is_compared_with_its_like_instead_of_being_explained_away(asker: Asker) -> None:
    answer = await ask(asker, "why was electricity at Albion House so high on 18 march 2026?")
    assert "No anomaly is recorded" in answer.text
    assert answer.parts[0].facts["usual"].value == pytest.approx(answer.parts[0].facts["value"].value or 0, rel=0.5)


async def test_roles_are_answered_in_their_own_order(asker: Asker) -> None:
    question = "load profile of Albion House"
    analyst, executive = await ask(asker, question), await ask(asker, question, Role.EXECUTIVE)
    assert any("load factor" in sentence for sentence in analyst.parts[0].sentences)
    assert not any("load factor" in sentence for sentence in executive.parts[0].sentences)


async def test_what_is_not_built_yet_is_said_so(asker: Asker) -> None:
    answer = await ask(asker, "status of the chiller project")
    assert "cannot" in answer.text
    assert "yet" in answer.text


async def test_a_horizon_beyond_reach_is_not_filled_with_a_guess(asker: Asker) -> None:
    answer = await ask(asker, "budget forecast for next year for Fenway School")
    assert answer.text.startswith("Forecasts reach 14 days")


async def test_a_tool_that_fails_leaves_the_transaction_usable(asker: Asker) -> None:
    answer = await ask(asker, "gas of Docklands Depot in 2025")
    assert "has no gas meter" in answer.text
    assert (await ask(asker, "how many square metres is Euston")).kind is Kind.ANSWER


async def test_the_questions_worth_asking_next_are_understood(asker: Asker) -> None:
    asked = {question for tool in QUESTIONS for question in (await ask(asker, QUESTIONS[tool])).next}
    assert len(asked) > 10
    for question in asked:
        assert (await ask(asker, question)).kind is Kind.ANSWER, question


async def test_nobody_reaches_another_organisations_building_by_name(asker: Asker) -> None:
    stranger = await _stranger(asker.conn)
    answer = await agents.ask(asker.conn, stranger, "electricity of Beacon Tower last month")
    assert not answer.parts
    assert "MWh" not in answer.text


async def _stranger(conn: Connection) -> Principal:
    cursor = await conn.execute(
        "INSERT INTO organisations (name, slug) VALUES ('Other', 'other-' || gen_random_uuid()) RETURNING id"
    )
    row = await cursor.fetchone()
    assert row is not None
    return Principal(organisation=row[0], organisation_name="Other", role=Role.ENERGY_ANALYST, name="Eve")


async def test_a_page_of_another_organisation_says_nothing(asker: Asker) -> None:
    answer = await agents.ask(asker.conn, asker.principal, "forecast tomorrow", page_building=UUID(int=7))
    assert (answer.kind, answer.text) == (Kind.QUESTION, "Which building?")


async def test_a_thread_remembers_what_was_asked_before(asker: Asker) -> None:
    first = await service.ask(asker.conn, asker.principal, Query(question="electricity of Beacon in 2025"))
    second = await service.ask(asker.conn, asker.principal, Query(question="and gas?", thread=first.thread))
    (request,) = second.answer.requests
    assert request.arguments["building"] == "Beacon Tower"
    assert (request.arguments["carrier"], request.arguments["start"]) == ("gas", "2025-01-01")
    kept = await service.conversation(asker.conn, asker.principal, first.thread)
    assert [message.author for message in kept.messages] == ["person", "eaio", "person", "eaio"]
    said, stored = (msgspec.json.decode(msgspec.json.encode(a)) for a in (second.answer, kept.messages[3].reply))
    assert said == stored


async def test_a_question_back_is_completed_by_the_next_turn(asker: Asker) -> None:
    first = await service.ask(asker.conn, asker.principal, Query(question="how weather sensitive is it?"))
    assert first.answer.kind is Kind.QUESTION
    second = await service.ask(asker.conn, asker.principal, Query(question="Charles Library", thread=first.thread))
    assert [part.tool for part in second.answer.parts] == ["weather_sensitivity"]


async def test_threads_are_their_owners_alone(asker: Asker) -> None:
    mine = (await service.ask(asker.conn, asker.principal, Query(question="portfolio overview"))).thread
    stranger = await _stranger(asker.conn)
    for forbidden in (
        service.conversation(asker.conn, stranger, mine),
        service.delete_thread(asker.conn, stranger, mine),
        service.ask(asker.conn, stranger, Query(question="hello", thread=mine)),
    ):
        with pytest.raises(NotFound):
            await forbidden
    assert mine not in {thread.id for thread in await service.threads(asker.conn, stranger)}
    await service.delete_thread(asker.conn, asker.principal, mine)
    with pytest.raises(NotFound):
        await service.conversation(asker.conn, asker.principal, mine)


async def test_an_empty_question_is_refused_before_anything_is_kept(asker: Asker) -> None:
    before = len(await service.threads(asker.conn, asker.principal))
    with pytest.raises(Invalid):
        await service.ask(asker.conn, asker.principal, Query(question="   "))
    assert len(await service.threads(asker.conn, asker.principal)) == before


async def test_a_chart_inside_an_answer_keeps_its_numbers(asker: Asker) -> None:
    reply = await service.ask(asker.conn, asker.principal, Query(question="top 5 worst buildings by EUI"))
    chart = await service.chart_data(asker.conn, asker.principal, reply.message, 0)
    assert isinstance(chart, RankingChart)
    assert len(chart.bars) == 5
    with pytest.raises(NotFound):
        await service.chart_data(asker.conn, await _stranger(asker.conn), reply.message, 0)
