"""The hours around an anomaly beside what would have been normal."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from eaio.analysis import repository
from eaio.analysis.compute.detection import DetectionParams, detect
from eaio.analysis.models import KIND_LABEL, AnomalyEvent
from eaio.analysis.service.tuning import tuned
from eaio.buildings import service as buildings
from eaio.infra.charts import models as charts
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.timeseries.calendar import holiday_dates
from eaio.timeseries.units import CARRIER_LABEL, KWH

HISTORY = timedelta(weeks=26)
"""On either side of the event: enough to know what is normal, and one span of detection even with a month between."""
SHOWN = timedelta(days=5)


async def anomaly_chart(conn: Connection, organisation: UUID, event_id: UUID) -> charts.LoadChart:
    """Measured load from five days before to five days after, the normal load dashed, the event tinted.

    Raises:
        NotFound: no such anomaly in this organisation.
    """
    event = await repository.event(conn, organisation, event_id)
    start, end = event.started_at - HISTORY, event.ended_at + HISTORY
    frame = await metering.hourly_frame(conn, organisation, event.meter_id, start, end)
    meter = await buildings.meter_of(conn, organisation, event.meter_id)
    country, subdivision = meter.holiday_region
    holidays = holiday_dates(country, set(frame["local"].dt.year().unique().to_list()), subdivision)
    used = (await tuned(conn, organisation)).detection(event.meter_id)
    return await run_cpu(_chart, event, frame, holidays, used)


def _chart(
    event: AnomalyEvent, frame: pl.DataFrame, holidays: Collection[date], used: DetectionParams
) -> charts.LoadChart:
    read = _until_last_reading(frame)
    found = detect(read, event.carrier, holidays=holidays, params=used)
    expected = pl.Series("expected", found.expected, strict=False).fill_nan(None)
    shown = read.with_columns(expected).filter(
        pl.col("time").is_between(event.started_at - SHOWN, event.ended_at + SHOWN)
    )
    rows = list(shown.select("local", "value", "expected").iter_rows())
    return charts.LoadChart(
        carrier=event.carrier,
        unit="kW" if event.unit == KWH else f"{event.unit} an hour",
        load=[charts.Reading(charts.wall_clock(local), value) for local, value, _ in rows],
        expected=[charts.Expected(charts.wall_clock(local), normal) for local, _, normal in rows],
        anomalies=[charts.Span(_local(event, event.started_at), _local(event, event.ended_at), KIND_LABEL[event.kind])],
        about=charts.about(
            f"{CARRIER_LABEL[event.carrier]} meter {event.meter} of {event.building_label}",
            (rows[0][0].date(), rows[-1][0].date() + timedelta(days=1)) if rows else None,
            event.time_zone,
            (shown["value"].count(), shown.height),
        ),
    )


def _until_last_reading(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the hours that nobody has read yet: they would count as weeks of which nothing is known."""
    known = frame["value"].is_not_null().arg_true()
    return frame.head(known[-1] + 1) if len(known) else frame


def _local(event: AnomalyEvent, instant: datetime) -> int:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return charts.wall_clock(aware.astimezone(ZoneInfo(event.time_zone)))
