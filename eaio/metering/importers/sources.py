"""Files as they are sent: gzipped or zipped, of any size and encoding, made readable within bounds."""

import codecs
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from msgspec import Struct

from eaio.infra.errors import Invalid, TooLarge

_BLOCK = 1 << 20
_BLANK = b" \t\r\n\x0b\x0c" + codecs.BOM_UTF8
_RATIO_LIMIT = 200
_RATIO_FROM = 64 << 20
"""Meter data compresses three to forty times; what grows further than the limit, past this size, is a bomb."""

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_BINARY = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"SQLi": "a database",
}
_MOST_ENTRIES = 1_000
_LONGEST_LINE = 8 << 20
"""In bytes: a row of some hundred thousand meters."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Source(Struct, frozen=True):
    """A plain UTF-8 text file, ready to be parsed."""

    path: Path
    name: str
    """As the user knows it, for messages."""
    lines: int
    size: int


def open_source(path: Path, scratch: Path, limit: int, name: str | None = None) -> Source:
    """Make one file readable: decompressed into ``scratch`` if needed, checked for size, lines and encoding.

    Raises:
        TooLarge: bigger than ``limit`` bytes, or a compressed file that grows beyond reason.
        Invalid: empty, cut off, damaged, binary, or not UTF-8; the message names file, row and remedy.
    """
    shown = name or path.name
    _check_size(path.stat().st_size, limit, shown)
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_GZIP):
        path = _inflate(path, scratch / f"{len(list(scratch.iterdir()))}.csv", limit, shown)
    elif kind := _BINARY.get(head):
        raise Invalid(f"{shown} is {kind}, not text; export the readings as CSV and import that")
    elif head == _ZIP:
        raise Invalid(f"{shown} is a zip archive or an Excel workbook; export the readings as CSV and import that")
    return _readable(path, shown, scratch)


def unpack_archive(path: Path, target: Path, limit: int) -> Path:
    """Unpack a zip of data files into ``target`` within bounds; returns the folder, or the file if it holds only one.

    Raises:
        TooLarge: it unpacks to more than ``limit`` bytes or grows beyond reason.
        Invalid: damaged, encrypted, an Excel workbook, or without a data file.
    """
    _check_size(path.stat().st_size, limit, path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if _is_data(entry)]
            if any(name.startswith("xl/") for name in archive.namelist()):
                raise Invalid(f"{path.name} is an Excel workbook; export the readings as CSV and import that")
            if not entries:
                raise Invalid(f"{path.name} holds no .csv or .csv.gz file")
            if len(entries) > _MOST_ENTRIES:
                raise TooLarge(f"{path.name} holds {len(entries):,} files; send at most {_MOST_ENTRIES:,} at a time")
            room, place = limit, target
            for entry in entries:
                place = target.joinpath(*PurePosixPath(entry.filename).parts)
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as packed:
                    room -= _copy_bounded(packed, place, room, entry.compress_size, f"{path.name}: {entry.filename}")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise Invalid(f"{path.name} is damaged or encrypted and cannot be unpacked: {error}; send it again") from error
    return place if len(entries) == 1 else target


def _is_data(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    safe = not path.is_absolute() and ".." not in path.parts and "__MACOSX" not in path.parts
    return safe and not entry.is_dir() and path.name.lower().endswith((".csv", ".csv.gz", ".txt", ".tsv"))


def _check_size(size: int, limit: int, shown: str) -> None:
    if size > limit:
        raise TooLarge(
            f"{shown} has {size / 1e6:,.0f} MB; at most {limit / 1e6:,.0f} MB are accepted. "
            "Split it by year or by meter, or raise EAIO_UPLOAD_LIMIT"
        )
    if size == 0:
        raise Invalid(f"{shown} is empty; export it again")


def _inflate(path: Path, target: Path, limit: int, shown: str) -> Path:
    try:
        with gzip.open(path) as packed:
            _copy_bounded(packed, target, limit, path.stat().st_size, shown)
    except EOFError as error:
        raise Invalid(f"{shown} is cut off: the compressed data end too early; send it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Invalid(f"{shown} is damaged and cannot be decompressed ({error}); send it again") from error
    return target


def _copy_bounded(packed: IO[bytes] | gzip.GzipFile, target: Path, limit: int, compressed: int, shown: str) -> int:
    written = 0
    with target.open("wb") as plain:
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > limit or (written > _RATIO_FROM and written > _RATIO_LIMIT * compressed):
                raise TooLarge(
                    f"{shown} grows beyond {min(limit, written) / 1e6:,.0f} MB when decompressed; nothing was imported."
                    " Split it, or raise EAIO_UPLOAD_LIMIT if it is genuine"
                )
            plain.write(block)
    return written


def _readable(path: Path, shown: str, scratch: Path) -> Source:
    """Check that the file is UTF-8 throughout and count its lines; UTF-16, as Excel writes it, is converted."""
    with path.open("rb") as file:
        if file.read(2) in _UTF16:
            path = _from_utf16(path, scratch / f"{len(list(scratch.iterdir()))}.csv", shown)
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, last, has_text, begun = 0, b"\n", False, 0
    for block in _blocks(path):
        if b"\0" in block:
            row = lines + block.count(10, 0, block.index(0)) + 1
            raise Invalid(f"{shown}, row {row}: a zero byte, so this is not text in UTF-8; save the file as CSV UTF-8")
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            row = lines + block[: error.start].count(b"\n") + 1
            raise Invalid(f"{shown}, row {row}: the encoding is not UTF-8; save the file as CSV UTF-8") from error
        if begun + (len(block) if b"\n" not in block else block.index(b"\n")) > _LONGEST_LINE:
            raise Invalid(f"{shown}, row {lines + 1}: the line does not end; a table has one row per line")
        begun = len(block) - 1 - block.rindex(b"\n") if b"\n" in block else begun + len(block)
        lines += block.count(b"\n")
        last, has_text = block[-1:], has_text or bool(block.strip(_BLANK))
    _finish(decoder, shown, lines)
    if not has_text:
        raise Invalid(f"{shown} is empty; export it again")
    if lines == 0 and b"\r" in next(_blocks(path)):
        raise Invalid(f"{shown} ends its lines as old Macs did; save the file as CSV UTF-8")
    return Source(path, shown, lines + (last != b"\n"), path.stat().st_size)


def _finish(decoder: codecs.IncrementalDecoder, shown: str, lines: int) -> None:
    """Raise Invalid if the file ends amid a character."""
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Invalid(f"{shown}, row {lines + 1}: the file is cut off amid a character; send it again") from error


def _from_utf16(path: Path, target: Path, shown: str) -> Path:
    try:
        with path.open(encoding="utf-16", newline="") as wide, target.open("w", encoding="utf-8", newline="") as plain:
            shutil.copyfileobj(wide, plain, _BLOCK)
    except UnicodeError as error:
        raise Invalid(f"{shown} begins as UTF-16 but is not; save the file as CSV UTF-8") from error
    return target


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(4 * _BLOCK):
            yield block
