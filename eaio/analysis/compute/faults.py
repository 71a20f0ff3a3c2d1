"""Faults of the data as anomalies: what the rules of data quality claim of a series of hours."""

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.models import AnomalyKind
from eaio.metering.compute.quality.rules import RULES, Evidence, RuleParams, claims
from eaio.timeseries.units import Carrier


class Fault(Struct, frozen=True):
    """Hours that one rule claims."""

    kind: AnomalyKind
    hours: NDArray[np.bool_]


KINDS = tuple(AnomalyKind(kind.value) for kind, _ in RULES)


def faults(evidence: Evidence) -> list[Fault]:
    """Run every rule; each hour is claimed once."""
    return [Fault(AnomalyKind(claim.kind.value), claim.hours) for claim in claims(evidence)]


def trusted_values(hourly: pl.DataFrame, carrier: Carrier, params: RuleParams | None = None) -> pl.DataFrame:
    """An HOURLY frame with the hours that a rule finds wrong set to missing; outages stay, they happened."""
    if hourly.is_empty():
        return hourly
    values, temperature = (hourly[name].to_numpy().astype(float) for name in ("value", "temperature"))
    found = faults(Evidence(carrier, values, temperature, params or RuleParams()))
    wrong = np.any([fault.hours for fault in found if fault.kind != AnomalyKind.OUTAGE], axis=0)
    return hourly.with_columns(value=pl.when(~pl.Series(wrong)).then(pl.col("value")))
