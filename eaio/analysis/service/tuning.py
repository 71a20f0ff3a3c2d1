"""Versions of the detection parameters, what they would change on a sample, what verdicts calibrate."""

import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec
import polars as pl

from eaio.accounts import service as accounts
from eaio.analysis.compute import calibration, parameters, trials
from eaio.analysis.compute.detection import DetectionParams
from eaio.analysis.models import AnomalyKind
from eaio.analysis.models.feedback import Judged
from eaio.analysis.models.tuning import (
    Calibration,
    CalibrationView,
    Effect,
    KindCalibration,
    MeterCalibration,
    ParameterDraft,
    ParameterSet,
    TryDraft,
)
from eaio.analysis.repository import feedback as verdicts
from eaio.analysis.repository import tuning as repository
from eaio.analysis.service.places import holidays_of, site_rates
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.infra.charts import models as charts
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering import service as metering

BUILT_IN = "What is built in, chosen on labelled series of other buildings"
EXAMPLE = 0.6


class Tuned(NamedTuple):
    """What an analysis runs with: a version of the parameters and what people have said so far."""

    version: int = 0
    params: DetectionParams = DetectionParams()
    judged: Sequence[Judged] = ()

    def calibration(self, meter: UUID) -> Calibration:
        """By how much verdicts move the threshold of a meter."""
        return calibration.of_meter(self.judged, meter, self.params.threshold, self.params.calibration)

    def detection(self, meter: UUID) -> DetectionParams:
        """The parameters of a meter, its threshold moved by verdicts."""
        moved = self.params.threshold + self.calibration(meter).shift
        return msgspec.structs.replace(self.params, threshold=moved)

    def confidence(self, kind: AnomalyKind, found: float, meter: UUID) -> float:
        """A confidence drawn to what verdicts say of its kind."""
        counted = calibration.of_kind(self.judged, kind, meter)
        return calibration.confidence(found, counted, self.params.calibration)


async def tuned(conn: Connection, organisation: UUID, version: int | None = None) -> Tuned:
    """What an analysis of the organisation runs with; by default with the active version."""
    one = await parameter_set(conn, organisation, version)
    params = parameters.detection_params(one.values)
    return Tuned(one.version, params, await verdicts.judged(conn, organisation))


async def parameter_sets(conn: Connection, organisation: UUID) -> tuple[ParameterSet, ...]:
    """Every version, the newest first, the built-in one last."""
    stored = await repository.parameter_sets(conn, organisation)
    active = await repository.active_version(conn, organisation)
    built_in = ParameterSet(
        version=0, values=parameters.DEFAULTS, note=BUILT_IN, author="EAIO", created_at=None, active=False
    )
    return tuple(
        msgspec.structs.replace(one, values={**parameters.DEFAULTS, **one.values}, active=one.version == active)
        for one in (*stored, built_in)
    )


async def parameter_set(conn: Connection, organisation: UUID, version: int | None = None) -> ParameterSet:
    """One version, by default the active one.

    Raises:
        NotFound: no such version in this organisation.
    """
    for one in await parameter_sets(conn, organisation):
        if one.version == version or (version is None and one.active):
            return one
    raise NotFound(f"There is no parameter version {version}")


async def save_parameters(conn: Connection, organisation: UUID, draft: ParameterDraft, *, author: str) -> ParameterSet:
    """Keep a new version, and use it from now on where the draft says so.

    Raises:
        Invalid: a value does not fit; nothing is kept.
    """
    version = await repository.save(conn, organisation, parameters.checked(draft.values), draft.note.strip(), author)
    if draft.activate:
        return await activate_parameters(conn, organisation, version, actor=author)
    return await parameter_set(conn, organisation, version)


async def activate_parameters(conn: Connection, organisation: UUID, version: int, *, actor: str) -> ParameterSet:
    """Use a version, older ones and the built-in one included, from the next analysis on.

    Raises:
        NotFound: no such version in this organisation.
    """
    await parameter_set(conn, organisation, version)
    if await repository.active_version(conn, organisation) != version:
        await repository.activate(conn, organisation, version, actor)
        await accounts.raise_data_version(conn, organisation)
    return await parameter_set(conn, organisation, version)


class _Sample(NamedTuple):
    meters: tuple[trials.Sampled, ...]
    against: int


