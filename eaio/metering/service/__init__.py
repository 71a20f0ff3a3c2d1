"""What one can ask of the readings, and how they come in.

Reading side: ``hourly_frame``, ``hourly_frames``, ``load_points``, ``hourly_totals``, ``daily_series``,
``monthly_series``, ``totals``, ``extent``, ``local_extent``, ``weather_hourly``, ``weather_daily``. Writing side:
``record_readings``, ``record_weather``, ``import_files``. Corrections: ``apply_edits``, ``undo_batch``, ``undo_edit``,
``edit_batches``, ``ledger``. Data quality: ``check_meter``, ``check_meters``, ``request_check``, ``quality_ranking``,
``quality_summary``, ``meter_quality``. Proposals: ``propose``, ``proposals``, ``proposal``, ``apply_proposal``,
``reject_proposal``. Uploads: ``receive``, ``look_at``, ``import_upload``, ``check_again``. History:
``imports``, ``import_record``, ``coverage``.
"""

from eaio.metering.service.checking import check_meter, check_meters, meter_quality, request_check
from eaio.metering.service.checking import ranking as quality_ranking
from eaio.metering.service.checking import summary as quality_summary
from eaio.metering.service.editing import apply_edits, edit_batches, ledger, undo_batch, undo_edit
from eaio.metering.service.history import coverage, import_record, imports, mark_started
from eaio.metering.service.importing import Imported, import_files
from eaio.metering.service.proposing import apply_proposal, proposal, proposals, propose, reject_proposal
from eaio.metering.service.reading import (
    extent,
    hourly_frame,
    hourly_frames,
    load_points,
    local_extent,
    weather_daily,
    weather_hourly,
)
from eaio.metering.service.recording import ImportRequest
from eaio.metering.service.storing import record_readings, record_weather
from eaio.metering.service.totals import daily_series, hourly_totals, monthly_series, totals
from eaio.metering.service.uploads import UploadPlace, check_again, import_upload, look_at, receive

__all__ = [
    "ImportRequest",
    "Imported",
    "UploadPlace",
    "apply_edits",
    "apply_proposal",
    "check_again",
    "check_meter",
    "check_meters",
    "coverage",
    "daily_series",
    "edit_batches",
    "extent",
    "hourly_frame",
    "hourly_frames",
    "hourly_totals",
    "import_files",
    "import_record",
    "import_upload",
    "imports",
    "ledger",
    "load_points",
    "local_extent",
    "look_at",
    "mark_started",
    "meter_quality",
    "monthly_series",
    "proposal",
    "proposals",
    "propose",
    "quality_ranking",
    "quality_summary",
    "receive",
    "record_readings",
    "record_weather",
    "reject_proposal",
    "request_check",
    "totals",
    "undo_batch",
    "undo_edit",
    "weather_daily",
    "weather_hourly",
]
