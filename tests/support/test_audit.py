"""The log of the house: what a manager reads in it, and what nobody can do to it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from sla.models import Agreement, Calendar, Edition
from support.audit import record
from support.audit.acting import acting, named
from support.audit.models import AuditEntry
from support.audit.words import lines
from support.mail.models import Mailbox
from support.sign_in.links import make_link
from support.webhooks.models import Webhook
from tests import people
from tickets.models import Contact, Organisation, Role, Team, User

pytestmark = pytest.mark.django_db

WORD = "heel-geheim-woord"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


@pytest.fixture
def mona(client: Client) -> User:
    """A manager, signed in; there is an agreement with its calendar."""
    people.agreement()
    user = people.agent("Mona", Role.MANAGER)
    client.force_login(user)
    return user


def page(client: Client, language: str = "en", **asked: Any) -> str:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    html = client.get(reverse("audit"), asked).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def newest(**chosen: Any) -> AuditEntry:
    return AuditEntry.objects.filter(**chosen).latest("at")


def put(days_ago: int = 0, name: str = "Team", **given: Any) -> AuditEntry:
    """A line of some days ago, written past the triggers of the tables."""
    made: AuditEntry = AuditEntry.objects.create(
        **{
            "at": timezone.now() - timedelta(days=days_ago),
            "kind": "changed",
            "how": "house",
            "subject": "tickets.team",
            "subject_pk": "1",
            "name": name,
            **given,
        }
    )
    return made


def test_a_change_says_who_what_from_what_to_what_and_from_where(
    client: Client, mona: User
) -> None:
    calendar = Calendar.objects.earliest("pk")
    client.post(
        reverse("calendar-day", args=[calendar.pk, "2099-12-24"]),
        {"what": "closed", "name": "Kerstavond"},
        REMOTE_ADDR="192.0.2.7",
    )
    line = newest(subject="sla.calendarday", how="person")
    assert (line.kind, line.who, line.address) == ("added", mona.pk, "192.0.2.7")
    english = page(client)
    assert "Mona" in english.partition("From what")[2]
    assert "192.0.2.7" in english
    assert "Kerstavond" in english
    assert calendar.name in english
    Team.objects.update_or_create(name="Eerste lijn", defaults={"email": "een@desk.example"})
    with acting({"how": "person", **named(mona)}):
        Team.objects.filter(name="Eerste lijn").update(email="twee@desk.example")
        User.objects.filter(pk=mona.pk).update(role=Role.ADMIN, language="en")
    dutch = page(client, "nl")
    assert re.search(r"E-mailadres .*?van een@desk\.example .*?naar twee@desk\.example", dutch)
    assert re.search(r"van Manager .*?naar Beheerder", dutch)
    assert "gewijzigd" in dutch


def test_secrets_are_named_and_never_kept(mona: User) -> None:
    mailbox = Mailbox.objects.create(
        name="Post", address="p@desk.example", host="imap.example", password="geheim-een"
    )
    Mailbox.objects.filter(pk=mailbox.pk).update(password="geheim-twee", name="Post 2")
    mona.set_password("geheim-drie")
    mona.save()
    make_link(mona, now=timezone.now())
    kept = str(list(AuditEntry.objects.values_list("changes", "name", "words")))
    assert "geheim" not in kept
    assert mona.password not in kept
    changed = newest(subject="support.mailbox", kind="changed")
    assert changed.changes == {"name": ["Post", "Post 2"], "password": None}
    [line] = lines([changed])
    assert [(each.shown, each.after) for each in line.differences] == [
        (True, "Post 2"),
        (False, "–"),
    ]


def test_what_the_house_moves_by_itself_is_no_change(mona: User) -> None:
    mailbox = Mailbox.objects.create(name="P", address="p@desk.example", host="imap.example")
    before = AuditEntry.objects.count()
    Mailbox.objects.filter(pk=mailbox.pk).update(last_read_at=timezone.now(), last_uid=7)
    User.objects.filter(pk=mona.pk).update(last_login=timezone.now())
    Mailbox.objects.filter(pk=mailbox.pk).update(name="P")
    assert AuditEntry.objects.count() == before


def test_a_change_and_its_line_stand_or_fall_together(mona: User) -> None:
    before = AuditEntry.objects.count()
    with transaction.atomic():
        Team.objects.create(name="Nooit", email="n@desk.example")
        assert AuditEntry.objects.count() == before + 1
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == before


def test_of_a_long_text_only_what_changed_is_kept(mona: User) -> None:
    customer = people.organisation()
    note = customer.notes.create(
        text="a" * 5000 + " oud " + "z" * 5000, at=timezone.now(), author=mona
    )
    customer.notes.filter(pk=note.pk).update(text="a" * 5000 + " nieuw " + "z" * 5000)
    before, after = newest(subject="tickets.organisationnote", kind="changed").changes["text"]
    assert " oud " in before
    assert " nieuw " in after
    assert len(before) + len(after) < 300
    added = newest(subject="tickets.organisationnote", kind="added").changes["text"][1]
    assert len(added) == 2001


def test_nobody_changes_or_deletes_a_line(mona: User) -> None:
    line = put(days_ago=4000)
    for wrong in (
        lambda: AuditEntry.objects.filter(pk=line.pk).update(name="Anders"),
        lambda: AuditEntry.objects.filter(pk=line.pk).update(times=2),
        lambda: AuditEntry.objects.filter(pk=line.pk).delete(),
        lambda: AuditEntry.objects.create(**vars_of(line), times=7),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    put(bucket="x", last_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(bucket="x").update(times=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(bucket="x").update(times=2, name="Anders")
    AuditEntry.objects.filter(bucket="x").update(times=2)


def vars_of(line: AuditEntry) -> dict[str, Any]:
    return {"at": line.at, "kind": line.kind, "how": line.how, "subject": line.subject}


def test_what_is_older_than_it_is_kept_goes_and_that_stands_in_it(settings: Any) -> None:
    old, young = put(days_ago=3000, name="oud"), put(days_ago=500, name="jong")
    settings.AUDIT_KEPT = timedelta(days=366 * 7)
    assert record.forget(now=timezone.now()) == 1
    settings.AUDIT_KEPT = timedelta(days=1)
    assert record.forget(now=timezone.now()) == 1
    assert not AuditEntry.objects.filter(pk__in=[old.pk, young.pk]).exists()
    told = AuditEntry.objects.filter(kind="forgotten")
    assert [line.changes["times"][1] for line in told] == [1, 1]
    assert record.forget(now=timezone.now()) == 0
    # Of the last year nothing can go, whoever asks.
    last_year = put(days_ago=300)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('werkdag.forgetting', 'yes', true)")
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(pk=last_year.pk).delete()


def test_who_comes_in_who_cannot_and_who_leaves_stands_in_it(client: Client) -> None:
    alice = people.agent()
    alice.set_password(WORD)
    alice.save()
    for word in ("fout", "weer fout", WORD):
        client.post(reverse("sign-in"), {"login": alice.email, "password": word})
    client.post(reverse("sign-out"))
    Client().post(make_link(alice, now=timezone.now()))
    Client().get(reverse("sign-in-link", args=["verzonnen"]))
    told = [
        (line.kind, line.who, line.times, line.changes.get("method"))
        for line in AuditEntry.objects.filter(subject="tickets.user").order_by("pk")
        if line.kind not in {"added", "changed"}
    ]
    assert told == [
        ("sign_in_failed", None, 2, [None, "password"]),
        ("signed_in", alice.pk, 1, [None, "password"]),
        ("signed_out", alice.pk, 1, None),
        ("signed_in", alice.pk, 1, [None, "link"]),
        ("sign_in_failed", None, 1, [None, "link"]),
    ]
    manager = Client()
    manager.force_login(people.agent("Mona", Role.MANAGER))
    shown = page(manager, kind="sign_in_failed")
    assert "somebody who is not signed in" in shown
    assert "2 times" in shown


def test_a_flood_of_tries_is_few_lines(mona: User) -> None:
    now = timezone.now()
    request = RequestFactory().post("/")
    request.user = mona
    for number in range(record.BUCKETS + 40):
        request.META["REMOTE_ADDR"] = f"10.0.{number // 250}.{number % 250}"
        record.sign_in_failed(request, None, way="password", now=now)
        record.sign_in_failed(request, mona, way="password", now=now)
    failed = AuditEntry.objects.filter(kind="sign_in_failed")
    assert failed.count() <= record.BUCKETS + 1
    assert sum(failed.values_list("times", flat=True)) == 2 * (record.BUCKETS + 40)
    record.sign_in_failed(request, mona, way="password", now=now + timedelta(hours=1))
    assert failed.filter(times=1).exists()


def test_who_takes_a_file_stands_in_it_with_what_was_chosen(client: Client, mona: User) -> None:
    for month in ("2026-10", "2026-10", "2026-11"):
        client.get(reverse("report-csv"), {"month": month})
    told = AuditEntry.objects.filter(kind="exported").order_by("pk")
    assert [(line.subject, line.who, line.times, line.changes) for line in told] == [
        ("report-csv", mona.pk, 2, {"month": [None, "2026-10"]}),
        ("report-csv", mona.pk, 1, {"month": [None, "2026-11"]}),
    ]
    assert "werkdag-2026-10.csv" in page(client, kind="exported")


def test_it_is_searched_and_chosen_from(client: Client, mona: User) -> None:
    alice = people.agent()
    put(name="Webwinkel Zuid", changes={"email": ["oud@zuid.example", "nieuw@zuid.example"]})
    put(name="Helpdesk", how="person", who=alice.pk, who_name="Alice", address="192.0.2.9")
    put(days_ago=40, name="Vorige maand", kind="removed", subject="sla.calendar")
    month_ago = f"{timezone.localdate() - timedelta(days=30):%Y-%m-%d}"
    questions: list[tuple[dict[str, Any], list[str]]] = [
        ({"q": "zuid"}, ["Webwinkel Zuid"]),
        ({"q": "webw zui"}, ["Webwinkel Zuid"]),
        ({"q": "oud@zuid"}, ["Webwinkel Zuid"]),
        ({"q": "192.0.2.9"}, ["Helpdesk"]),
        ({"q": "'); DROP & | :* \\"}, []),
        ({"who": alice.pk}, ["Helpdesk"]),
        ({"kind": "removed"}, ["Vorige maand"]),
        ({"subject": "sla.calendar", "kind": "removed"}, ["Vorige maand"]),
        ({"first": "2020-01-01", "last": month_ago}, ["Vorige maand"]),
    ]
    for query, expected in questions:
        shown = page(client, **query)
        listed = shown.partition("From what")[2]
        names = {"Webwinkel Zuid", "Helpdesk", "Vorige maand"}
        assert {name for name in names if name in listed} == {*expected}, query
    assert client.get(reverse("audit"), {"first": "0001-01-01"}).status_code == 422
    assert client.get(reverse("audit"), {"after": "onzin"}).status_code == 200


def test_the_history_of_a_thing_has_all_that_belongs_to_it(client: Client, mona: User) -> None:
    agreement = Agreement.objects.get(key="dialog")
    edition = Edition.objects.filter(agreement=agreement, announced_at=None).first()
    if edition is None:
        client.post(reverse("edition-draft", args=["dialog"]))
        edition = Edition.objects.get(agreement=agreement, announced_at=None)
    target = edition.targets.earliest("pk")
    target.clause = "Nieuwe bepaling 9.Z"
    target.save()
    Team.objects.create(name="Heel iets anders", email="h@desk.example")
    shown = page(client, of=f"sla.agreement:{agreement.pk}")
    assert "Nieuwe bepaling 9.Z" in shown
    assert "Heel iets anders" not in shown
    address = f"{reverse('audit')}?of=sla.agreement:{agreement.pk}"
    assert address in client.get(reverse("agreements")).content.decode()
    # What is gone keeps its name and its history.
    hook = Webhook.objects.create(
        name="Weg",
        url="https://1.1.1.1/",
        events=["ticket.opened"],
        sealed_secret="x",
        created_at=timezone.now(),
        hears_from=timezone.now(),
    )
    number = hook.pk
    hook.delete()
    assert "The history of webhook Weg" in page(client, of=f"support.webhook:{number}")


def test_pages_follow_each_other_by_key(client: Client, mona: User) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=timezone.now() - timedelta(seconds=number // 3),
            kind="changed",
            how="house",
            subject="tickets.team",
            subject_pk="1",
            name=f"regel {number:03}",
        )
        for number in range(120)
    )
    seen: list[str] = []
    address = f"{reverse('audit')}?q=regel"
    while address:
        html = client.get(address).content.decode()
        seen += re.findall(r"regel \d{3}", html)
        older = re.search(r'rel="next"\s+href="([^"]+)"', html)
        address = reverse("audit") + older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 120


def test_a_page_costs_the_same_for_one_line_and_for_fifty(client: Client, mona: User) -> None:
    client.get(reverse("audit"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("audit"))
    for number in range(30):
        Contact.objects.create(organisation=people.organisation(f"S{number}"), name=f"P{number}")
    client.get(reverse("audit"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("audit"))
    assert len(many) <= len(few) + 12  # one for each sort of thing that is named


def test_its_file_has_the_same_and_no_formula(client: Client, mona: User) -> None:
    put(name="=cmd()", changes={"email": ["+1", "@x"], "password": None})
    put(name="Iets anders", subject="sla.calendar")
    answer = client.get(reverse("audit-csv"), {"subject": "tickets.team", "q": "cmd"})
    text = answer.getvalue().decode()
    assert "'=cmd()" in text
    assert "'+1;'@x" in text
    assert "Iets anders" not in text


def test_only_managers_read_it(client: Client) -> None:
    for role, status in (
        (Role.AGENT, 403),
        (Role.LEAD, 403),
        (Role.MANAGER, 200),
        (Role.ADMIN, 200),
    ):
        client.force_login(people.agent(role.title(), role))
        assert client.get(reverse("audit")).status_code == status
        assert client.get(reverse("audit-csv")).status_code == status


def test_what_was_done_past_every_page_is_signed_with_the_name_of_the_process(mona: User) -> None:
    Organisation.objects.create(name="Met de hand")
    line = newest(subject="tickets.organisation")
    assert line.how == "command"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL application_name = 'werkdag worker'")
    Calendar.objects.update(name="Zelf gedaan")
    line = newest(subject="sla.calendar")
    assert line.how == "house"
    with translation.override("nl"):
        assert lines([line])[0].who == "Werkdag"


def test_words_are_there_for_every_column_in_dutch() -> None:
    """No label of a column falls back to a name of the code."""
    now = datetime(2026, 11, 30, 12, tzinfo=timezone.get_current_timezone())
    shown = lines(AuditEntry(at=now, kind="added", how="house", **each) for each in every_column())
    with translation.override("nl"):
        shown = lines([line.entry for line in shown])
        bare = {
            (line.entry.subject, change.label)
            for line in shown
            for change in line.differences
            if "_" in change.label or change.label != change.label.strip()
        }
    assert bare == set()


def every_column() -> list[dict[str, Any]]:
    from django.apps import apps

    from support.audit.watching import WATCHED

    return [
        {
            "subject": label,
            "changes": {
                field.attname: [None, None]
                for field in apps.get_model(label)._meta.concrete_fields
                if field.attname not in {*watched.unheard.split(), "id"}
            },
        }
        for label, watched in WATCHED.items()
    ]
