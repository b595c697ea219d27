"""What is offered while somebody types a report: articles, and outages that we know of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla.models import Outage
from support import access
from support.desk.letters import language_of
from support.help_centre import feeds, finding, shown
from support.status_page.models import ShownService
from tickets.models import Ticket, User

SHORTEST, MOST_OFFERED = 4, 500


def of(user: User | None, subject: str) -> dict[str, Any]:
    """At most three articles that somebody may read, and what is down that everybody may know."""
    asked = subject.strip()[: finding.LONGEST]
    if len(asked) < SHORTEST:
        return {"articles": [], "known": []}
    articles = finding.suggested(shown.readable(user), asked)
    return {
        "title": _("Perhaps this answers it already"),
        "opens": _("opens in a new tab"),
        "articles": [_article(article) for article in articles],
        "known": known(),
    }


def _article(article: Any) -> dict[str, str]:
    version = article.published
    return {
        "slug": article.slug,
        "title": version.title,
        "text": version.plain[:140].rsplit(" ", 1)[0],
        "url": feeds.address(article),
    }


def for_ticket(ticket: Ticket) -> list[dict[str, Any]]:
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


def known() -> list[dict[str, str]]:
    """Outages of what is on the public status page, under the names that everybody may read."""
    rows = {row.service_id: row.name for row in ShownService.objects.public()}
    down = Outage.objects.open().filter(service__in=rows).values_list("service", flat=True)
    said = _("%(name)s is disturbed. We know of it; follow it on the status page.")
    url = settings.ORIGIN.url + reverse("status")
    return [{"title": said % {"name": rows[pk]}, "url": url} for pk in dict.fromkeys(down)][:3]
