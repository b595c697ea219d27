"""What happens in the demonstration, week by week, told by the verbs of the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sla import releases
from sla.models import Agreement
from support import desk
from support.demo.stage import Stage
from support.desk import customer_side
from support.desk.conversation import Words
from support.who import Reporter
from tickets.files import File
from tickets.models import (
    Channel,
    Contact,
    Kind,
    Ticket,
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


def regular_weeks(stage: Stage) -> None:
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


def slow_and_waiting(stage: Stage) -> None:
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


def planned_and_turned(stage: Stage) -> None:
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


def today(stage: Stage) -> None:
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
