"""Asks a program for local days and instants, and compares its answers with the tables beside this file.

Usage: ``python runner.py PROGRAM [ARGUMENT ...]``; see README.md for what the program is asked and how it answers.
Standard library only.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PRIME = 97


def cases() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, question and right answer of every case."""
    for name, rows in groupby(_table("days.csv"), key=lambda row: row["case"]):
        yield _days(name, list(rows))
    for name, rows in groupby(_table("stamps.csv"), key=lambda row: row["case"]):
        yield _stamps(name, list(rows))


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _days(name: str, rows: list[dict[str, str]]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    minutes = int(rows[0]["interval_minutes"])
    readings: list[list[Any]] = []
    for row in rows:
        first = datetime.fromisoformat(row["first_utc"])
        instants = [first + timedelta(minutes=minutes * n) for n in range(int(row["intervals"]))]
        readings += [[written(one), value_at(one, minutes)] for one in instants]
    question = {"task": "days", "time_zone": rows[0]["time_zone"], "interval_minutes": minutes, "readings": readings}
    right = {
        row["day"]: {"readings": int(row["intervals"]), "expected": int(row["intervals"]), "total": int(row["total"])}
        for row in rows
        if int(row["intervals"])
    }
    return name, question, {"days": right}


def _stamps(name: str, rows: list[dict[str, str]]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    question = {"task": "stamps", "time_zone": rows[0]["time_zone"], "clock": rows[0]["clock"]}
    return (
        name,
        {**question, "stamps": [row["stamp"] for row in rows]},
        {"instants": [row["utc"] or None for row in rows]},
    )


def value_at(instant: datetime, minutes: int) -> int:
    """The reading of the interval that begins then."""
    return int((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 60) // minutes % PRIME + 1


def written(instant: datetime) -> str:
    """As the tables have it: 2024-03-31T01:00Z."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def differences(name: str, answer: dict[str, Any], right: dict[str, Any]) -> list[str]:
    """What an answer has wrong, a line each."""
    pairs: list[tuple[str, Any, Any]]
    if "instants" in right:
        told: list[Any] = answer.get("instants", [])
        wanted: list[Any] = right["instants"]
        pairs = [(f"stamp {n}", one, other) for n, (one, other) in enumerate(zip(told, wanted, strict=False))]
        pairs += [("number of stamps", len(told), len(wanted))]
    else:
        days: dict[str, Any] = answer.get("days", {})
        pairs = [
            (f"{day} {what}", days.get(day, {}).get(what), one[what])
            for day, one in right["days"].items()
            for what in one
        ]
    return [f"{name}: {what} is {told}, should be {one}" for what, told, one in pairs if told != one]


def main(command: list[str]) -> int:
    """Run the program over every case; 0 if it has all of them right."""
    every = list(cases())
    asked = "".join(json.dumps(question) + "\n" for _, question, _ in every)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)  # noqa: S603 - the caller's
    answers = done.stdout.splitlines()
    if done.returncode or len(answers) != len(every):
        sys.stderr.write(
            f"{len(answers)} answers to {len(every)} questions, exit code {done.returncode}\n{done.stderr}"
        )
        return 2
    wrong = 0
    for (name, _, right), line in zip(every, answers, strict=True):
        found = differences(name, json.loads(line), right)
        wrong += bool(found)
        sys.stdout.write("".join(f"{text}\n" for text in found))
    sys.stdout.write(f"{len(every) - wrong} of {len(every)} cases right\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.stderr.write(f"{__doc__}\n")
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
