"""The hours around a finding, from a real database."""

from uuid import UUID

from eaio.analysis import service
from eaio.analysis.models import EventFilter
from eaio.infra.db import Connection
from tests.db.analysis.conftest import LEFT_ON, MeteredBuilding, office_load


async def test_evidence_of_what_still_goes_on_ends_with_the_readings_and_keeps_its_normal(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    until = LEFT_ON + 2 * 24 + 10
    meter = await metered_building(load=office_load(hours=until + 24).head(until))
    await service.analyze_building(conn, organisation, meter.building_id)
    found = await service.anomalies(conn, organisation, EventFilter())
    chart = await service.anomaly_chart(conn, organisation, found.items[0].id)
    assert chart.load[-1].value is not None
    assert chart.load[-1].time == chart.expected[-1].time
    start, end = chart.anomalies[0].start, chart.anomalies[0].end
    pairs = zip(chart.load, chart.expected, strict=True)
    night = [(m.value or 0) - (n.value or 0) for m, n in pairs if start <= m.time < end]
    assert max(night) > 40
