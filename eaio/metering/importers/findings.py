"""What an import drops and notices, counted and with examples."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from eaio.metering.models import Example, Reason

_EXAMPLES_PER_REASON = 10


class Findings:
    """Counts of one import; filled while its files are read."""

    def __init__(self) -> None:
        self.read = 0
        self.zeros = 0
        self.by_reason: Counter[Reason] = Counter()
        self.by_meter: dict[str, Counter[Reason]] = {}
        self.examples: list[Example] = []
        self.notes: list[str] = []
        self.first: int | None = None
        self.last: int | None = None

    @property
    def dropped(self) -> int:
        """Readings dropped, for any reason."""
        return sum(self.by_reason.values())

    def drop(self, reason: Reason, column: str, count: int = 1) -> None:
        """Count readings of a column that are dropped; they count as read, too."""
        if count:
            self.by_reason[reason] += count
            self.by_meter.setdefault(column, Counter())[reason] += count
            self.read += count

    def wants(self, reason: Reason) -> bool:
        """Whether there are too few examples of a reason yet."""
        return sum(example.reason is reason for example in self.examples) < _EXAMPLES_PER_REASON

    def example(self, reason: Reason, file: str, row: int | None, column: str, text: str) -> None:
        """Keep one place as an example, unless there are enough of its kind."""
        if self.wants(reason):
            self.examples.append(Example(reason, file, row, column, text))

    def note(self, sentence: str) -> None:
        """Keep a sentence once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def keep(self, seconds: NDArray[np.int64]) -> None:
        """Count readings that are kept."""
        if len(seconds):
            low, high = int(seconds.min()), int(seconds.max())
            self.read += len(seconds)
            self.first = low if self.first is None else min(low, self.first)
            self.last = high if self.last is None else max(high, self.last)

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """First and last reading kept."""
        return tuple(
            None if second is None else datetime.fromtimestamp(second, UTC) for second in (self.first, self.last)
        )  # pyright: ignore[reportReturnType]
