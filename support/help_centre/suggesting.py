"""What is offered while somebody types a report: articles, what we know of, what was reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla.models import Maintenance, Outage, OutageEvent, Service
from sla.wording import moment_words
from support import access
from support.desk.letters import language_of
from support.help_centre import feeds, finding, shown
from support.maintenance.shown import ANY_NEAR
from support.status_page.models import ShownService
from tickets.models import Organisation, Ticket, User
from tickets.questions import Kept, together

SHORTEST, MOST_OFFERED = 4, 500
MOST_KNOWN, MOST_REPORTS, MOST_LOOKED_AT = 3, 3, 20
NEAR = timedelta(days=7)
SAME = 5
"""So many characters in common make two words speak of the same."""
ALIKE = 0.55


@dataclass(frozen=True)
class Known:
    """Something that we know of. about: what is compared with what is typed. now: is it so at this
    moment. outage: its number, where whoever reads it can follow it.
    """

    title: str
    url: str
    about: str
    now: bool
    outage: int | None = None

    @property
    def told(self) -> dict[str, str]:
        """As the page gets it."""
        told = {"title": self.title, "url": self.url}
        return told | ({"outage": str(self.outage)} if self.outage else {})


def of(user: User | None, subject: str, *, now: datetime) -> dict[str, object]:
    """At most three articles that somebody may read, what they may know that is down or worked on,
    and reports that they may follow in place of making another.
    """
    asked = subject.strip()[: finding.LONGEST]
    if len(asked) < SHORTEST:
        return {"articles": [], "known": [], "reports": []}
    articles = finding.suggested(shown.readable(user), asked)
    found = known(user, asked, now=now)
    return {
        "title": _("Perhaps this answers it already"),
        "opens": _("opens in a new tab"),
        "articles": [_article(article) for article in articles],
        "known": [each.told for each in found],
        "reports": reports(user, asked),
        "reported": _("This was reported already; follow it in place of a second report"),
        "follow": _("Follow"),
    }


def _article(article: Any) -> dict[str, str]:
    version = article.published
    return {
        "slug": article.slug,
        "title": version.title,
        "text": version.plain[:140].rsplit(" ", 1)[0],
        "url": feeds.address(article),
    }


def for_ticket(ticket: Ticket) -> list[dict[str, object]]:
    """Articles that may be put into an answer: those that whoever gets it may read."""
    with override(language_of(ticket)):
        return [
            {
                "pk": f"article-{article.pk}",
                "title": article.published.title,
                "shortcut": "",
                "scope": _("help article"),
                "language": article.published.language,
                "then": "",
                "text": f"{article.published.title}: {feeds.address(article)}",
            }
            for article in access.articles_for(ticket.organisation).order_by("slug")[:MOST_OFFERED]
            if article.published is not None
        ]


def known(user: User | None, subject: str, *, now: datetime) -> list[Known]:
    """Outages that go on and maintenance that is near, of what somebody may know of: their own
    services, and for everybody those on the public page, under the names that they may read.

    Those of which the subject speaks come first, and alone where there are any. Of work still to
    begin only what the subject speaks of is told.
    """
    down, near = together(_DOWN(), ANY_NEAR(now=now, until=now + NEAR))
    if not down and not near:  # of anybody's, as on most days
        return []
    said = finding.words_of(subject)
    names = _names(user)
    found = [*_outages(user, names), *_works(names, now=now)]
    spoken = [each for each in found if _speaks(said, each.about)]
    return (spoken or [each for each in found if each.now])[:MOST_KNOWN]


_DOWN = Kept(lambda: Outage.objects.open().values_list("pk", flat=True)[:1])


def _names(user: User | None) -> dict[int, str]:
    """What the services that somebody may know of are called to them, by their numbers."""
    names = {row.service_id: row.name for row in ShownService.objects.public()}
    if user is not None and not user.is_agent:
        names |= dict(access.services_of(user).values_list("pk", "name"))
    return names


def _outages(user: User | None, names: Mapping[int, str]) -> Iterator[Known]:
    down = Outage.objects.open().filter(service__in=names).order_by("-pk")
    may_follow = user is not None and not user.is_agent
    words = _("%(name)s is disturbed. We know of it; follow it on the status page.")
    if may_follow:
        words = _("%(name)s is disturbed. We know of it and are on it.")
    place = reverse("status-mine" if may_follow else "status")
    seen: set[int] = set()
    for outage in down[:MOST_LOOKED_AT]:
        if outage.service_id in seen:
            continue
        seen.add(outage.service_id)
        name = names[outage.service_id]
        told = outage.events.filter(kind=OutageEvent.Kind.UPDATED).values_list("data", flat=True)
        updates = " ".join(str(each.get("words", "")) for each in told[:MOST_LOOKED_AT])
        yield Known(
            title=words % {"name": name},
            url=settings.ORIGIN.url + place,
            about=f"{name} {updates}",
            now=True,
            outage=outage.pk if may_follow else None,
        )


def outages_of(organisation: Organisation) -> list[str]:
    """What is down of an organisation's services, for its people who did not sign in here."""
    down = Outage.objects.open().filter(service__in=Service.objects.of(organisation))
    names = dict.fromkeys(down.order_by("-pk").values_list("service__name", flat=True))
    words = _("%(name)s is disturbed. We know of it and are on it.")
    return [words % {"name": name} for name in names][:MOST_KNOWN]


def _works(names: Mapping[int, str], *, now: datetime) -> Iterator[Known]:
    """Under public names nothing is told of its nature, which may tell whose it is."""
    through = Maintenance.services.through.objects.filter(service__in=names)
    near = Maintenance.objects.filter(pk__in=through.values("maintenance"))
    zone = timezone.get_current_timezone()
    for row in near.near(now, now + NEAR).prefetch_related("services")[:MOST_LOOKED_AT]:
        services = [each.pk for each in row.services.all() if each.pk in names]
        named = ", ".join(names[pk] for pk in services)
        begun = row.begins_at <= now
        words = _("Maintenance of %(name)s is announced, from %(begin)s.")
        if begun:
            words = _("Maintenance of %(name)s is going on, since %(begin)s.")
        begin = moment_words(row.started_at or row.begins_at, zone)
        yield Known(
            title=words % {"name": named, "begin": begin},
            url=settings.ORIGIN.url + reverse("status"),
            about=named,
            now=begun,
        )


def _speaks(said: Sequence[str], about: str) -> bool:
    """Stands one of these words in it, or the beginning of one, as “export” in “exporteren”?"""
    there = finding.words_in(about)
    return any(
        word.startswith(other[:SAME]) or other.startswith(word[:SAME])
        for word in said
        if len(word) >= SHORTEST
        for other in there
        if len(other) >= SHORTEST
    )


def reports(user: User | None, subject: str) -> list[dict[str, str]]:
    """Open reports of their own, or of colleagues that they may see, which look like this one."""
    words = finding.words_of(subject)
    if user is None or user.is_agent or not words:
        return []
    alike = [TrigramWordSimilarity(word, "subject") for word in words]
    theirs = (
        access.tickets_of(user)
        .active()
        .annotate(alike=sum(alike[1:], alike[0]) / Value(float(len(alike))))
    )
    found = theirs.filter(alike__gte=ALIKE).order_by("-alike", "-pk")[:MOST_REPORTS]
    return [
        {
            "title": f"{ticket.reference}: {ticket.subject}",
            "url": settings.ORIGIN.url + reverse("my-ticket", args=[ticket.reference]),
            "report": ticket.reference,
        }
        for ticket in found
    ]
