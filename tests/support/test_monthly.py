"""A customer's month: made, looked at, issued, never changed; and what it counts."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, datetime
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from sla.derivation import derive
from sla.engine import State
from sla.engine.dates import before, first_of
from sla.histories import read
from sla.models import (
    Agreement,
    Coverage,
    IssuedReport,
    MonthlyReport,
    ReportFile,
    ReportRule,
)
from sla.reporting import ZONE
from sla.world import Worlds
from support import desk
from support.mail.models import OutgoingMail
from support.monthly import files, issuing, letters, sweep
from support.monthly.checking import check
from support.monthly.issuing import ReportError
from support.monthly.promises import Scope
from support.monthly.telling import told
from support.monthly.told import Figure
from tests import people
from tests.people import at, words
from tests.support.test_breach_report import a_year
from tickets.models import Contact, Organisation, Role, Ticket, TicketEvent, User

pytestmark = pytest.mark.django_db

NOW = at("2026-11-20 12:00")
MONTHS = [date(2026, month, 1) for month in (3, 5, 6, 10)]
"""Both clock changes, a month's edge, and what was reopened, reclassified, merged and declined."""


@pytest.fixture
def mila() -> User:
    return people.agent("Mila", role=Role.MANAGER)


def scope(month: date, name: str = "School") -> Scope:
    return Scope(Organisation.objects.get(name=name), Agreement.objects.get(key="dialog"), month)


def made(month: date, name: str = "School") -> MonthlyReport:
    of = scope(month, name)
    report = MonthlyReport(
        organisation=of.organisation, agreement=of.agreement, month=month, made_at=NOW
    )
    return issuing.make(report, now=NOW)


def issue(report: MonthlyReport, mila: User, reason: str = "") -> IssuedReport:
    seen = issuing.seen_of(report)
    return issuing.approve(report, seen=seen, actor=mila, now=NOW, reason=reason)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def counted_by_hand(month: date, name: str) -> Counter[str]:
    """What became of a month's promises, by reading every history: no row of a clock is asked."""
    found: Counter[str] = Counter()
    for ticket in Ticket.objects.filter(organisation__name=name):
        events = list(TicketEvent.objects.filter(ticket=ticket).order_by("version"))
        cover = Worlds().cover_of(Coverage.objects.get(pk=ticket.pk))
        for reading, _rule in derive(cover, read(ticket, events), now=NOW):
            local = reading.started_at.astimezone(ZONE).date()
            if local.replace(day=1) != month or reading.state is State.CANCELLED:
                continue
            if not reading.binding:
                found["not_binding"] += 1
            elif reading.state is State.BREACHED:
                found["breached"] += 1
            elif reading.state is State.MET and reading.due_at is not None:
                found["kept"] += 1
            elif reading.state in (State.RUNNING, State.PAUSED):
                found["running"] += 1
    return found


@pytest.mark.parametrize("month", MONTHS)
def test_its_promises_are_what_the_histories_say(month: date, mila: User) -> None:
    a_year(mila)
    for name in ("School", "Elders"):
        document = issuing.read(made(month, name).draft)
        counted = Counter(row["outcome"] for row in document["promises"])
        assert counted == counted_by_hand(month, name)
    assert sum(counted.values()) > 0


def test_its_tickets_are_what_the_histories_say(mila: User) -> None:
    a_year(mila)
    document = issuing.read(made(date(2026, 6, 1)).draft)
    begin, end = at("2026-06-01 00:00"), at("2026-07-01 00:00")
    for ticket in Ticket.objects.filter(organisation__name="School"):
        rows = [row for row in document["tickets"] if row["ticket"] == ticket.reference]
        done = ticket.events.filter(kind__in=("resolved", "declined"), at__gte=begin, at__lt=end)
        came = begin <= ticket.reported_at < end
        assert bool(rows and rows[0]["came"]) is came
        assert bool(rows and rows[0]["went"]) is done.exists()


