"""The demonstration: two agreements, some people, and some weeks at the desk, told by its verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from sla import agreements, changes, release_names, releases
from sla.contracts import built_in, contract
from sla.engine import WorkingHours
from sla.models import Agreement, Contract, Release, ReleaseSchedule, Service
from sla.sweep import sweep
from support import desk
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
from support.desk import changed, customer_side
from support.desk.conversation import Words
from support.desk.models import Then
from support.sharing.models import Audience
from support.who import Reporter
from tickets.files import File
from tickets.models import (
    Channel,
    Contact,
    ContactAddress,
    ContactNumber,
    EmailDomain,
    Kind,
    Organisation,
    Role,
    Team,
    Ticket,
    User,
)

ZONE = ZoneInfo("Europe/Amsterdam")
SINCE = date(2020, 1, 1)
WERKDAGEN = WorkingHours.dutch()
AGENT, MANAGER = "agent@werkdag.example", "manager@werkdag.example"
ADMIN = "beheer@werkdag.example"
SITE = "Webhosting zonneschijn.example"
CUSTOMER = "klant@dialog-klant.example"
SHOP = "dirk@zonneschijn.example"


@dataclass(frozen=True)
class Stage:
    """Who plays, and what time it is."""

    now: datetime
    noor: User
    daan: User
    carla: Contact
    bas: Contact
    ines: Contact
    dirk: Contact

    def at(self, werkdagen: int, clock: str) -> datetime:
        """A moment so many werkdagen ago; never later than now."""
        day = self.now.astimezone(ZONE).date()
        while not _is_werkdag(day):
            day -= timedelta(days=1)
        while werkdagen:
            day -= timedelta(days=1)
            werkdagen -= _is_werkdag(day)
        moment = datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)
        return min(moment, self.now)


def _is_werkdag(day: date) -> bool:
    return WERKDAGEN.is_open(datetime.combine(day, time(12), ZONE))


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
        _regular_weeks,
        _slow_and_waiting,
        _planned_and_turned,
        _today,
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


def _report(  # noqa: PLR0917 - a scene reads as a line
    stage: Stage,
    who: Contact,
    subject: str,
    text: str,
    when: datetime,
    kind: Kind = Kind.INCIDENT,
    priority: str = "",
    channel: Channel = Channel.EMAIL,
    answered: bool = True,
    files: Sequence[File] = (),
) -> Ticket:
    return desk.open_ticket(
        Reporter(contact=who, proved=channel != Channel.EMAIL or who.user is not None),
        Words(text=text, files=files),
        subject=subject,
        kind=kind,
        channel=channel,
        priority=priority,
        answered=answered,
        actor=stage.noor if channel == Channel.PHONE else None,
        at=when,
    )


def _regular_weeks(stage: Stage) -> None:
    """Weeks in which most was kept."""
    stories: list[tuple[str, str, str, Channel, Callable[[Stage], Contact]]] = [
        ("Doelen opslaan lukt niet", "hoog", "incident", Channel.PHONE, lambda s: s.carla),
        ("Exporteren naar Excel geeft een fout", "middel", "incident", Channel.PHONE, _ines),
        ("Logo op de startpagina vervangen", "", "setting", Channel.WEB, lambda s: s.bas),
        ("Hoe nodig ik een collega uit?", "", "question", Channel.EMAIL, lambda s: s.bas),
        ("Back-up van vorige week terugzetten", "", "support", Channel.EMAIL, lambda s: s.dirk),
        ("Knop staat scheef op de telefoon", "laag", "incident", Channel.WIDGET, _ines),
        ("Evaluaties zijn leeg", "hoog", "incident", Channel.PHONE, _ines),
        ("Extra beheerder toevoegen", "", "setting", Channel.EMAIL, lambda s: s.carla),
        ("SSL-certificaat verloopt", "", "support", Channel.PHONE, lambda s: s.dirk),
        ("Zoeken vindt oude documenten niet", "middel", "incident", Channel.EMAIL, _ines),
        ("Graag een donkere weergave", "", "wish", Channel.WEB, lambda s: s.carla),
        ("Inloggen duurt lang", "middel", "incident", Channel.PHONE, lambda s: s.carla),
    ]
    for round_, start in enumerate((56, 38, 22)):
        for index, (subject, priority, kind, channel, who) in enumerate(stories):
            day = start - index
            ticket = _report(
                stage,
                who(stage),
                subject,
                f"{subject}. Kunt u ernaar kijken?",
                stage.at(day, "10:15"),
                kind=Kind(kind),
                priority=priority,
                channel=channel,
            )
            late = (round_ * 5 + index) % 9 == 0
            answered_at = stage.at(day - (2 if late else 0), "13:40")
            desk.reply(ticket, Words(text="We kijken ernaar."), actor=stage.daan, at=answered_at)
            solved_at = stage.at(day - (3 if late else 1), "09:50")
            solved = Words(text="Dit is opgelost. Dank voor uw melding.")
            desk.resolve(ticket, solved, actor=stage.daan, at=solved_at)


def _ines(stage: Stage) -> Contact:
    return stage.ines


def _slow_and_waiting(stage: Stage) -> None:
    """A Middel that was phoned in later and missed, and a Hoog that waits for the customer."""
    slow = _report(
        stage,
        stage.carla,
        "Rapport telt leerlingen dubbel",
        "In het jaarrapport staan leerlingen die van klas wisselden twee keer.",
        stage.at(4, "11:20"),
        priority="middel",
        channel=Channel.EMAIL,
    )
    desk.log_call(
        slow,
        Words(text="Carla belt: het rapport moet vrijdag naar het bestuur. Terugbellen."),
        actor=stage.noor,
        contact=stage.carla,
        answered=False,
        at=stage.at(3, "10:05"),
    )
    desk.prioritise(
        slow,
        priority="middel",
        reason="Er is een omweg via de klassenlijst",
        actor=stage.noor,
        at=stage.at(3, "10:20"),
    )
    waiting = _report(
        stage,
        stage.ines,
        "Foutmelding 502 bij bewaren",
        "Sinds vanochtend krijgen wij een foutmelding bij het bewaren van evaluaties.",
        stage.at(2, "09:40"),
        priority="hoog",
        channel=Channel.PHONE,
        files=[File("foutmelding.txt", "text/plain", b"502 Bad Gateway\n")],
    )
    desk.hold(
        waiting,
        Words(text="Kunt u ons zeggen in welke browser dit gebeurt, en hoe laat het begon?"),
        actor=stage.daan,
        at=stage.at(2, "11:00"),
    )


def _planned_and_turned(stage: Stage) -> None:
    """A Laag in a release and one in none for too long, a reopened Hoog, one that is no Storing."""
    laag = _report(
        stage,
        stage.bas,
        "Datumnotatie in de e-mails is Engels",
        "In de herinneringen staat 'May 5' in plaats van '5 mei'.",
        stage.at(5, "15:10"),
        priority="laag",
        channel=Channel.WIDGET,
    )
    coming = releases.coming(Agreement.objects.get(key="dialog"), now=stage.now)
    release = coming.filter(is_hotfix=False).first()
    desk.plan(laag, release=release, actor=stage.noor, at=stage.at(4, "09:30"))
    forgotten = _report(
        stage,
        stage.ines,
        "Lijst met scholen staat niet op alfabet",
        "Scholen met een hoofdletter staan bovenaan, de rest eronder.",
        stage.at(16, "10:40"),
        priority="laag",
        channel=Channel.WEB,
    )
    desk.reply(
        forgotten,
        Words(text="Goed gezien. Dit komt in een van de volgende releases."),
        actor=stage.daan,
        at=stage.at(16, "15:05"),
    )
    reopened = _report(
        stage,
        stage.carla,
        "Niemand kan doelen aanmaken",
        "Bij het aanmaken van een doel blijft het scherm wit. Dit geldt voor alle scholen.",
        stage.at(3, "14:00"),
        priority="hoog",
        channel=Channel.PHONE,
    )
    done = Words(text="De wijziging is teruggedraaid; doelen aanmaken werkt weer.")
    desk.resolve(reopened, done, actor=stage.noor, at=stage.at(3, "15:30"))
    customer_side.writes(
        reopened,
        Reporter(contact=stage.carla, proved=True),
        Words(text="Op twee scholen is het scherm nog steeds wit."),
        channel=Channel.EMAIL,
        at=stage.at(1, "09:15"),
    )
    declined = _report(
        stage,
        stage.bas,
        "Wifi op locatie Noord valt weg",
        "De wifi valt steeds weg, daardoor kunnen wij niet werken.",
        stage.at(2, "13:30"),
        priority="hoog",
        channel=Channel.WEB,
    )
    why = Words(text="De wifi is van uw eigen netwerkbeheerder; het platform werkt. Bel hen even.")
    desk.decline(declined, why, actor=stage.daan, at=stage.at(2, "14:10"))


def _today(stage: Stage) -> None:
    """What came in last."""
    _report(
        stage,
        stage.bas,
        "Kolom 'groep' mag weg uit het overzicht",
        "Dit kan alleen bij jullie ingesteld worden, begreep ik.",
        stage.at(1, "16:40"),
        kind=Kind.SETTING,
        channel=Channel.WEB,
    )
    _report(
        stage,
        stage.dirk,
        "Schijf van de webserver loopt vol",
        "De schijf zit op 92%. Kan er ruimte bij?",
        stage.at(0, "09:05"),
        kind=Kind.SUPPORT,
    )
    _report(
        stage,
        stage.ines,
        "Evaluaties komen niet aan bij ouders",
        "Een deel van de ouders krijgt geen mail. Wij kunnen hen nu wel bellen.",
        stage.at(0, "10:30"),
        priority="middel",
        channel=Channel.WEB,
    )
    _report(
        stage,
        stage.carla,
        "Kunnen we met een eigen account inloggen?",
        "Wij willen graag inloggen met ons schoolaccount. Kan dat?",
        stage.at(0, "11:10"),
        kind=Kind.QUESTION,
    )
