"""Specification of generating, listing, deciding and setting figures, on a real database."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, Invalid, NotFound
from eaio.recommendations import service
from eaio.recommendations.models import AssumptionDraft, Decision, Filters, Order, Recommendation, Status
from eaio.timeseries.units import Carrier
from tests.db.recommendations.conftest import MakeOffice

pytestmark = pytest.mark.anyio


async def found(conn: Connection, organisation: UUID, measure: str, **filters: object) -> Recommendation:
    page = await service.list_recommendations(conn, organisation, Filters(measure=measure, **filters))  # pyright: ignore[reportArgumentType]
    assert len(page.items) == 1, [item.measure for item in page.items]
    return await service.recommendation_of(conn, organisation, page.items[0].id)


async def test_a_night_load_is_found_with_its_numbers_and_priced_for_its_region(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office(night=70)
    run = await service.generate(conn, organisation)
    assert (run.status, run.total, run.skipped) == ("done", 1, 0)
    night = await found(conn, organisation, "night_base")
    ratio = night.detail.evidence.facts[0]
    assert ratio.value == pytest.approx(70, abs=1.5)
    assert f"draws {ratio.value:.0f} % of what it draws in use" in night.sentence
    price = next(figure for figure in night.detail.inputs if figure.key == "price.electricity")
    assert (price.likely, price.year) == (0.1624, 2025)
    saved = night.detail.energy[Carrier.ELECTRICITY]
    assert night.money == pytest.approx(saved.likely * 0.1624)
    assert saved.low < saved.likely < saved.high
    assert night.co2 == pytest.approx(saved.likely * 0.2817)


async def test_a_building_that_switches_off_gets_no_night_measure(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office(night=20)
    await service.generate(conn, organisation)
    page = await service.list_recommendations(conn, organisation)
    assert "night_base" not in {item.measure for item in page.items}


async def test_too_short_a_history_proposes_nothing_and_is_counted(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office(days=60)
    run = await service.generate(conn, organisation)
    assert (run.proposed, run.total) == (0, 1)
    baseline = await service.savings_baseline(conn, organisation)
    assert (baseline.buildings, baseline.without_signals) == (1, 1)


async def test_a_building_that_has_been_silent_for_a_year_proposes_nothing(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    silent = await make_office("Silent", days=200)
    await service.generate(conn, organisation)
    assert (await service.list_recommendations(conn, organisation)).items
    await make_office("Lively", days=600)
    await service.generate(conn, organisation)
    page = await service.list_recommendations(conn, organisation)
    assert {item.building for item in page.items} == {"Lively"}
    assert silent not in {item.building_id for item in page.items}


async def test_generating_again_keeps_status_owner_notes_and_identity(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office()
    await service.generate(conn, organisation)
    before = await found(conn, organisation, "night_base")
    decision = Decision(status=Status.ACCEPTED, owner="Ann", due=date(2018, 3, 1), notes="ask the tenant")
    await service.decide(conn, organisation, before.id, decision, "Bea")
    await service.generate(conn, organisation)
    after = await found(conn, organisation, "night_base")
    assert (after.id, after.status, after.owner, after.notes) == (before.id, Status.ACCEPTED, "Ann", "ask the tenant")
    steps = {
        event.action: (event.old, event.new, event.actor)
        for event in await service.history(conn, organisation, after.id)
    }
    assert steps["status"] == ("proposed", "accepted", "Bea")
    assert steps["owner"] == ("", "Ann", "Bea")


async def test_what_is_no_longer_found_is_withdrawn_but_kept(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office(night=70)
    await service.generate(conn, organisation)
    before = await found(conn, organisation, "night_base")
    await make_office(night=20)
    run = await service.generate(conn, organisation)
    assert run.withdrawn >= 1
    assert not (await service.list_recommendations(conn, organisation, Filters(measure="night_base"))).items
    kept = await found(conn, organisation, "night_base", withdrawn=True)
    assert (kept.id, kept.current, kept.counted) == (before.id, False, False)


async def test_a_rejection_needs_a_reason_and_leaves_the_totals(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office()
    await service.generate(conn, organisation)
    night = await found(conn, organisation, "night_base")
    total = (await service.list_recommendations(conn, organisation)).totals.money
    with pytest.raises(Invalid, match="why"):
        await service.decide(conn, organisation, night.id, Decision(status=Status.REJECTED), "Bea")
    await service.decide(conn, organisation, night.id, Decision(status=Status.REJECTED, reason="a data centre"), "Bea")
    page = await service.list_recommendations(conn, organisation)
    assert "night_base" not in {item.measure for item in page.items}
    assert page.totals.money < total
    again = await found(conn, organisation, "night_base", status=Status.REJECTED)
    assert (again.reason, again.counted) == ("a data centre", False)
    await service.decide(conn, organisation, night.id, Decision(status=Status.PROPOSED), "Bea")
    assert (await service.list_recommendations(conn, organisation)).totals.money == pytest.approx(total)


async def test_a_status_follows_only_where_it_may(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office()
    await service.generate(conn, organisation)
    night = await found(conn, organisation, "night_base")
    with pytest.raises(Conflict, match="proposed cannot become verified"):
        await service.decide(conn, organisation, night.id, Decision(status=Status.VERIFIED), "Bea")
    for status in (Status.ACCEPTED, Status.SCHEDULED, Status.IN_PROGRESS, Status.DONE, Status.VERIFIED):
        assert (await service.decide(conn, organisation, night.id, Decision(status=status), "Bea")).status is status


async def test_an_own_price_changes_the_case_and_names_its_source(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    office = await make_office()
    await service.generate(conn, organisation)
    before = await found(conn, organisation, "night_base")
    draft = AssumptionDraft(key="price.electricity", likely=0.30, source="contract 4711", dated=date(2017, 12, 1))
    own = await service.set_assumption(conn, organisation, draft, "Ann")
    await service.rerank(conn, organisation, [office])
    after = await found(conn, organisation, "night_base")
    assert after.money == pytest.approx(before.money * 0.30 / 0.1624)
    price = next(figure for figure in after.detail.inputs if figure.key == "price.electricity")
    assert (price.source, price.overridden) == ("contract 4711", True)
    assert (await service.rates_for(conn, organisation)).price[Carrier.ELECTRICITY].value == 0.30
    await service.remove_assumption(conn, organisation, own)
    await service.rerank(conn, organisation, [office])
    assert (await found(conn, organisation, "night_base")).money == pytest.approx(before.money)


async def test_a_figure_of_one_site_goes_before_the_general_one(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office()
    site = await found_site(conn, organisation)
    for site_id, value in ((None, 0.30), (site, 0.40)):
        draft = AssumptionDraft(
            key="price.electricity", likely=value, source="bill", dated=date(2017, 1, 1), site_id=site_id
        )
        await service.set_assumption(conn, organisation, draft, "Ann")
    assert (await service.rates_for(conn, organisation, site)).price[Carrier.ELECTRICITY].value == 0.40
    assert (await service.rates_for(conn, organisation)).price[Carrier.ELECTRICITY].value == 0.30


async def found_site(conn: Connection, organisation: UUID) -> UUID:
    from eaio.buildings import service as buildings

    return (await buildings.sites_of(conn, organisation))[0].id


@pytest.mark.parametrize(
    ("key", "low", "likely", "high", "field"),
    [
        ("price.electricity", None, -0.1, None, "likely"),
        ("price.electricity", 0.3, 0.2, 0.4, "low"),
        ("price.electricity", None, float("nan"), None, "likely"),
        ("saving.led", None, 1.5, None, "likely"),
        ("discount_rate", None, 3.0, None, "likely"),
        ("life.led", None, 12.5, None, "likely"),
        ("no.such.key", None, 1.0, None, "key"),
    ],
)
async def test_an_impossible_figure_is_refused_by_field(
    conn: Connection, organisation: UUID, key: str, low: float | None, likely: float, high: float | None, field: str
) -> None:
    draft = AssumptionDraft(key=key, low=low, likely=likely, high=high, source="x", dated=date(2017, 1, 1))
    with pytest.raises(Invalid) as refused:
        await service.set_assumption(conn, organisation, draft, "Ann")
    assert field in refused.value.fields


async def test_filters_and_order_narrow_the_list(conn: Connection, organisation: UUID, make_office: MakeOffice) -> None:
    await make_office("A", night=70)
    await make_office("B", night=75)
    await service.generate(conn, organisation)
    every = await service.list_recommendations(conn, organisation)
    assert {item.building for item in every.items} == {"A", "B"}
    assert [item.value for item in every.items] == sorted((item.value for item in every.items), reverse=True)
    quick = await service.list_recommendations(conn, organisation, Filters(payback=3, sort=Order.PAYBACK))
    assert quick.items
    assert all(item.payback is not None and item.payback <= 3 for item in quick.items)
    cheap = await service.list_recommendations(conn, organisation, Filters(budget=5_000))
    assert all(item.cost is not None and item.cost <= 5_000 for item in cheap.items)
    assert every.totals.count > cheap.totals.count
    assert not (await service.list_recommendations(conn, organisation, Filters(search="100%"))).items


async def test_totals_count_overlapping_measures_once(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office()
    await service.generate(conn, organisation)
    page = await service.list_recommendations(conn, organisation)
    by_measure = await service.savings_by_measure(conn, organisation)
    assert sum(row.money for row in by_measure) == pytest.approx(page.totals.money)
    assert sum(row.npv for row in by_measure) == pytest.approx(page.totals.npv)
    assert sum(row.cost for row in by_measure) == pytest.approx(page.totals.cost)
    assert all(row.count == 1 and row.payback == pytest.approx(row.cost / row.money) for row in by_measure if row.money)
    assert not await service.savings_by_measure(conn, organisation, Filters(status=Status.DONE))
    baseline = await service.savings_baseline(conn, organisation)
    assert 0 < page.totals.money < baseline.money


async def test_without_floor_area_what_is_priced_by_area_stays_unpriced_and_last(
    conn: Connection, organisation: UUID, make_office: MakeOffice
) -> None:
    await make_office(area=None)
    await service.generate(conn, organisation)
    night = await found(conn, organisation, "night_base")
    assert (night.cost, night.npv, night.payback, night.counted) == (None, None, None, False)
    assert "floor area" in night.detail.reason


async def test_nothing_of_another_organisation_is_seen_or_changed(
    conn: Connection, organisation: UUID, stranger: UUID, make_office: MakeOffice
) -> None:
    office = await make_office()
    await service.generate(conn, organisation)
    night = await found(conn, organisation, "night_base")
    assert not (await service.list_recommendations(conn, stranger)).items
    assert (await service.savings_baseline(conn, stranger)).buildings == 0
    with pytest.raises(NotFound):
        await service.recommendation_of(conn, stranger, night.id)
    with pytest.raises(NotFound):
        await service.decide(conn, stranger, night.id, Decision(status=Status.ACCEPTED), "Eve")
    with pytest.raises(NotFound):
        await service.generate(conn, stranger, [office])
    assert await service.history(conn, stranger, night.id) == []
    with pytest.raises(NotFound):
        await service.remove_assumption(conn, stranger, uuid4())
