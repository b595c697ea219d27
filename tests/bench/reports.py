"""Pages of managers among many tickets, and PDFs of many customers, each beside a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Any

import psutil
from django.utils import timezone

from sla import tallies
from support.documents.typesetting import pdf, pdfs
from support.monthly import issuing, making
from support.monthly.files import pdf_data
from support.monthly.promises import Scope
from tests import people
from tests.bench import house, million
from tests.bench.measuring import Row
from tests.bench.pages import Page, cookies_of, measured
from tests.bench.web import served
from tests.people import at

CUSTOMERS = 300
MONTH = date(2026, 10, 1)
LATER = datetime(2026, 11, 2, 8, tzinfo=UTC)
PAGES = [
    ("cockpit", "/desk/cockpit/", "≤ 1,000"),
    ("a month, this one", "/desk/reports/", "≤ 1,000"),
    ("breaches of a year", "/desk/reports/breaches/?period=12-months", "≤ 3,000"),
    ("patterns", "/desk/cockpit/patterns/", ""),
]
ALONE = 10
"""How many PDFs the reference makes."""


def run() -> list[Row]:
    """The pages of managers among many tickets, then the reports of many customers."""
    return [*_pages(), *_documents_and_pdfs()]


def _pages() -> list[Row]:
    """Each beside a bare page, once the months that are over are counted."""
    with house.standing():
        boss = people.agent("Bas", role="admin")
        million.build(boss, talk=False)
        while tallies.sweep(now=timezone.now()):
            pass
        house.analyse()
        cookies = {"agent": cookies_of(boss)}
        found: list[Row] = []
        with served("tests.bench.served") as web:
            for name, address, bar in PAGES:
                found += measured(web, Page(name, [address], p95=bar), cookies)
        return found


def _documents_and_pdfs() -> list[Row]:
    """How long 300 customers' documents and PDFs take, and how large their process gets."""
    with house.standing():
        contact = people.contact(people.organisation())
        for day in range(1, 29):
            people.setting(contact, when=at(f"2026-10-{day:02} 10:00"))
        contract = contact.organisation.contracts.get()
        scope = Scope(contact.organisation, contract.agreement, MONTH)
        others = set(_below())
        began, made, largest = perf_counter(), 0, 0.0
        for done in pdfs("monthly", _documents(scope)):
            made += isinstance(done, bytes)
            here = [_megabytes(process) for process in _below() if process not in others]
            largest = max([largest, *here])
        took = perf_counter() - began
        if made != CUSTOMERS:
            raise AssertionError(f"{CUSTOMERS - made} of the PDFs failed")
        data = pdf_data(issuing.read(making.drafted(scope, now=LATER)))
        began = perf_counter()
        for _ in range(ALONE):
            pdf("monthly", data)
        each = (perf_counter() - began) / ALONE
    whole = Row(
        f"documents and PDFs of {CUSTOMERS} customers",
        took,
        "s",
        "a process for each",
        each * CUSTOMERS,
        bar="≤ 300 s",
    )
    return [whole, Row("the process that sets them", largest, "MB", bar="≤ 250 MB")]


def _below() -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def _documents(scope: Scope) -> Iterator[Mapping[str, Any]]:
    for number in range(CUSTOMERS):
        name = {"name": f"Klant {number}"}
        document = issuing.read(making.drafted(replace(scope), now=LATER))
        yield pdf_data(document | {"organisation": document["organisation"] | name})