def test_every_figure_on_the_page_opens_as_many_rows_as_it_says(mila: User) -> None:
    a_year(mila)
    report, client = made(date(2026, 6, 1)), signed_in(mila)
    page = client.get(reverse("monthly-report", args=[report.pk])).content.decode()
    links = re.findall(r'class="number-link" href="([^"]+)">(\d+)<', page)
    assert len(links) > 5
    for address, figure in links:
        behind = client.get(unescape(address))
        assert behind.context["page_obj"].paginator.count == int(figure), address
    parts = told(issuing.read(report.draft))
    table = next(table for _chapter, table in parts.tables() if table.key == "by-promise")
    *lines, whole = table.lines
    for at_column in range(1, 5):
        cells = [line.cells[at_column] for line in lines]
        assert all(isinstance(cell, Figure) for cell in cells)
        total = whole.cells[at_column]
        assert isinstance(total, Figure)
        assert sum(cell.count for cell in cells if isinstance(cell, Figure)) == total.count


# Issued


def test_what_was_issued_is_the_same_byte_for_byte_whatever_changes(mila: User) -> None:
    a_year(mila)
    issued = issue(made(date(2026, 6, 1)), mila)
    before = {
        (kind, language): files.content_of(issued, kind, language, now=NOW)
        for kind in files.TYPES
        for language in ("nl", "en")
    }
    assert before["pdf", "nl"].startswith(b"%PDF")
    assert sha256(before["json", "nl"]).hexdigest() == issued.sha256
    for ticket in Ticket.objects.filter(organisation__name="School", status="open"):
        desk.decline(ticket, words("Nee"), actor=mila)
    Organisation.objects.filter(name="School").update(name="Heet anders")
    issued = IssuedReport.objects.get(pk=issued.pk)
    for (kind, language), content in before.items():
        assert files.content_of(issued, kind, language, now=NOW) == content
        fresh = files.render(issuing.read(issued.document), kind) if kind != "json" else content
        assert len(fresh) > 100


def test_the_same_document_is_the_same_file(mila: User) -> None:
    a_year(mila)
    document = issuing.read(issue(made(date(2026, 6, 1)), mila).document)
    for kind in ("pdf", "xlsx", "csv"):
        assert files.render(document, kind) == files.render(document, kind)


@pytest.mark.parametrize("table", ["sla_issuedreport", "sla_reportfile"])
def test_the_database_refuses_to_change_or_delete_it(table: str, mila: User) -> None:
    a_year(mila)
    issued = issue(made(date(2026, 6, 1)), mila)
    files.content_of(issued, "csv", "nl", now=NOW)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET sha256 = repeat('0', 64)"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_correction_says_what_changed_and_why_and_the_old_one_stays(mila: User) -> None:
    a_year(mila)
    report = made(date(2026, 6, 1))
    first = issue(report, mila)
    issuing.make(report, now=NOW)
    with pytest.raises(ReportError, match=r"anders|different"):
        issue(report, mila, "Zomaar")
    for ticket in Ticket.objects.filter(organisation__name="School", status="open"):
        desk.decline(ticket, words("Nee"), actor=mila, at=NOW)
    issuing.make(report, now=NOW)
    for said in ("", "   "):
        with pytest.raises(ReportError, match=r"[Ss]ay why|waarom"):
            issue(report, mila, said)
    second = issue(report, mila, "Het bleken geen storingen.")
    assert second.version == 2
    correction = issuing.read(second.document)["correction"]
    assert correction["sha256"] == first.sha256
    assert correction["changes"]["nl"]
    assert correction["changes"]["en"]
    assert IssuedReport.objects.get(pk=first.pk).document == first.document


def test_nobody_issues_what_they_did_not_see(mila: User) -> None:
    a_year(mila)
    report = made(date(2026, 6, 1))
    seen = issuing.seen_of(report)
    for ticket in Ticket.objects.filter(organisation__name="School", status="open"):
        desk.decline(ticket, words("Nee"), actor=mila, at=NOW)
    issuing.make(report, now=NOW)
    refused = signed_in(mila).post(reverse("monthly-issue", args=[report.pk]), {"seen": seen})
    assert refused.status_code == 422
    assert "made again since you looked" in refused.content.decode()
    assert not IssuedReport.objects.exists()


# Made by itself, mailed, and read in the portal


def test_on_the_first_workday_every_customer_has_one_and_once(mila: User) -> None:
    a_year(mila)
    assert sweep.sweep(now=at("2026-08-01 12:00")) == 0  # a Saturday
    assert sweep.sweep(now=at("2026-08-03 08:59")) == 0
    assert sweep.sweep(now=at("2026-08-03 09:00")) == 2
    assert sweep.sweep(now=at("2026-08-03 09:01")) == 0
    assert set(MonthlyReport.objects.values_list("month", flat=True)) == {date(2026, 7, 1)}


