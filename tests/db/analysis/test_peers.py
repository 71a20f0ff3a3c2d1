"""Specification of peers that are kept out or put in: stored, undoable, private; the building load kept beside."""

from uuid import UUID, uuid4

import pytest

from eaio.analysis import service
from eaio.analysis.models import PeerChange
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from tests.db.analysis.conftest import MeteredBuilding, office_load


@pytest.fixture
async def offices(conn: Connection, organisation: UUID, metered_building: MeteredBuilding) -> list[UUID]:
    """Seven offices of rising use, analysed."""
    made: list[UUID] = []
    for n in range(1, 8):
        meter = await metered_building(f"Office_{n}", office_load(nights=0, hours=40 * 168, scale=n))
        await service.analyze_building(conn, organisation, meter.building_id)
        made.append(meter.building_id)
    return made


async def test_a_peer_is_kept_out_with_its_reason_and_comes_back(
    conn: Connection, organisation: UUID, offices: list[UUID]
) -> None:
    before = await service.benchmark(conn, organisation, offices[0])
    assert len(before.peers) == 6
    change = PeerChange(offices[6], include=False, reason="data centre inside")
    after = await service.choose_peer(conn, organisation, offices[0], change, "Ann")
    assert offices[6] not in {peer.building_id for peer in after.peers}
    assert [(choice.reason, choice.author, choice.label) for choice in after.choices] == [
        ("data centre inside", "Ann", "Office 7")
    ]
    again = await service.undo_peer_choice(conn, organisation, offices[0], after.choices[0].id, "Bob")
    assert (again.peers, again.choices) == (before.peers, ())
    with pytest.raises(NotFound):
        await service.undo_peer_choice(conn, organisation, offices[0], after.choices[0].id, "Bob")


async def test_a_building_of_another_use_is_put_in(
    conn: Connection, organisation: UUID, offices: list[UUID], metered_building: MeteredBuilding
) -> None:
    hotel = await metered_building("Hotel", office_load(nights=0, hours=40 * 168), use="Lodging/residential")
    change = PeerChange(hotel.building_id, include=True, reason="same owner and plant")
    with pytest.raises(Invalid, match="no energy use intensity"):
        await service.choose_peer(conn, organisation, offices[0], change, "Ann")
    await service.analyze_building(conn, organisation, hotel.building_id)
    found = await service.choose_peer(conn, organisation, offices[0], change, "Ann")
    assert [peer.name for peer in found.peers if peer.added] == ["Hotel"]


async def test_strangers_neither_see_nor_change_peers(
    conn: Connection, organisation: UUID, stranger: UUID, offices: list[UUID]
) -> None:
    change = PeerChange(offices[1], include=False, reason="not like us")
    with pytest.raises(NotFound):
        await service.choose_peer(conn, stranger, offices[0], change, "Eve")
    with pytest.raises(NotFound):
        await service.choose_peer(conn, organisation, offices[0], PeerChange(uuid4(), False, "not there"), "Ann")
    with pytest.raises(Invalid, match="own peer"):
        await service.choose_peer(conn, organisation, offices[0], PeerChange(offices[0], False, "me"), "Ann")


async def test_without_weather_the_plain_figure_is_compared_and_it_says_so(
    conn: Connection, organisation: UUID, offices: list[UUID]
) -> None:
    found = await service.benchmark(conn, organisation, offices[0])
    assert (found.normalised_eui, found.compared) == (None, found.eui)
    assert found.normalisation.startswith("Not weather-normalised")
    assert any("weather as it was" in warning for warning in found.warnings)
