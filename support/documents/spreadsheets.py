"""Tables as files that Dutch spreadsheets open as they are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")
"""By which a spreadsheet knows a formula: some take the full-width ones as well."""


class _Line:
    """A file to csv.writer that hands each line on."""

    def write(self, line: str) -> str:
        return line


def download(name: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Rows as a CSV file, streamed; the first has the heads."""
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def workbook(name: str, rows: Iterable[Sequence[str]]) -> FileResponse:
    """Rows as an XLSX file; every cell is text, so that no spreadsheet takes one for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def table(
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    counts: Sheet | None = None,
) -> FileResponse:
    """Rows as an XLSX file that can be counted with: numbers, moments on our wall clock and
    durations are what they are, texts never a formula; the heads stay in sight and filter.

    counts: a sheet of names with one number or more, which are drawn beside them as a chart.
    """
    book = Workbook(write_only=True)
    _fill(book.create_sheet(name[:31]), heads, rows)
    if counts is not None:
        _draw(book.create_sheet(_title(counts.title, {name.casefold()})), counts)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def _draw(sheet: Any, counts: Sheet) -> None:
    """A chart that the spreadsheet draws itself, from its own cells."""
    last = len(counts.rows) + 1
    chart = BarChart()
    chart.type, chart.title, chart.style = "bar", counts.title, 10
    values = Reference(sheet, min_col=2, max_col=len(counts.heads), min_row=1, max_row=last)
    chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.height, chart.width = max(7, 1.1 * len(counts.rows) + 4), 22
    sheet.add_chart(chart, "F2")
    _fill(sheet, counts.heads, counts.rows)


def _fill(sheet: Any, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet.freeze_panes = "A2"
    for at, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = max(14, len(head) + 4)
    sheet.append([_typed(sheet, head, bold=True) for head in heads])
    count = 1
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{count}"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a book: what it is called, the heads of its columns, and its rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]


def book(sheets: Iterable[Sheet], *, at: datetime | None) -> bytes:
    """Sheets as one XLSX file, as `table` writes each. at: when the file says that it was made;
    the same sheets and moment are the same file, byte for byte.
    """
    book, names = Workbook(write_only=True), set[str]()
    for sheet in sheets:
        _fill(book.create_sheet(_title(sheet.title, names)), sheet.heads, sheet.rows)
    moment = (at or datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    file = io.BytesIO()
    # Not its own `save`, which writes down when that was.
    ExcelWriter(book, ZipFile(file, "w", ZIP_DEFLATED)).save()
    return _without_times(file.getvalue())


def _title(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have, and no other has: at most 31 letters, some of them not."""
    bare = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip("' ")[:31] or "-"
    name, number = bare, 1
    while name.casefold() in taken:
        number += 1
        name = f"{bare[: 30 - len(str(number))]} {number}"
    taken.add(name.casefold())
    return name


def _without_times(content: bytes) -> bytes:
    """The same archive in which no entry says when it was packed."""
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), old.read(entry))
    return packed.getvalue()


def _typed(sheet: object, value: object, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=timezone.localtime(value).replace(tzinfo=None))
        cell.number_format = "dd-mm-yyyy hh:mm"
    elif isinstance(value, timedelta):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "[h]:mm"
    elif isinstance(value, int):
        cell = WriteOnlyCell(sheet, value=value)
    else:
        text = ILLEGAL_CHARACTERS_RE.sub("", _cell(value))
        cell = WriteOnlyCell(sheet, value=text)
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as the lines of a CSV file that Dutch spreadsheets open as it is."""
    writer = csv.writer(_Line(), delimiter=";")
    mark = "\ufeff"  # by which a spreadsheet knows UTF-8
    for row in rows:
        yield mark + writer.writerow([_cell(cell) for cell in row])
        mark = ""


def _cell(value: object) -> str:
    """A moment on our wall clock; a text that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
