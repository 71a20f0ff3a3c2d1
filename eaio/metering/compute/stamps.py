"""Time stamps as people write them: which way round, and where they stop making sense."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.infra.errors import Invalid
from eaio.metering.models import DateOrder

_SAMPLE = 250
_GARBAGE_SHARE = 0.01
_YEAR_100_US = -59_011_459_200_000_000


class StampFormat(Struct, frozen=True):
    """A way to write an instant; ``pattern`` as chrono's strftime."""

    pattern: str
    order: DateOrder
    has_offset: bool = False


class Stamps(Struct, frozen=True):
    """Microseconds since 1970, of the wall clock or (``format.has_offset``) of UTC; null where unreadable."""

    times: pl.Series
    format: StampFormat


_CLOCKS = ("%H:%M:%S", "%H:%M", "%H:%M:%S%.f", "%I:%M:%S %p", "%I:%M %p")
_DATES = (
    ("%Y-%m-%d", DateOrder.YEAR_FIRST),
    ("%Y/%m/%d", DateOrder.YEAR_FIRST),
    ("%m/%d/%Y", DateOrder.MONTH_FIRST),
    ("%d/%m/%Y", DateOrder.DAY_FIRST),
    ("%d.%m.%Y", DateOrder.DAY_FIRST),
    ("%d-%m-%Y", DateOrder.DAY_FIRST),
    ("%m-%d-%Y", DateOrder.MONTH_FIRST),
    ("%m/%d/%y", DateOrder.MONTH_FIRST),
    ("%d/%m/%y", DateOrder.DAY_FIRST),
    ("%d.%m.%y", DateOrder.DAY_FIRST),
)
_EPOCHS = (("epoch-s", 10, 1_000_000), ("epoch-ms", 13, 1_000))

FORMATS: tuple[StampFormat, ...] = (
    *(
        StampFormat(f"{date}{between}{clock}{offset}", order, bool(offset))
        for date, order in _DATES[:1]
        for between in ("T", " ")
        for clock in _CLOCKS[:3]
        for offset in ("", "%#z", " %#z")
    ),
    *(StampFormat(f"{date} {clock}", order) for date, order in _DATES[1:] for clock in _CLOCKS),
    *(StampFormat(date, order) for date, order in _DATES),
    *(StampFormat(name, DateOrder.YEAR_FIRST, has_offset=True) for name, _, _ in _EPOCHS),
)


def parse(texts: pl.Series, layout: StampFormat) -> pl.Series:
    """Microseconds since 1970, null where a text is not written that way."""
    for name, digits, factor in _EPOCHS:
        if layout.pattern == name:
            plausible = pl.when(texts.str.contains(rf"^\d{{{digits}}}$")).then(texts)
            return pl.select(plausible).to_series().cast(pl.Int64, strict=False) * factor
    if "%H" not in layout.pattern and "%I" not in layout.pattern:
        parsed = texts.str.to_date(layout.pattern, strict=False).cast(pl.Datetime("us")).to_physical()
    else:
        read = texts.str.to_datetime(layout.pattern, time_unit="us", strict=False, exact=True)
        parsed = (read.dt.replace_time_zone(None) if layout.has_offset else read).to_physical()
    early = (parsed < _YEAR_100_US).fill_null(value=False)
    if layout.order is DateOrder.YEAR_FIRST:
        early &= ~texts.str.contains(r"^\d{4}").fill_null(value=False)
    return parsed.set(early, None)  # a year of two digits is not one of the first century


def read_stamps(
    texts: pl.Series, where: str, first_row: int, order: DateOrder = DateOrder.AUTO, rows: pl.Series | None = None
) -> Stamps:
    """Find out how a column of stamps is written, and read it; ``rows`` numbers them if they are not consecutive.

    A format must fit every stamp; up to one in a hundred may be no date in any format (a footer, say) and becomes
    null. Stamps that fit only some other format are mixed dates and are refused.

    Raises:
        Invalid: no dates, mixed dates, or dates that could be day-first as well as month-first; names the row.
    """
    unique = texts.unique(maintain_order=True).drop_nulls()
    stripped = unique.str.strip_chars()
    candidates = _fitting(stripped, order)
    if not candidates:
        raise Invalid(f"{where}, row {first_row}: {_first(texts)!r} is not a date and time; use 2024-01-31 13:00")
    parsed = {layout: parse(stripped, layout) for layout in candidates}
    best = max(candidates, key=lambda layout: parsed[layout].count())
    whole = [layout for layout in candidates if parsed[layout].count() == parsed[best].count()]
    mixed = stripped.count() - parsed[best].count() > max(1, _GARBAGE_SHARE * stripped.count())
    sure = mixed or len({layout.order for layout in whole}) == 1
    chosen = best if sure else _by_regularity(whole, texts, unique, parsed, where)
    times = texts.replace_strict(unique, parsed[chosen], default=None, return_dtype=pl.Int64)
    _refuse_strangers(
        texts, times, parsed, where, pl.int_range(len(texts), eager=True) + first_row if rows is None else rows
    )
    return Stamps(times, chosen)


def _fitting(texts: pl.Series, order: DateOrder) -> list[StampFormat]:
    """Formats that read most of a sample from the beginning and the end."""
    sample = pl.concat([texts.head(_SAMPLE), texts.tail(_SAMPLE)])
    wanted = [layout for layout in FORMATS if order in {DateOrder.AUTO, layout.order}]
    read = {layout: parse(sample, layout).count() for layout in wanted}
    return [layout for layout in wanted if read[layout] > 0]


def _by_regularity(
    layouts: Sequence[StampFormat],
    texts: pl.Series,
    unique: pl.Series,
    parsed: dict[StampFormat, pl.Series],
    where: str,
) -> StampFormat:
    """Of several readings of all stamps, the one in which they are evenly spaced."""
    scores: dict[StampFormat, float] = {}
    for layout in layouts:
        steps = (
            texts.head(100_000)
            .replace_strict(unique, parsed[layout], return_dtype=pl.Int64)
            .unique()
            .sort()
            .diff()
            .drop_nulls()
        )
        scores[layout] = np.unique_counts(steps.to_numpy()).counts.max() / len(steps) if len(steps) else 0.0
    ranked = sorted(layouts, key=lambda layout: -scores[layout])
    if scores[ranked[0]] == scores[ranked[1]] and ranked[0].order != ranked[1].order:
        raise Invalid(
            f"{where}: dates like {_first(texts)!r} could be day-first or month-first; say which with --dates",
            dates="day-first or month-first",
        )
    return ranked[0]


def _refuse_strangers(
    texts: pl.Series, times: pl.Series, parsed: dict[StampFormat, pl.Series], where: str, rows: pl.Series
) -> None:
    """Raise Invalid if unreadable stamps are many, or are dates of another format."""
    unread = times.is_null() & texts.is_not_null()
    if not unread.any():
        return
    position = int(unread.arg_true()[0])
    text, row = texts[position], rows[position]
    others = [layout for layout in parsed if parse(pl.Series([text.strip()]), layout).count()]
    if others:
        read = _first(texts.filter(times.is_not_null()))
        raise Invalid(f"{where}, row {row}: {text!r} is written another way than {read!r}; use one date format")
    if unread.sum() > max(1, _GARBAGE_SHARE * len(texts)):
        raise Invalid(f"{where}, row {row}: {text!r} is not a date and time; correct or remove the row")


def _first(texts: pl.Series) -> str:
    return str(texts.drop_nulls()[0]) if texts.count() else ""