async def try_parameters(conn: Connection, organisation: UUID, draft: TryDraft) -> Effect:
    """What values would find on the whole history of some meters, beside what a stored version finds.

    Raises:
        Invalid: a value does not fit.
        NotFound: no such meter or version in this organisation.
        InsufficientData: none of the meters has hourly readings.
    """
    started = time.perf_counter()
    sample = await _sample(conn, organisation, draft)
    found = await run_cpu(trials.effect, sample.meters)
    before, after = trials.summed(one.before for one in found), trials.summed(one.after for one in found)
    seconds = round(time.perf_counter() - started, 3)
    return Effect(against=sample.against, meters=found, before=before, after=after, seconds=seconds)


async def trial_chart(
    conn: Connection, organisation: UUID, draft: TryDraft, first: date | None = None
) -> charts.TrialChart:
    """The first meter's load over six weeks with what both sets find; by default where they differ most.

    Raises:
        the same as ``try_parameters``.
    """
    sample = await _sample(conn, organisation, msgspec.structs.replace(draft, meters=draft.meters[:1]))
    return await run_cpu(trials.chart, sample.meters[0], first)


async def _sample(conn: Connection, organisation: UUID, draft: TryDraft) -> _Sample:
    against = await tuned(conn, organisation, draft.against)
    tried = Tuned(-1, parameters.detection_params(draft.values), against.judged)
    chosen = [await _sampled(conn, organisation, meter, (against, tried)) for meter in dict.fromkeys(draft.meters)]
    known = tuple(one for one in chosen if one.hourly.height and one.hourly["value"].count())
    if not known:
        raise InsufficientData("None of these meters has hourly readings to try the parameters on; choose another")
    return _Sample(known, against.version)


async def _sampled(conn: Connection, organisation: UUID, meter_id: UUID, both: tuple[Tuned, Tuned]) -> trials.Sampled:
    meter: Meter = await buildings.meter_of(conn, organisation, meter_id)
    site = await buildings.site_of(conn, organisation, meter.site_id)
    hourly = await metering.hourly_frame(conn, organisation, meter_id)
    return trials.Sampled(
        meter_id=meter_id,
        meter=f"{meter.building.replace('_', ' ')}, {meter.name}",
        carrier=meter.carrier,
        hourly=hourly,
        rates=site_rates(site),
        holidays=holidays_of(site, _years(hourly)),
        before=both[0].detection(meter_id),
        after=both[1].detection(meter_id),
    )


def _years(hourly: pl.DataFrame) -> set[int]:
    return set(hourly["local"].dt.year().unique().to_list())


async def calibrations(conn: Connection, organisation: UUID) -> CalibrationView:
    """What feedback says so far, and how far it moves thresholds and confidence under the active version."""
    known = await tuned(conn, organisation)
    decided = {one.meter_id for one in known.judged}
    meters = [await buildings.meter_of(conn, organisation, meter) for meter in decided]
    kinds = {one.kind for one in known.judged}
    return CalibrationView(
        applied=known.params.calibration,
        organisation=calibration.of_organisation(known.judged, known.params.threshold, known.params.calibration),
        meters=tuple(_of_meters(known, meters)),
        kinds=tuple(_of_kind(known, kind) for kind in sorted(kinds)),
    )


def _of_meters(known: Tuned, meters: Sequence[Meter]) -> list[MeterCalibration]:
    found = [
        MeterCalibration(
            meter_id=meter.id,
            meter=meter.name,
            building=meter.building.replace("_", " "),
            calibration=known.calibration(meter.id),
        )
        for meter in meters
    ]
    return sorted(
        (one for one in found if one.calibration.scope == "meter"), key=lambda one: -one.calibration.tally.total
    )


def _of_kind(known: Tuned, kind: AnomalyKind) -> KindCalibration:
    counted = calibration.of_kind(known.judged, kind)
    example = calibration.confidence(EXAMPLE, counted, known.params.calibration)
    return KindCalibration(kind=kind, tally=counted, example=example)


def differences(one: ParameterSet, other: ParameterSet) -> Mapping[str, tuple[float, float]]:
    """Parameters in which a set differs from another: the other's value, then its own."""
    return parameters.changes(one.values, other.values)