def test_a_page_that_waits_for_them_asks_again_until_they_are_made(mila: User) -> None:
    people.organisation("School")
    client = signed_in(mila)
    asks = 'id="monthly-progress" aria-label="How far it is" hx-get='
    assert asks in client.get(reverse("monthly")).content.decode()
    sweep.make_missing(before(first_of(timezone.localdate())), now=timezone.now())
    assert asks not in client.get(reverse("monthly")).content.decode()


def test_one_that_fails_is_told_and_the_others_go_on(
    mila: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_year(mila)
    make = issuing.make

    def fails(report: MonthlyReport, *, now: datetime) -> MonthlyReport:
        if report.organisation.name == "Elders":
            raise ZeroDivisionError("by nothing")
        return make(report, now=now)

    monkeypatch.setattr(issuing, "make", fails)
    sweep.sweep(now=at("2026-08-03 09:00"))
    sweep.sweep(now=at("2026-08-03 09:01"))
    failed = MonthlyReport.objects.failed().get()
    assert (failed.organisation.name, failed.trouble) == ("Elders", "ZeroDivisionError: by nothing")
    assert MonthlyReport.objects.waiting().count() == 1
    (mail,) = OutgoingMail.objects.filter(to=mila.email)
    assert "Elders" in mail.text
    monkeypatch.undo()
    signed_in(mila).post(reverse("monthly-remake", args=[failed.pk]))
    failed.refresh_from_db()
    assert (failed.trouble, bool(failed.draft)) == ("", True)


def named(name: str = "Carla", **rights: bool) -> Contact:
    contact = Contact.objects.filter(organisation__name="School").earliest("pk")
    contact.user = User.objects.create(
        email=contact.email, name=name, role=Role.CUSTOMER, language="nl"
    )
    for right, value in rights.items():
        setattr(contact, right, value)
    contact.save()
    return contact


def test_it_is_mailed_with_its_pdf_to_whom_the_organisation_named_once(mila: User) -> None:
    a_year(mila)
    contact = named(sees_reports=True)
    people.contact(contact.organisation, "Bas", may_phone=False)
    issued = issue(made(date(2026, 6, 1)), mila)
    assert (letters.tell(now=NOW), letters.tell(now=NOW)) == (1, 0)
    (mail,) = OutgoingMail.objects.filter(report_file__isnull=False)
    assert mail.to == contact.email
    assert mail.report_name == "maandrapport-2026-06-school-v1.pdf"
    assert reverse("our-report", args=[issued.pk]) in mail.text
    assert mail.report_file is not None
    assert bytes(mail.report_file.content).startswith(b"%PDF")


def test_only_whom_the_organisation_named_reads_it_in_the_portal(mila: User) -> None:
    a_year(mila)
    issued = issue(made(date(2026, 6, 1)), mila)
    contact = named(sees_reports=True)
    assert contact.user is not None
    client = signed_in(contact.user)
    assert "June 2026" in client.get(reverse("our-reports")).content.decode()
    page = client.get(reverse("our-report", args=[issued.pk]))
    assert page.status_code == 200
    assert "What we promised and kept" in page.content.decode()
    pdf = client.get(reverse("our-report-file", args=[issued.pk, "pdf"]))
    assert pdf["Content-Disposition"].startswith("attachment;")
    other = issue(made(date(2026, 6, 1), "Elders"), mila)
    assert client.get(reverse("our-report", args=[other.pk])).status_code == 404
    Contact.objects.filter(pk=contact.pk).update(sees_reports=False)
    for address in (
        reverse("our-report", args=[issued.pk]),
        reverse("our-report-file", args=[issued.pk, "json"]),
    ):
        assert client.get(address).status_code == 404


def test_who_approves_is_for_the_house_to_say(mila: User) -> None:
    a_year(mila)
    report = made(date(2026, 6, 1))
    lead = people.agent("Lieke", role=Role.LEAD)
    address = reverse("monthly-report", args=[report.pk])
    assert signed_in(lead).get(reverse("monthly")).status_code == 403
    assert signed_in(lead).get(address).status_code == 403
    ReportRule.objects.update_or_create(pk=1, defaults={"approvers": "leads"})
    assert signed_in(lead).get(address).status_code == 200


def test_a_month_is_made_shown_issued_and_corrected_at_the_desk(mila: User) -> None:
    a_year(mila)
    client = signed_in(mila)
    asked = {"month": "2026-06"}
    assert "No report of this month yet" in client.get(reverse("monthly"), asked).content.decode()
    client.post(reverse("monthly-make"), asked)
    shown = client.get(reverse("monthly"), asked)
    assert shown.context["counts"] == {"all": 2, "waiting": 2, "failed": 0, "issued": 0}
    report = MonthlyReport.objects.get(organisation__name="School")
    address = reverse("monthly-report", args=[report.pk])
    seen = client.get(address).context["form"].initial["seen"]
    client.post(reverse("monthly-issue", args=[report.pk]), {"seen": seen})
    assert "Version 1" in client.get(address).content.decode()
    said = client.post(reverse("monthly-remake", args=[report.pk]), follow=True).content.decode()
    assert "Nothing in it is different" in said
    for kind in files.TYPES:
        answer = client.get(reverse("monthly-file", args=[report.pk, 1, kind]))
        assert (answer.status_code, answer["Content-Type"]) == (200, files.TYPES[kind])
    for version, kind in ((2, "pdf"), (1, "exe"), (0, "pdf")):
        odd = client.get(reverse("monthly-file", args=[report.pk, version, kind]))
        assert odd.status_code == 404


# Files


def test_a_spreadsheet_has_every_promise_and_no_formula(mila: User) -> None:
    a_year(mila)
    issued = issue(made(date(2026, 6, 1)), mila)
    book = load_workbook(BytesIO(files.content_of(issued, "xlsx", "en", now=NOW)))
    rows = len(issuing.read(issued.document)["promises"])
    assert book["Every promise"].max_row == rows + 1
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [cell for cell in texts if cell.data_type == "f"]
    plain = files.content_of(issued, "csv", "nl", now=NOW).decode()
    assert "'=1+1" in plain


def checked(path: Path, capsys: Any) -> tuple[int, str]:
    try:
        call_command("report", check=str(path))
    except SystemExit as ended:
        return int(str(ended.code)), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_a_file_is_known_by_what_was_issued(mila: User, tmp_path: Path, capsys: Any) -> None:
    a_year(mila)
    report = made(date(2026, 6, 1))
    issued = issue(report, mila)
    for kind in files.TYPES:
        file = tmp_path / f"report.{kind}"
        file.write_bytes(files.content_of(issued, kind, "nl", now=NOW))
        code, said = checked(file, capsys)
        assert (code, "version 1" in said) == (0, True), kind
    resaved = tmp_path / "resaved.pdf"
    resaved.write_bytes(files.content_of(issued, "pdf", "nl", now=NOW) + b"\n%more\n")
    code, said = checked(resaved, capsys)
    assert (code, "the file is not ours" in said) == (0, True)
    forged = tmp_path / "forged.json"
    document = json.loads(issued.document) | {"month": "2026-07-01"}
    forged.write_text(json.dumps(document))
    assert checked(forged, capsys)[0] == 1
    with pytest.raises(CommandError):
        call_command("report", check=str(tmp_path / "none"))
    for ticket in Ticket.objects.filter(organisation__name="School", status="open"):
        desk.decline(ticket, words("Nee"), actor=mila, at=NOW)
    issue(issuing.make(report, now=NOW), mila, "Verbeterd.")
    code, said = checked(tmp_path / "report.pdf", capsys)
    assert "version 2 holds" in said


def test_what_is_no_report_is_none() -> None:
    for content in (b"", b"%PDF-1.7 /Type /EmbeddedFile stream\nx", b"%PDF-" + b"\x00" * 1000):
        assert check(content) is None


def test_a_month_without_anything_is_a_report_too(mila: User) -> None:
    people.contact(people.organisation())
    report = made(date(2026, 4, 1))
    page = signed_in(mila).get(reverse("monthly-report", args=[report.pk])).content.decode()
    assert "no promise that binds was decided" in page
    assert files.render(issuing.read(report.draft), ReportFile.Kind.PDF).startswith(b"%PDF")
