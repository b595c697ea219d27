"""A table out of a CSV or XLSX file, as spreadsheets and other programs write them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from support.documents.spreadsheets import FORMULA_SIGNS

MOST_ROWS = 10_000
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_COLUMNS = 50
MOST_STRINGS = 250_000
"""Different texts in a spreadsheet: they are all read before its first line."""
MOST_PARTS = 1000
_PIECE, _OVERLAP = 1024 * 1024, 8
_OTHER_ENCODING = re.compile(rb"""encoding\s*=\s*["'](?!utf-8|us-ascii)""", re.IGNORECASE)


class TableError(Exception):
    """The file is no table that can be read; its text is for whoever sent it."""


@dataclass(frozen=True)
class TableLine:
    """One line: its number in the file, and its texts by the heading above them, in lower case."""

    number: int
    cells: dict[str, str]


def read(data: bytes) -> list[TableLine]:
    """The lines of a file with headings in its first line; empty lines are left out."""
    if len(data) > MOST_BYTES:
        raise TableError(_("The file is too large: at most 10 MB."))
    lines = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    numbered = ((number, cells) for number, cells in enumerate(lines, start=1) if any(cells))
    first = next(numbered, None)
    if first is None:
        raise TableError(_("There is nothing in the file."))
    headings = [heading.lower() for heading in first[1]]
    rows: list[TableLine] = []
    for number, cells in numbered:
        if len(rows) == MOST_ROWS:
            raise TableError(_("More than %(most)s lines: cut the file up.") % {"most": MOST_ROWS})
        rows.append(TableLine(number, dict(zip(headings, cells, strict=False))))
    if not rows:
        raise TableError(_("There are headings in the file, and no lines under them."))
    return rows


def _csv(data: bytes) -> Iterator[list[str]]:
    text = _text(data)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield _cells(line)
    except csv.Error as error:
        raise TableError(_("The file can't be read: %(why)s") % {"why": error}) from None


def _text(data: bytes) -> str:
    if b"\x00" in data:
        raise TableError(_("This is neither a CSV file nor a spreadsheet (XLSX)."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _xlsx(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _bounded(packed)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for line in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield _cells(line)
    except (
        *(InvalidFileException, zipfile.BadZipFile, zlib.error, SyntaxError, RuntimeError),
        *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError, OSError),
    ):  # a stranger's file, read by a library that trusts its shape
        raise TableError(
            _("The spreadsheet can't be read. Save it as CSV and try again.")
        ) from None


def _bounded(packed: zipfile.ZipFile) -> None:
    """TableError for more than a table of so many lines and columns can need, and for XML with
    definitions of its own, which no spreadsheet has and which grow while they are read.
    """
    parts = packed.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
        raise TableError(_("The file is too large: at most 10 MB."))
    for part in parts:
        with packed.open(part) as file:
            _plain(file)


def _plain(file: IO[bytes]) -> None:
    """TableError for a part that is more than it may be."""
    strings, end = 0, b""
    while piece := file.read(_PIECE):
        text = end + piece
        # In another encoding than that of all spreadsheets, nothing below would be found.
        odd = not end and (_OTHER_ENCODING.search(piece[:200]) or _wide(piece[:64]))
        if odd or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise TableError(
                _(
                    "There are definitions in the spreadsheet that are not taken."
                    " Save it as CSV and try again."
                )
            )
        strings += sum(text.count(mark) for mark in (b"<si>", b"<si ", b"<si/", b":si>"))
        if strings > MOST_STRINGS:
            raise TableError(_("More than %(most)s lines: cut the file up.") % {"most": MOST_ROWS})
        end = text[-_OVERLAP:]


def _wide(start: bytes) -> bool:
    """Is it XML of two or more bytes a character?"""
    return b"\x00" in start and start.replace(b"\x00", b"").lstrip(b"\xff\xfe")[:1] == b"<"


def _cells(line: Iterable[object]) -> list[str]:
    """Texts, without the quote by which we keep a spreadsheet from reading a formula."""
    found = []
    for value in line:
        text = "" if value is None else " ".join(str(value).split())
        found.append(text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_SIGNS) else text)
    return found
