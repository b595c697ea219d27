"""A table out of a CSV or XLSX file, as spreadsheets and other programs write them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS = 5000
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_COLUMNS = 50


class TableError(Exception):
    """The file is no table that can be read; its text is for whoever sent it."""


@dataclass(frozen=True)
class Row:
    """One line: its number in the file, and its texts by the heading above them, in lower case."""

    number: int
    cells: dict[str, str]


def read(data: bytes) -> list[Row]:
    """The lines of a file with headings in its first line; empty lines are left out."""
    if len(data) > MOST_BYTES:
        raise TableError(_("The file is too large: at most 10 MB."))
    lines = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    numbered = ((number, cells) for number, cells in enumerate(lines, start=1) if any(cells))
    first = next(numbered, None)
    if first is None:
        raise TableError(_("There is nothing in the file."))
    headings = [heading.lower() for heading in first[1]]
    rows: list[Row] = []
    for number, cells in numbered:
        if len(rows) == MOST_ROWS:
            raise TableError(_("More than %(most)s lines: cut the file up.") % {"most": MOST_ROWS})
        rows.append(Row(number, dict(zip(headings, cells, strict=False))))
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
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise TableError(_("The file is too large: at most 10 MB."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for line in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield _cells(line)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError):
        raise TableError(
            _("The spreadsheet can't be read. Save it as CSV and try again.")
        ) from None


def _cells(line: Iterable[object]) -> list[str]:
    """Texts, without the quote by which we keep a spreadsheet from reading a formula."""
    found = []
    for value in line:
        text = "" if value is None else " ".join(str(value).split())
        found.append(text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text)
    return found
