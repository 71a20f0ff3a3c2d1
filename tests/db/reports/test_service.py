"""Reports gathered from a real database."""

from datetime import date
from uuid import UUID

import pytest

from eaio.analysis import service as analysis
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, Meter, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid, NotFound
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations
from eaio.reports import service
from eaio.reports.models import Owner, Report
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR, office_load

START, END = date(2016, 2, 1), date(2016, 6, 30)


async def metered(
    conn: Connection, organisation: UUID, name: str = "Robin_office_Ann", scale: float = 1.0, hours: int = 52 * 168
) -> Meter:
    await buildings.upsert_sites(conn, organisation, [SiteDraft(name="Robin", time_zone="Europe/London", country="GB")])
    draft = BuildingDraft(name=name, site="Robin", primary_use="Office", area_m2=1_000)
    await buildings.upsert_buildings(conn, organisation, [draft])
    wanted = MeterDraft(building=name, carrier=Carrier.ELECTRICITY, name="main")
    meter = (await buildings.upsert_meters(conn, organisation, [wanted]))[name, Carrier.ELECTRICITY, "main"]
    load = office_load(hours=hours, scale=scale)
    await metering.record_readings(conn, organisation, {meter.id: load}, AUTHOR)
    return meter


def owner(organisation: UUID) -> Owner:
    return Owner(organisation, "Acme")


async def test_a_building_report_says_what_metering_says(conn: Connection, organisation: UUID) -> None:
    meter = await metered(conn, organisation)
    report = await service.building_report(conn, owner(organisation), meter.building_id, START, END)
    scope = Scope(Level.BUILDING, meter.building_id)
    (row,) = (
        await metering.totals(conn, organisation, Level.BUILDING, START, date(2016, 7, 1), within=scope)
    ).iter_rows(named=True)
    assert report.key.energy == pytest.approx(row["total"])
    assert (report.key.readings, report.key.expected) == (row["readings"], row["expected"]) == (151 * 24 - 1,) * 2
    assert sum(month.total or 0 for month in report.months) == pytest.approx(row["total"])
    rates = await recommendations.rates_for(conn, organisation, meter.site_id)
    assert report.key.money == pytest.approx(rates.price[Carrier.ELECTRICITY].value * row["total"])
    assert report.verdict.startswith("Robin office Ann used ")
    assert {figure.name for figure in report.figures} >= {"months", "profile", "heatmap"}
    assert [figure.number for figure in report.figures] == list(range(1, len(report.figures) + 1))
    named = {item.label: item for item in report.assumptions}
    assert named["Price of electricity"].source == rates.price[Carrier.ELECTRICITY].source


async def test_analysed_findings_of_the_period_are_told_with_their_cost(conn: Connection, organisation: UUID) -> None:
    meter = await metered(conn, organisation)
    before = await service.building_report(conn, owner(organisation), meter.building_id)
    assert "have not been analysed yet" in before.findings_text
    await analysis.analyze_building(conn, organisation, meter.building_id)
    report = await service.building_report(conn, owner(organisation), meter.building_id)
    (night,) = report.findings
    assert (night.kind, night.meter) == ("Left on out of hours", "main")
    assert night.money is not None
    assert f"${night.money:,.0f}" in report.findings_text
    spring = await service.building_report(conn, owner(organisation), meter.building_id, START, date(2016, 3, 31))
    assert spring.findings == (), "the nights lie in August"


async def test_the_default_period_is_the_last_year_of_complete_days(conn: Connection, organisation: UUID) -> None:
    meter = await metered(conn, organisation)
    report = await service.building_report(conn, owner(organisation), meter.building_id, tables=True)
    assert (report.start, report.end) == (date(2016, 1, 4), date(2017, 1, 2))
    assert report.figures == (), "tables need no figures"


async def test_a_forecast_follows_only_a_period_that_reaches_the_last_reading(
    conn: Connection, organisation: UUID
) -> None:
    meter = await metered(conn, organisation)

    async def drawn(end: date | None) -> Report:
        return await service.building_report(conn, owner(organisation), meter.building_id, START, end)

    assert (await drawn(None)).figure("outlook") is not None
    assert (await drawn(END)).figure("outlook") is None


async def test_the_portfolio_adds_its_buildings_up_and_names_the_dearest_first(
    conn: Connection, organisation: UUID
) -> None:
    await metered(conn, organisation)
    await metered(conn, organisation, "Robin_office_Bob", 3.0)
    report = await service.portfolio_report(conn, owner(organisation), START, END)
    assert [member.name for member in report.members] == ["Robin office Bob", "Robin office Ann"]
    assert report.key.energy == pytest.approx(sum(member.energy or 0 for member in report.members))
    assert report.key.money == pytest.approx(sum(member.money or 0 for member in report.members))
    assert report.key.area_m2 == 2_000
    assert "2 buildings with meters" in report.lines[0]


async def test_a_gap_is_counted_and_told(conn: Connection, organisation: UUID) -> None:
    meter = await metered(conn, organisation, hours=21 * 168)
    report = await service.building_report(conn, owner(organisation), meter.building_id, START, END)
    missing = report.key.expected - report.key.readings
    assert missing > 24
    assert f"{missing:,} missing" in report.quality_text
    assert report.points[-1].startswith("Least complete: main, electricity")


async def test_nobody_gets_the_report_of_a_strangers_building(
    conn: Connection, organisation: UUID, stranger: UUID
) -> None:
    meter = await metered(conn, organisation)
    with pytest.raises(NotFound):
        await service.building_report(conn, owner(stranger), meter.building_id)
    with pytest.raises(InsufficientData, match="no readings here yet"):
        await service.portfolio_report(conn, owner(stranger))


async def test_an_impossible_period_is_refused_with_what_there_is(conn: Connection, organisation: UUID) -> None:
    meter = await metered(conn, organisation)
    with pytest.raises(InsufficientData, match="2016-01-04 to 2017-01-01"):
        await service.building_report(conn, owner(organisation), meter.building_id, date(2019, 1, 1), date(2019, 2, 1))
    with pytest.raises(Invalid, match="after the last"):
        await service.building_report(conn, owner(organisation), meter.building_id, END, START)
    with pytest.raises(Invalid, match="ten years"):
        await service.portfolio_report(conn, owner(organisation), date(1990, 1, 1), END)
