"""The files of an issued report: made once from its document, and kept as they were made."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from sla.models import IssuedReport, MonthlyReport, ReportFile
from sla.terms import in_language
from sla.wording import PRIORITIES, PROMISES
from support.brands.colours import HOUSE, readable_on
from support.documents import spreadsheets
from support.documents.typesetting import pdf
from support.monthly.document import Data, checksum, moment, written
from support.monthly.issuing import read
from support.monthly.telling import told
from support.monthly.telling_services import look_words
from support.monthly.told import Chapter, Report, Table, cell_words
from support.reports.wording import outcome_words

Kind = ReportFile.Kind
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def content_of(issued: IssuedReport, kind: str, language: str, *, now: datetime) -> bytes:
    """A file of it. TypesettingError where a PDF can't be made."""
    if kind == "json":
        return issued.document.encode()
    kept = issued.files.filter(kind=kind, language=language).first()
    if kept is None:
        with override(language):
            made = render(read(issued.document), kind)
        kept = keep(issued, kind, language, made, now=now)
    return bytes(kept.content)


def render(document: Data, kind: str) -> bytes:
    """A file of a document, in the language that is active: the same document, the same bytes."""
    if kind == Kind.PDF:
        return pdf("monthly", pdf_data(document))
    report = told(document)
    if kind == Kind.XLSX:
        return spreadsheets.book(_sheets(report, document), at=moment(document["made"]))
    return "".join(spreadsheets.lines(_rows(report))).encode()


def keep(
    issued: IssuedReport, kind: str, language: str, content: bytes, *, now: datetime
) -> ReportFile:
    """Keep a file for good; where another process was first, what that one kept."""
    try:
        with transaction.atomic():
            return ReportFile.objects.create(
                issued=issued,
                kind=kind,
                language=language,
                content=content,
                sha256=sha256(content).hexdigest(),
                made_at=now,
            )
    except IntegrityError:
        return issued.files.get(kind=kind, language=language)


def name_of(report: MonthlyReport, version: int | None, kind: str) -> str:
    """What a file is called: "maandrapport-2026-10-webwinkel-v1.pdf"."""
    of = slugify(report.organisation.name) or str(report.organisation_id)
    name, end = _("monthly-report"), f"v{version}" if version else _("draft")
    return f"{name}-{report.month:%Y-%m}-{of}-{end}.{kind}"


def pdf_data(document: Data) -> dict[str, Any]:
    """What the template takes: all in words, and the look of the provider."""
    report = told(document)
    text = written(document)
    agreement = document["agreement"]
    colour = agreement["colour"] or HOUSE
    brand = agreement.get("brand") or agreement["provider"]
    logo = b64decode(agreement["logo"])
    issued = document.get("version")
    made = moment(document.get("issued", document["made"]))
    return {
        "created": int(made.timestamp()) if made else 0,
        "language": (get_language() or "nl")[:2],
        "title": report.title,
        "month": report.month,
        "organisation": report.organisation,
        "provider": brand,
        "lines": agreement.get("lines", []),
        "agreement": agreement["name"],
        "colour": colour,
        "on_colour": readable_on(colour),
        "logo": {
            "format": "png" if logo.startswith(b"\x89PNG") else "jpg",
            "bytes": list(logo),
        }
        if logo
        else None,
        "facts": [list(fact) for fact in report.facts],
        "draft": issued is None,
        "sha256": checksum(text),
        "chapters": [_chapter(each, report) for each in report.chapters],
        "words": _document_words(document, brand),
        "file": "-".join([_("monthly-report"), document["month"][:7]]) + ".json",
        "document": text,
    }


