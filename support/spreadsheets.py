"""Tables as files that Dutch spreadsheets open as they are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.http import StreamingHttpResponse
from django.utils import timezone

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
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
