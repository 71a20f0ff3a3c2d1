"""What one can ask of the readings, and how they come in.

Reading side: ``hourly_frame``, ``hourly_frames``, ``load_points``, ``daily_series``, ``monthly_series``, ``totals``,
``extent``, ``local_extent``, ``weather_hourly``, ``weather_daily``. Writing side: ``record_readings``,
``record_weather``, ``import_files``.
"""

from eaio.metering.service.importing import Imported, ImportRequest, import_files
from eaio.metering.service.reading import (
    extent,
    hourly_frame,
    hourly_frames,
    load_points,
    local_extent,
    weather_daily,
    weather_hourly,
)
from eaio.metering.service.storing import record_readings, record_weather
from eaio.metering.service.totals import daily_series, monthly_series, totals

__all__ = [
    "ImportRequest",
    "Imported",
    "daily_series",
    "extent",
    "hourly_frame",
    "hourly_frames",
    "import_files",
    "load_points",
    "local_extent",
    "monthly_series",
    "record_readings",
    "record_weather",
    "totals",
    "weather_daily",
    "weather_hourly",
]
