"""The demonstration: two agreements, some people, and some weeks at the desk, told by its verbs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from sla import agreements, changes, release_names, releases
from sla.contracts import built_in, contract
from sla.models import Agreement, Contract, Release, ReleaseSchedule, Service
from sla.sweep import sweep
from support.canned.models import CannedReply
from support.demo import (
    announcements,
    articles,
    automation,
    bell,
    brands,
    causes,
    fields,
    hosting,
    monthly,
    nights,
    regular,
    status,
)
from support.demo.scenes import planned_and_turned, regular_weeks, slow_and_waiting, today
from support.demo.stage import ZONE, Stage
from support.desk import changed
from support.desk.models import Then
from support.sharing.models import Audience
from tickets.models import (
    Contact,
    ContactAddress,
    ContactNumber,
    EmailDomain,
    Organisation,
    Role,
    Team,
    Ticket,
    User,
)

SINCE = date(2020, 1, 1)
AGENT, MANAGER = "agent@werkdag.example", "manager@werkdag.example"
ADMIN = "beheer@werkdag.example"
SITE = "Webhosting zonneschijn.example"
CUSTOMER = "klant@dialog-klant.example"
SHOP = "dirk@zonneschijn.example"


@transaction.atomic
def build(*, now: datetime) -> None:
    """Write the demonstration into an empty database. ValueError if it is not empty."""
    if User.objects.exists() or Ticket.objects.exists():
        raise ValueError("the demonstration needs an empty database")
    for key in built_in():
        agreements.load(contract(key), in_force_on=SINCE)
    stage = _people(now)
    manager = User.objects.get(email=MANAGER)
    shop = Organisation.objects.get(name="Webwinkel Zonneschijn")
    brands.build(manager=manager, shop=shop, now=now)
    bell.begin(now=now)
    _releases(now)
    for scene in (
        regular_weeks,
        slow_and_waiting,
        planned_and_turned,
        today,
        _standard_answers,
    ):
        scene(stage)
    nights.build(agent=stage.noor, since=SINCE, now=now)
    automation.build(owner=stage.daan, now=now)
    _moved_and_skipped(now)
    sweep(now=now)
    monthly.begin(manager=manager, now=now)
    causes.build(manager=manager)
    fields.build(agent=stage.noor)
    regular.build(manager=manager, now=now)
    changed.tell(now=now)
    bell.build(author=stage.daan, now=now)
    hosting.build(
        site=Service.objects.get(name=SITE),
        contact=stage.dirk,
        agent=stage.daan,
        manager=manager,
        now=now,
    )
    status.build(site=Service.objects.get(name=SITE), agent=stage.daan, now=now)
    articles.build(
        agent=stage.noor,
        manager=manager,
        shop=shop,
        now=now,
    )
    monthly.build(manager=manager, now=now)
    announcements.build(
        manager=manager, school=Organisation.objects.get(name="Hanze College"), now=now
    )


def _people(now: datetime) -> Stage:
    team = Team.objects.create(name="Support", email="team@werkdag.example")
    noor = User.objects.create_user(AGENT, name="Noor de Wit", role=Role.AGENT, team=team)
    daan = User.objects.create_user(
        "daan@werkdag.example", name="Daan Bakker", role=Role.AGENT, team=team
    )
    User.objects.create_user(MANAGER, name="Mila Jansen", role=Role.MANAGER, team=team)
    User.objects.create_superuser(ADMIN, name="Sam Peters", team=team)
    account = User.objects.create_user(CUSTOMER, name="Carla Visser")
    dirk = User.objects.create_user(SHOP, name="Dirk Postma")
    rainbow = _customer("Scholengroep De Regenboog", "dialog", "dialog-klant.example", noor)
    college = _customer("Hanze College", "dialog", "hanzecollege.example", daan)
    shop = _customer("Webwinkel Zonneschijn", "diploc", "zonneschijn.example", None)
    _service("Online Platform", "dialog", "https://online.dialog.example")
    _service(SITE, "diploc", "https://zonneschijn.example", of=shop)
    return Stage(
        now=now,
        noor=noor,
        daan=daan,
        carla=_contact(
            rainbow,
            "Carla Visser",
            "klant",
            "030 760 11 11",
            account,
            may_phone=True,
            sees_all=True,
            sees_reports=True,
            keeps_list=True,
        ),
        bas=_contact(rainbow, "Bas Smit", "bas", "030 760 22 22", None, may_phone=False),
        ines=_contact(college, "Ines Mulder", "ines", "050 311 33 33", None, may_phone=True),
        dirk=_contact(shop, "Dirk Postma", "dirk", "06 1234 5678", dirk, may_phone=True),
    )


def _customer(name: str, key: str, domain: str, fixed: User | None) -> Organisation:
    customer = Organisation.objects.create(name=name, fixed_contact=fixed)
    EmailDomain.objects.create(organisation=customer, domain=domain)
    Contract.objects.create(organisation=customer, agreement=Agreement.objects.get(key=key))
    return customer


def _service(name: str, key: str, url: str, of: Organisation | None = None) -> None:
    agreement = Agreement.objects.get(key=key)
    contract = of.contracts.get(agreement=agreement) if of else None
    Service.objects.create(agreement=agreement, contract=contract, name=name, url=url)


def _contact(
    customer: Organisation,
    name: str,
    mailbox: str,
    number: str,
    account: User | None,
    *,
    may_phone: bool,
    **rights: bool,
) -> Contact:
    contact = Contact.objects.create(
        organisation=customer, name=name, may_phone=may_phone, user=account, **rights
    )
    domain = customer.domains.get().domain
    ContactAddress.objects.create(contact=contact, email=f"{mailbox}@{domain}")
    ContactNumber.objects.create(contact=contact, number=number)
    return contact


def _releases(now: datetime) -> None:
    """Every three weeks on Wednesday morning, from last quarter to next year; a hotfix besides."""
    dialog = Agreement.objects.get(key="dialog")
    today = now.astimezone(ZONE).date()
    wednesday = today - timedelta(days=(today.weekday() - 2) % 7)
    schedule = ReleaseSchedule.objects.create(
        agreement=dialog, first_on=wednesday - timedelta(weeks=14), at_time=time(7)
    )
    began = datetime.combine(wednesday - timedelta(weeks=15), time(), ZONE)
    releases.keep(schedule, now=began)
    # What was reported before the first of them was promised with it all the same.
    Release.objects.update(known_from=datetime.combine(SINCE, time(), ZONE))
    Release.objects.filter(planned_at__lte=now).update(live_at=F("planned_at"))
    releases.keep(schedule, now=now)
    moment = datetime.combine(today + timedelta(days=2), time(20), ZONE)
    name = release_names.name_for(dialog, moment, hotfix=True)
    hotfix = Release(agreement=dialog, name=name, planned_at=moment, is_hotfix=True)
    changes.plan_release(hotfix, now=now)


def _moved_and_skipped(now: datetime) -> None:
    """The next release comes a day later than was promised, and one further on does not come."""
    dialog = Agreement.objects.get(key="dialog")
    coming = list(releases.coming(dialog, now=now).filter(is_hotfix=False)[:4])
    changes.skip_release(coming[2], now=now)
    changes.move_release(coming[0], to=coming[0].planned_at + timedelta(days=1), now=now)


def _standard_answers(stage: Stage) -> None:
    greeting = "Beste {{ klant.voornaam }},\n\n"
    for title, shortcut, body, then in (
        ("In behandeling", "bezig", "We zijn ermee bezig. Uiterlijk {{ deadline }}.", ""),
        ("Meer informatie nodig", "info", "Kunt u een schermafdruk sturen?", Then.HOLD),
        ("Opgelost", "klaar", "{{ ticket.onderwerp }}: dat werkt weer.", Then.RESOLVE),
    ):
        CannedReply.objects.create(
            title=title,
            shortcut=shortcut,
            body=greeting + body,
            then=then,
            scope=Audience.ALL,
            owner=stage.daan,
        )
