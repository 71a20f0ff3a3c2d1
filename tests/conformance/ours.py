"""EAIO as a program that the conformance runner can ask."""

import json
import sys
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from eaio.metering.compute.batch import batch_of, encode
from eaio.metering.compute.clock import NO_INSTANT, to_seconds
from eaio.metering.compute.rollup import MeterClock, daily_rollup
from eaio.metering.models import Clock
from tests.conformance.runner import written

KEY = 1


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What EAIO says to one question."""
    return _days(question) if question["task"] == "days" else _stamps(question)


def _days(question: dict[str, Any]) -> dict[str, Any]:
    seconds = np.array([int(datetime.fromisoformat(at).timestamp()) for at, _ in question["readings"]], np.int64)
    batch = batch_of(encode(KEY, seconds), np.array([float(value) for _, value in question["readings"]]))
    clock = MeterClock(question["time_zone"], question["interval_minutes"])
    found = daily_rollup(batch, np.ones(len(batch), bool), {KEY: clock})
    rows = zip(found.periods, found.readings, found.expected, found.total, strict=True)
    return {
        "days": {
            (date(1970, 1, 1) + timedelta(days=int(day))).isoformat(): {
                "readings": int(readings),
                "expected": int(expected),
                "total": int(total),
            }
            for day, readings, expected, total in rows
        }
    }


def _stamps(question: dict[str, Any]) -> dict[str, Any]:
    stamps = pl.Series(question["stamps"]).str.to_datetime("%Y-%m-%d %H:%M").dt.epoch("us")
    seconds = to_seconds(stamps, Clock(question["clock"]), question["time_zone"])
    return {"instants": [None if one == NO_INSTANT else _instant(int(one)) for one in seconds]}


def _instant(second: int) -> str:
    return written(datetime.fromisoformat("1970-01-01T00:00Z") + timedelta(seconds=second))


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
