"""Tables as files that Dutch spreadsheets open as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠")
"""By which a spreadsheet knows a formula: some take the full-width ones as well."""


class _Line:
    """A file to csv.writer that hands each line on."""

    def write(self, line: str) -> str:
        return line


def download(name: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Rows as a CSV file, streamed; the first has the heads."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
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


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    """Rows as an XLSX file that can be counted with: numbers, moments on our wall clock and
    durations are what they are, texts never a formula; the heads stay in sight and filter.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    for at, head in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = max(14, len(head) + 4)
    sheet.append([_typed(sheet, head, bold=True) for head in heads])
    count = 1
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{count}"
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


def _typed(sheet: Any, value: object, *, bold: bool = False) -> WriteOnlyCell:
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


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
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