def _document_words(document: Data, brand: str) -> dict[str, Any]:
    version = document.get("version")
    return {
        "contents": _("Contents"),
        "page": _("page"),
        "checksum": _("Checksum (SHA-256)"),
        "draft": _("Draft"),
        "version": _("version %(number)s") % {"number": version} if version else _("draft"),
        "outcomes": outcome_words(),
        "looks": look_words(),
        "for": _("For %(name)s") % {"name": document["organisation"]["name"]},
        "logo": _("Logo of %(name)s") % {"name": brand},
        "attached": _("The facts of this report, for a computer to read"),
    }


def _chapter(chapter: Chapter, report: Report) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "lines": list(chapter.lines),
        "stats": [
            {"label": each.label, "value": each.value, "note": each.note, "tone": each.tone}
            for each in chapter.stats
        ],
        "charts": [asdict(each) for each in chapter.charts],
        "tables": [_table(each, report) for each in chapter.tables],
        "parts": [_chapter(each, report) for each in chapter.parts],
    }


def _table(table: Table, report: Report) -> dict[str, Any]:
    """As it stands on paper: columns that stand under another are a line more of its cells."""
    places = [at for at in range(len(table.heads)) if at not in table.under]

    def on_paper(cells: Sequence[str], between: str) -> list[str]:
        below = {over: cells[at] for at, over in table.under.items()}
        return [between.join(filter(None, (cells[at], below.get(at)))) for at in places]

    rows = [[cell_words(cell, report.zone) for cell in line.cells] for line in table.lines]
    return {
        "title": table.title,
        "heads": on_paper(table.heads, " / "),
        "rows": [on_paper(row, "\n") for row in rows],
        "wide": [places.index(at) for at in table.wide],
        "numbers": [places.index(at) for at in table.numbers],
        "nothing": table.nothing,
        "note": table.note,
    }


def _sheets(report: Report, document: Data) -> Iterator[spreadsheets.Sheet]:
    """The first says what it is, then a sheet for each table, and every promise one by one."""
    facts: list[list[object]] = [[name, value] for name, value in report.facts]
    facts += [[_("Checksum (SHA-256)"), checksum(written(document))]]
    facts += [[chapter.title, line] for chapter in report.chapters for line in chapter.lines]
    yield spreadsheets.Sheet(report.month, [report.title, report.organisation], facts)
    for chapter, table in report.tables():
        rows = [[_plain(cell, report) for cell in line.cells] for line in table.lines]
        title = f"{chapter.title} {table.title}" if chapter.title != table.title else table.title
        yield spreadsheets.Sheet(title, table.heads, rows)
    yield spreadsheets.Sheet(_("Every promise"), *_promises(document))


def _plain(cell: Any, report: Report) -> object:
    """As a spreadsheet can count with it."""
    for name in ("count", "length"):
        if hasattr(cell, name) and not isinstance(cell, str):
            return getattr(cell, name)
    return cell if isinstance(cell, (int, datetime)) else cell_words(cell, report.zone)


def _promises(document: Data) -> tuple[list[str], list[list[object]]]:
    words = outcome_words()
    heads = [
        *(_("Ticket"), _("Subject"), _("Promise"), _("Priority"), _("Clause"), _("Outcome")),
        *(_("Started"), _("Due"), _("Done"), _("Cause")),
    ]
    rows: list[list[object]] = [
        [
            *(row["ticket"], row["subject"], str(PROMISES[row["promise"]])),
            *(str(PRIORITIES.get(row["priority"], "")), row["clause"]),
            words[row["outcome"]],
            *(moment(row[name]) for name in ("started", "due", "done")),
            in_language(row["cause"]) if row["cause"] else "",
        ]
        for row in document["promises"]
    ]
    return heads, rows


def _rows(report: Report) -> Iterator[list[object]]:
    """As one file of lines: a table after the other, each under its title and heads."""
    yield [report.title, report.organisation]
    for fact in report.facts:
        yield list(fact)
    for chapter, table in report.tables():
        yield []
        yield [chapter.title, table.title]
        yield list(table.heads)
        for line in table.lines:
            yield [_plain(cell, report) for cell in line.cells]
