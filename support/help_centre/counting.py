"""What readers did: whether an article helped, a suggestion that was opened, a search in vain.

Of nobody in particular: a visitor is a word that only says that it is the same one.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from support.articles.models import (
    Article,
    ArticleVote,
    OpenedSuggestion,
    Picture,
    Suggested,
    UnansweredSearch,
)
from support.help_centre import finding
from support.who import visitor
from tickets.models import User

VOTES, SEARCHES, SUGGESTIONS = 20, 60, 150
"""So many of a visitor in ten minutes; a whole school may share one address."""
VISIT = timedelta(hours=1)
"""A report that was not sent within this time is one that the article made needless."""
KEPT = timedelta(days=180)
UNUSED = timedelta(days=30)
"""A picture that no version has was put into a text that nobody saved."""
MOST_SEARCHES = 2_000
_VISIT = re.compile(r"[A-Za-z0-9-]{16,40}\Z")


def visitor_of(request: HttpRequest) -> str:
    """What tells a visitor from others: who is signed in, else where they come from."""
    user = request.user
    who = f"user {user.pk}" if isinstance(user, User) else ""
    where = f"{visitor(request)} {request.headers.get('User-Agent', '')[:200]}"
    return salted_hmac("help centre", who or where).hexdigest()


def vote(article: Article, visitor: str, *, helped: bool, text: str, now: datetime) -> None:
    """Count a visitor once; who thinks again is counted as they think now."""
    said = {"helped": helped, "text": text[:500], "at": now}
    ArticleVote.objects.update_or_create(article=article, visitor=visitor, defaults=said)


def opened(article: Article, visit: str, *, now: datetime) -> bool:
    """A suggestion was opened on the way to a report. False for a word that is none."""
    if not _VISIT.match(visit):
        return False
    OpenedSuggestion.objects.get_or_create(article=article, visit=visit, defaults={"at": now})
    return True


def followed(what: Suggested, visit: str, *, now: datetime) -> None:
    """Something was followed in place of a report. Without scripts a page has no word: then each
    time counts.
    """
    word = visit if _VISIT.match(visit) else secrets.token_urlsafe(24)
    OpenedSuggestion.objects.get_or_create(
        what=what, article=None, visit=word, defaults={"at": now}
    )


def sent(visit: str) -> None:
    """The report of this visit was sent after all."""
    if _VISIT.match(visit):
        OpenedSuggestion.objects.filter(visit=visit).update(sent=True)


def in_vain(text: str, *, now: datetime) -> None:
    """A search that found nothing. What looks like an address or a number is of somebody."""
    words = [word for word in finding.words_of(text) if not any(c.isdigit() for c in word)]
    said = " ".join(words)[:60]
    if "@" in text or len(said) < 3:
        return
    known = UnansweredSearch.objects.filter(words=said)
    if not known.update(times=F("times") + 1, last_at=now) and (
        UnansweredSearch.objects.count() < MOST_SEARCHES
    ):
        UnansweredSearch.objects.get_or_create(words=said, defaults={"last_at": now})


def forget(*, now: datetime) -> int:
    """Delete what readers did long ago. Gives how much."""
    old = now - KEPT
    Picture.objects.filter(versions=None, at__lt=now - UNUSED).delete()
    openings = OpenedSuggestion.objects.filter(at__lt=old).delete()[0]
    return openings + UnansweredSearch.objects.filter(last_at__lt=old).delete()[0]


def followed_instead(*, now: datetime) -> list[tuple[str, int]]:
    """How many reports were not made because something was followed, by what that was."""
    over = OpenedSuggestion.objects.filter(article=None, sent=False, at__lte=now - VISIT)
    counted = over.values_list("what").annotate(count=Count("pk")).order_by("what")
    return [(str(Suggested(what).label), count) for what, count in counted]


@dataclass(frozen=True)
class Helped:
    """An article, with the reports that it made needless, and those that came all the same."""

    article: Article
    helped: int
    came: int


def helped(*, now: datetime) -> list[Helped]:
    """The topics that were looked up on the way to a report, the most useful first."""
    over = Q(openings__at__lte=now - VISIT)
    found = (
        Article.objects.select_related("published")
        .with_last()
        .annotate(
            kept=Count("openings", filter=over & Q(openings__sent=False)),
            came=Count("openings", filter=Q(openings__sent=True)),
        )
        .filter(Q(kept__gt=0) | Q(came__gt=0))
        .order_by("-kept", "-came", "pk")
    )
    return [Helped(each, each.kept, each.came) for each in found[:20]]
