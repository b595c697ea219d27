"""A house in which every optional column is filled, or empty: pages that are only ever seen with
what a test happens to need hide what breaks on the rest.

The columns are found by looking at the models, so one added tomorrow is filled and emptied too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from sla import adding_up, claims, crediting, editions, measuring, rates, upkeep
from sla.measuring import Finding
from sla.models import (
    Agreement,
    BackupJob,
    Calendar,
    CalendarDay,
    Check,
    Contract,
    Credit,
    Edition,
    IssuedReport,
    Maintenance,
    MaintenanceEvent,
    MonthlyReport,
    Outage,
    OutageEvent,
    Ping,
    Rate,
    Release,
    Service,
)
from sla.whatif import Sample
from support.announcements.models import Announcement, NewsLeft
from support.articles.models import Article, Category, Suggested
from support.asking.models import FieldRule
from support.audit.models import AuditEntry
from support.automation.models import Macro, Trigger
from support.brands.models import LetterText
from support.canned.models import CannedReply
from support.causes.models import Cause, GivenCause
from support.demo import story
from support.desk import gathering, marking, opinions
from support.drafts.models import Draft
from support.help_centre import counting, writing
from support.help_centre.writing import Written
from support.mail.models import IncomingMail, Mailbox, OutgoingMail
from support.monthly import files as monthly_files
from support.notifications.push.models import PushSubscription, PushWish
from support.queue.models import SavedView
from support.regular.models import RegularReport
from support.reports.models import SavedReport
from support.secrets.sealing import seal
from support.sharing.models import Audience
from support.status_page.models import ShownService, StatusLetter, StatusNews, Subscriber
from support.webhooks.models import Webhook, WebhookDelivery
from support.webhooks.signing import new_secret
from support.whatif import working
from support.whatif.models import WhatIf
from support.widget.models import WidgetSite
from tests import worlds
from tickets.models import (
    Attachment,
    Brand,
    BrandFace,
    Contact,
    CustomField,
    LinkKind,
    Message,
    Organisation,
    OrganisationNote,
    Participant,
    Ticket,
    TicketEvent,
    User,
)

LATER = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
# What has a shape of its own, or says how far somebody has read, is not a text to be filled in.
SHAPED = (models.JSONField, ArrayField, models.BinaryField)
SHAPED_TEXT = {"monthlyreport.draft"}
MEANT = {
    "clock.priority": "hoog",
    "brandface.colour": "#7a1f5c",
    "brandface.phone": "030 760 02 90",
    "brandhost.host": "help.gevuld.example",
    "calendarday.opens": "10:00",
    "calendarday.closes": "12:00",
    "calendar.country": "NL",
    "customfield.choices": "Wit\nZwart",
    "service.url": "https://dienst.example",
    "message.mail_id": "gevuld@post.example",
    "mailbox.password": seal("geheim"),
    "mailbox.client_secret": seal("geheim"),
    "mailbox.refresh_token": seal("geheim"),
    "webhook.sealed_old_secret": seal(new_secret()),
    "webhookdelivery.answer": "geen dank",
    "auditentry.address": "192.0.2.1",
    "ping.run": "00000000-0000-4000-8000-000000000003",
}


def lay() -> None:
    """The demonstration, and a row of everything else that some address shows."""
    worlds.lay("every column", _build)


def _build() -> None:
    now = timezone.now()
    story.build(now=now)
    manager = User.objects.get(email=story.MANAGER)
    agent = User.objects.get(email=story.AGENT)
    customer = Organisation.objects.get(contacts__user__email=story.CUSTOMER)
    ticket, other, third = Ticket.objects.active().filter(organisation=customer).order_by("pk")[:3]
    marking.tag(ticket, name="haast", actor=agent)
    marking.add_item(ticket, text="Bel terug", actor=agent)
    field = CustomField.objects.create(
        name="Kleur", kinds=[ticket.kind], type="choice", choices="Wit\nZwart", customers_see=True
    )
    ticket.refresh_from_db()
    marking.fill(ticket, values={field.pk: "Wit"}, actor=agent)
    gathering.link(ticket, other=other, kind=LinkKind.RELATED, actor=agent)
    gathering.merge(third, into=other, actor=agent)
    Participant.objects.create(ticket=ticket, email="mee@lezer.example", added_at=now)
    OrganisationNote.objects.create(organisation=customer, text="Let op", author=agent, at=now)
    monthly_files.content_of(IssuedReport.objects.earliest("pk"), "csv", "nl", now=now)
    Draft.objects.create(author=manager, ticket=ticket, kind=Draft.Kind.REPLY, saved_at=now)
    SavedView.objects.create(name="Mijn", owner=manager)
    SavedReport.objects.create(name="Mijn", owner=manager)
    GivenCause.objects.create(
        ticket=ticket,
        target_key="resolution-hoog",
        started_at=now,
        cause=Cause.objects.get_or_create(name_nl="Te druk", name_en="Too busy")[0],
        by=manager,
        at=now,
    )
    IncomingMail.objects.create(
        raw=b"From: x", digest="0" * 64, received_at=now, state=IncomingMail.State.QUARANTINE
    )
    Mailbox.objects.create(name="Post", address="post@desk.example", host="imap.example")
    PushSubscription.objects.create(
        user=manager,
        endpoint="https://push.example/1",
        p256dh="x",
        sealed_auth=seal("x"),
        created_at=now,
    )
    hook = Webhook.objects.create(
        name="Haak",
        url="https://haak.example/",
        events=["ticket.opened"],
        sealed_secret=seal(new_secret()),
        created_at=now,
        hears_from=now,
    )
    WebhookDelivery.objects.create(
        webhook=hook,
        event_id="00000000-0000-4000-8000-000000000001",
        kind="ticket.opened",
        payload="{}",
        state=WebhookDelivery.State.SENT,
        created_at=now,
        finished_at=now,
    )
    WidgetSite.objects.create(name="App", origins=["https://app.example"])
    _together(agent, other, hook)
    _watched(now)
    _services(manager, other, now)
    _status(now)
    _logged(now)
    _brands(manager, now)
    _articles(User.objects.get(email=story.AGENT), now)
    counting.followed(Suggested.REPORT, "", now=now)
    _announced(manager, now)
    scope = Sample(first=(now - timedelta(days=30)).date(), last=now.date(), agreement=None)
    edition = Edition.objects.order_by("pk")[0]
    working.ask(manager, working.Question(edition=edition, scope=scope), now=now)


def _announced(manager: User, now: datetime) -> None:
    """An announcement about each kind of change, and somebody who wants no news."""
    edition = Edition.objects.order_by("pk")[0]
    said = {"title_nl": "Wijziging", "body_nl": "Zie hieronder.", "whom": "agreement"}
    of = {"agreement": edition.agreement, "written_by": manager, "changed_at": now}
    Announcement.objects.create(kind="edition", edition=edition, **said, **of)
    Announcement.objects.create(kind="rates", rates_from=LATER.date(), **said, **of)
    PushWish.objects.create(user=User.objects.get(email=story.CUSTOMER))
    NewsLeft.objects.create(contact=Contact.objects.filter(user=None).earliest("pk"), at=now)


def _watched(now: datetime) -> None:
    service = Service.objects.order_by("pk")[0]
    heart = Check.objects.create(service=service, name="cron", kind=Check.Kind.HEARTBEAT)
    check = Check.objects.create(service=service, name="web", targets=["https://web.example/"])
    down = Check.objects.create(service=service, name="weg", targets=["https://weg.example/"])
    measuring.take_in(down, Finding(at=now, fault=Check.Fault.SILENT))
    down.save()
    for minute in range(3):
        fault = Check.Fault.NONE if minute else Check.Fault.SILENT
        finding = Finding(at=now - timedelta(minutes=3 - minute), fault=fault, duration_ms=12)
        measuring.take_in(check, finding)
        measuring.write([(check, finding)])
    job = BackupJob.objects.create(
        service=service, name="nacht", destination="backup2", watched_from=now
    )
    Ping.objects.create(backup=job, at=now, kind=Ping.Kind.SUCCESS)
    Ping.objects.create(heartbeat=heart, at=now, kind=Ping.Kind.LOG)
    adding_up.add_up(now=now + timedelta(days=2))


def _services(manager: User, ticket: Ticket, now: datetime) -> None:
    """What the ledger and the credits keep for good can only be filled as it is written."""
    site = Service.objects.get(name=story.SITE)
    outage, contract = site.outages.order_by("pk")[0], site.contract
    assert contract is not None
    assert outage.restored_at is not None
    since = date(2020, 1, 1)
    rates.announce(contract, Decimal(5), since, now=now, today=since, service=site)
    filed = claims.file(
        site,
        contract.organisation,
        contact=None,
        ticket=ticket,
        begins_at=outage.first_known_at,
        ends_at=outage.restored_at,
        now=now,
        about=outage,
    )
    claims.refuse(filed, reason="Niets van te zien", actor=manager, now=now, seen=0)
    Maintenance.objects.create(kind="planned", nature="Later", begins_at=now)
    urgent = Maintenance(kind="emergency", cause="Lek", work="Bijwerken", begins_at=now)
    upkeep.announce(urgent, [site], actor=None, now=now)
    Rate.objects.create(contract=contract, amount=1, from_on=date(2040, 1, 1))
    month = outage.first_known_at.date()
    crediting.grant_for_negligence(
        contract, month, Decimal(1), reason="Vergeten", actor=manager, now=now
    )
    Credit.objects.create(
        contract=Contract.objects.exclude(pk=contract.pk)[0],
        month=since,
        number=0,
        proposed_at=now,
        total=0,
        amount=0,
    )


def _status(now: datetime) -> None:
    """Somebody who gets letters of an outage, and of maintenance."""
    quiet = Service.objects.create(agreement=Agreement.objects.order_by("pk")[0], name="Stil")
    ShownService.objects.create(service=quiet)
    reader = Subscriber.objects.create(email="lezer@krant.example", language="nl", asked_at=now)
    mail = OutgoingMail.objects.order_by("pk")[0]
    for about in (
        {"event": OutageEvent.objects.order_by("pk")[0]},
        {"upkeep": MaintenanceEvent.objects.order_by("pk")[0]},
    ):
        news = StatusNews.objects.create(**about)
        StatusLetter.objects.create(news=news, subscriber=reader, mail=mail)


def _logged(now: datetime) -> None:
    """Lines of the log: of a program with a token, and of tries to come in."""
    line = {"at": now, "kind": "changed", "subject": "support.webhook", "subject_pk": "1"}
    AuditEntry.objects.create(
        **line,
        name="Haak",
        part_of="tickets.organisation",
        part_of_pk="1",
        how="token",
        who=1,
        who_name="Ann",
        via="Koppeling",
        address="192.0.2.7",
        changes={"name": ["Haak", "Haakje"], "sealed_secret": None},
    )
    AuditEntry.objects.create(
        at=now,
        kind="sign_in_failed",
        how="visitor",
        subject="tickets.user",
        bucket="x",
        last_at=now,
    )


def _brands(manager: User, now: datetime) -> None:
    """What can only be added: a face with nothing but a name, and a text given back to us."""
    house = Brand.objects.get(is_default=True)
    BrandFace.objects.create(brand=house, number=1, name="Huis", at=now)
    LetterText.objects.create(
        brand=house, letter="confirmation", language="nl", number=1, at=now, by=manager
    )


def _articles(agent: User, now: datetime) -> None:
    """A text that an import brought, and one that was gone back to."""
    category = Category.objects.order_by("pk")[0]
    said = Written(category, {"title_nl": "Uit een map", "body_nl": "Tekst"})
    article = writing.begin("uit-een-map", said, by=None, now=now).article
    writing.restore(article, 1, by=agent, now=now)


def _together(agent: User, ticket: Ticket, hook: Webhook) -> None:
    """Columns that the database wants to see filled, or empty, together with others."""
    team = {"scope": Audience.TEAM, "team": agent.team, "owner": agent}
    CannedReply.objects.create(title="Van ons", body="Dag", **team)
    SavedReport.objects.create(name="Van ons", **team)
    Macro.objects.create(title="Van ons", **team)
    Trigger.objects.create(name="Uit", events=["opened"])
    Draft.objects.create(
        author=agent,
        ticket=ticket,
        kind=Draft.Kind.REPLY,
        state=Draft.State.SENDING,
        saved_at=LATER,
        send_at=LATER,
    )
    CalendarDay.objects.create(
        calendar=Calendar.objects.order_by("pk")[0],
        day=LATER.date(),
        name="Inventaris",
        opens="10:00",
        closes="12:00",
        known_from=LATER,
    )
    off = {"active": False, "disabled_at": LATER, "disabled_why": Webhook.Off.HAND}
    Webhook.objects.create(
        name="Uit",
        url=hook.url,
        events=hook.events,
        sealed_secret=hook.sealed_secret,
        created_at=LATER,
        hears_from=LATER,
        **off,
    )
    WebhookDelivery.objects.create(
        webhook=hook,
        event_id="00000000-0000-4000-8000-000000000002",
        kind="ticket.opened",
        payload="{}",
        next_try_at=LATER,
        created_at=LATER,
    )
    agreement = Agreement.objects.get(key="dialog")
    editions.draft(agreement, now=timezone.now())


def columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Every optional column of a row that the house has."""
    for app in ("tickets", "sla", "support"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                optional = (field.null or field.blank) and not field.primary_key
                if field.generated:
                    continue  # the database's own
                shaped = isinstance(field, SHAPED) or _name(model, field) in SHAPED_TEXT
                if optional and not shaped and model._base_manager.exists():
                    yield model, field


def fill() -> dict[str, int]:
    """Fill what is empty as far as the database allows. Gives by column how many rows have it."""
    for _pass in range(2):  # some may only be filled once another is
        found = {
            _name(model, field): _each(model, field, _value(model, field), empty=True)
            for model, field in columns()
        }
    return found


def empty() -> dict[str, int]:
    """Empty what is filled as far as the database allows. Gives by column how many lack it."""
    return {
        _name(model, field): _each(model, field, None if field.null else "", empty=False)
        for model, field in columns()
    }


def _name(model: type[models.Model], field: Any) -> str:
    return f"{model._meta.model_name}.{field.name}"


def _each(model: type[models.Model], field: Any, value: Any, *, empty: bool) -> int:
    """Set a column where it is empty, or where it isn't; row by row where not all may be."""
    lacking = models.Q(**{f"{field.name}__isnull": True}) if field.null else models.Q()
    if not field.null:
        lacking = models.Q(**{field.name: ""})
    rows = model._base_manager.filter(lacking) if empty else model._base_manager.exclude(lacking)
    if not _set(rows, field, value):
        for pk in list(rows.values_list("pk", flat=True)[:50]):
            _set(model._base_manager.filter(pk=pk), field, value)
    left = model._base_manager
    return left.exclude(lacking).count() if empty else left.filter(lacking).count()


def _set(rows: models.QuerySet[Any], field: Any, value: Any) -> bool:
    try:
        with transaction.atomic():
            rows.update(**{field.name: value})
    except DatabaseError:
        return False
    return True


def _value(model: type[models.Model], field: Any) -> Any:  # noqa: PLR0911 - one a type
    """Something that may stand in a column."""
    if (meant := MEANT.get(_name(model, field))) is not None:
        return meant
    if field.choices:
        return next(value for value, _label in field.flatchoices if value)
    if isinstance(field, models.DecimalField):
        return 1
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.order_by("pk").last()
    if isinstance(field, models.DateTimeField):
        return LATER
    if isinstance(field, models.DateField):
        return LATER.date()
    if isinstance(field, models.EmailField):
        return "ingevuld@kolom.example"
    if isinstance(field, models.IntegerField):
        return 1
    if isinstance(field, models.BooleanField):
        return True
    return "Ingevuld <b>& wel</b>"[: field.max_length or 100]


# What the number in an address is of, by how the address's name begins.
NUMBERED: dict[str, type[models.Model]] = {
    "monthly": MonthlyReport,
    "our-report": IssuedReport,
    "our-people": Contact,
    "organisation": Organisation,
    "contact": Contact,
    "announcement": Announcement,
    "help-category": Category,
    "help": Article,
    "canned": CannedReply,
    "field": CustomField,
    "macro": Macro,
    "automation": Trigger,
    "saved-view": SavedView,
    "regular-report": RegularReport,
    "quarantine": IncomingMail,
    "webhook": Webhook,
    "service-status": Service,
    "outage-updates": Outage,
    "check": Check,
    "backup": BackupJob,
    "maintenance": Maintenance,
    "our-maintenance": Maintenance,
    "what-if": WhatIf,
    "planning": Release,
    "calendar": Calendar,
    "attachment": Attachment,
    "picture": Attachment,
    "message": Message,
}


def _unasked() -> Ticket:
    """A ticket whose customer was never asked how it was."""
    done = TicketEvent.objects.filter(kind__in=("resolved", "rated")).values("ticket")
    return Ticket.objects.exclude(pk__in=done).earliest("pk")


def asked(name: str, parameters: set[str]) -> list[dict[str, Any]]:
    """What to put into an address, so that it shows something of the house; [] if it shows none."""
    delivery = WebhookDelivery.objects.earliest("pk")
    known: dict[str, Any] = {
        "key": WidgetSite.objects.get().key if "widget" in name else "dialog",
        "number": delivery.pk if name.startswith("webhook") else 1,
        "year": LATER.year,
        "kind": "organisations" if name == "customers-export" else "reply",
        "form": "csv",
        "version": 1,
        "token": opinions.choices(_unasked())[0].url.split("/")[-2] if name == "opinion" else "x",
    }
    if name.startswith("field-rule"):
        known["number"] = FieldRule.objects.earliest("pk").pk
    if name.startswith(("monthly-file", "our-report-file")):
        known["kind"] = "csv"
    given = {each: known[each] for each in parameters if each in known}
    if "reference" in parameters:
        latest = {ticket.status: ticket.reference for ticket in Ticket.objects.order_by("pk")}
        found = [{"reference": reference} for reference in latest.values()]
    elif "pk" in parameters:
        model = next((NUMBERED[each] for each in NUMBERED if name.startswith(each)), None)
        rows = model._base_manager.order_by("pk")[:3] if model else []
        found = [{"pk": row.pk} for row in rows]
    else:
        found = [{}]
    whole = [given | each for each in found]
    return [each for each in whole if each.keys() == parameters]
