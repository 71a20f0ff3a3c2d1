"""What one can do with sites, buildings and meters."""

from uuid import UUID, uuid4

import msgspec
import pytest

from eaio.buildings import service
from eaio.buildings.models import BuildingDraft, BuildingFilter, MeterDraft, SiteDraft, SortKey
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, Invalid, NotFound
from eaio.timeseries.units import Carrier

LONDON = SiteDraft(name="Robin", time_zone="Europe/London", country="GB")


async def campus(conn: Connection, organisation: UUID) -> dict[str, UUID]:
    await service.upsert_sites(conn, organisation, [LONDON])
    drafts = [
        BuildingDraft(name=f"Robin_{use}_{name}", site="Robin", primary_use=use, area_m2=area)
        for use, name, area in (("office", "Ann", 900.0), ("education", "Bob", 2_000.0), ("office", "Cy", None))
    ]
    return await service.upsert_buildings(conn, organisation, drafts)


async def test_a_building_keeps_what_a_later_import_leaves_out(conn: Connection, organisation: UUID) -> None:
    names = await campus(conn, organisation)
    await service.upsert_buildings(conn, organisation, [BuildingDraft(name="Robin_office_Ann", site="Robin", floors=3)])
    ann = await service.building_of(conn, organisation, names["Robin_office_Ann"])
    assert (ann.area_m2, ann.floors, ann.primary_use, ann.time_zone) == (900.0, 3, "office", "Europe/London")


async def test_buildings_are_filtered_sorted_and_paged(conn: Connection, organisation: UUID) -> None:
    await campus(conn, organisation)
    page = await service.list_buildings(
        conn, organisation, BuildingFilter(primary_use="office", sort=SortKey.AREA, descending=True, limit=1)
    )
    assert [(item.name, page.total) for item in page.items] == [("Robin_office_Ann", 2)]
    underscore = await service.list_buildings(conn, organisation, BuildingFilter(search="n_o"))
    assert {item.name for item in underscore.items} == {"Robin_office_Ann", "Robin_office_Cy"}, "_ is no wildcard"


async def test_another_organisation_sees_nothing(conn: Connection, organisation: UUID, stranger: UUID) -> None:
    names = await campus(conn, organisation)
    assert (await service.list_buildings(conn, stranger, BuildingFilter())).total == 0
    with pytest.raises(NotFound):
        await service.building_of(conn, stranger, names["Robin_office_Ann"])
    with pytest.raises(NotFound):
        await service.archive_building(conn, stranger, names["Robin_office_Ann"])


async def test_an_archived_building_leaves_the_lists_and_comes_back(conn: Connection, organisation: UUID) -> None:
    names = await campus(conn, organisation)
    await service.archive_building(conn, organisation, names["Robin_office_Ann"])
    assert (await service.list_buildings(conn, organisation, BuildingFilter())).total == 2
    assert (await service.list_buildings(conn, organisation, BuildingFilter(archived=True))).total == 1
    await service.archive_building(conn, organisation, names["Robin_office_Ann"], archived=False)
    assert (await service.list_buildings(conn, organisation, BuildingFilter())).total == 3


async def test_a_name_taken_is_a_conflict_and_the_transaction_lives_on(conn: Connection, organisation: UUID) -> None:
    names = await campus(conn, organisation)
    draft = BuildingDraft(name="Robin_office_Cy", site="Robin")
    with pytest.raises(Conflict):
        await service.edit_building(conn, organisation, names["Robin_office_Ann"], draft)
    assert (await service.list_buildings(conn, organisation, BuildingFilter())).total == 3


async def test_unknown_zone_site_and_building_are_refused_by_name(conn: Connection, organisation: UUID) -> None:
    with pytest.raises(Invalid, match="Mars/Olympus"):
        await service.upsert_sites(conn, organisation, [SiteDraft(name="X", time_zone="Mars/Olympus")])
    with pytest.raises(Invalid, match="Nowhere"):
        await service.upsert_buildings(conn, organisation, [BuildingDraft(name="B", site="Nowhere")])
    draft = MeterDraft(building="Ghost", carrier=Carrier.GAS, name="main")
    with pytest.raises(Invalid, match="Ghost"):
        await service.upsert_meters(conn, organisation, [draft])
    with pytest.raises(NotFound):
        await service.meter_of(conn, organisation, uuid4())


async def test_the_tree_reaches_from_portfolio_to_meter(conn: Connection, organisation: UUID) -> None:
    await campus(conn, organisation)
    draft = MeterDraft(building="Robin_office_Ann", carrier=Carrier.WATER, name="main")
    meters = await service.upsert_meters(conn, organisation, [draft])
    assert meters["Robin_office_Ann", Carrier.WATER, "main"].unit == "L"
    (portfolio,) = await service.tree(conn, organisation)
    (site,) = portfolio.sites
    assert [(b.name, [m.carrier for m in b.meters]) for b in site.buildings][1:] == [
        ("Robin_office_Ann", ["water"]),
        ("Robin_office_Cy", []),
    ]


async def test_caches_learn_of_every_change(conn: Connection, organisation: UUID) -> None:
    async def version() -> int:
        cursor = await conn.execute("SELECT data_version FROM organisations WHERE id = %s", [organisation])
        row = await cursor.fetchone()
        assert row is not None
        return row[0]

    names = await campus(conn, organisation)
    before = await version()
    await service.archive_building(conn, organisation, names["Robin_office_Ann"])
    archived = await version()
    draft = BuildingDraft(name="Robin_office_Cy", site="Robin", floors=2)
    await service.edit_building(conn, organisation, names["Robin_office_Cy"], draft)
    assert before < archived < await version()


async def test_a_site_says_its_region_and_one_that_its_country_does_not_have_is_refused(
    conn: Connection, organisation: UUID
) -> None:
    draft = SiteDraft(name="Augsburg", time_zone="Europe/Berlin", country="DE", subdivision="BY")
    site = await service.create_site(conn, organisation, draft)
    assert site.holiday_region == ("DE", "BY")
    for wrong, field in (
        (msgspec.structs.replace(draft, name="B", subdivision="TX"), "subdivision"),
        (msgspec.structs.replace(draft, name="C", country=None), "country"),
    ):
        with pytest.raises(Invalid) as refused:
            await service.create_site(conn, organisation, wrong)
        assert set(refused.value.fields) == {field}
    with pytest.raises(Invalid):
        await service.edit_site(conn, organisation, site.id, msgspec.structs.replace(draft, subdivision="ZZ"))
    assert (await service.site_of(conn, organisation, site.id)).subdivision == "BY"


async def test_a_meter_keeps_the_holidays_of_where_its_site_lies(conn: Connection, organisation: UUID) -> None:
    site = SiteDraft(name="Glasgow", time_zone="Europe/London", country="GB", latitude=55.9, longitude=-4.3)
    await service.upsert_sites(conn, organisation, [site])
    await service.upsert_buildings(conn, organisation, [BuildingDraft(name="Hall", site="Glasgow")])
    draft = MeterDraft(building="Hall", carrier=Carrier.ELECTRICITY, name="main")
    (meter,) = (await service.upsert_meters(conn, organisation, [draft])).values()
    assert meter.holiday_region == ("GB", "SCT")
