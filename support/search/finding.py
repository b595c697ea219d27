"""Tickets that answer to a search, the best first, and why they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchRank,
    SearchVector,
)
from django.db.models import (
    BooleanField,
    Case,
    Expression,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Left, Round
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from support import access
from support.queue.filters import Asking
from support.search import meanings
from support.search.language import Asked, Word, bare
from support.search.tsquery import Outcome, Wanted, any_of, every, said, worked_out
from tickets.models import (
    ACTIVE,
    Attachment,
    Message,
    MessageKind,
    SearchDocument,
    Ticket,
    TicketQuerySet,
)
from tickets.models.ticket import REFERENCE
from tickets.questions import Among, Kept, together

MOST = 200
"""So many of the newest tickets that match are looked at, and put in order."""
RECENT = 1000
"""Among so many of the newest documents stands enough of what stands in many."""
FEW = 5000
"""So many documents are few: found by the index of words, or left by conditions and read each."""
SHORTEST = 3
"""Characters of a word that also finds longer words."""
PUBLIC = "ABC"
"""The weights of what customers may read."""

# Around what matched, until it is escaped; nobody types these.
_ON, _OFF = "\ue000", "\ue001"
_READ = 4000  # characters of a message that are looked through for a piece to show
_LATEST = 30  # messages of a ticket that are looked through


@dataclass(frozen=True)
class Match:
    """Why a ticket was found. subject, text: HTML with what matched marked."""

    subject: SafeString
    text: str = ""
    message: Message | None = None
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """The tickets, the best first. hints: what of the search was not understood. words: what was
    looked for in their text; part: the same as the index is asked for one of them.
    """

    tickets: Sequence[int]
    hints: Sequence[str]
    words: Sequence[Word] = ()
    part: str | None = None


def find(tickets: TicketQuerySet, asked: Asked, asking: Asking, *, most: int = MOST) -> Found:
    """At most `most` tickets: relevance before recency, and what is open a little before the rest.

    A number alone finds its ticket first, also when that is too new to be searched by its text.
    """
    chosen, words, hints = _chosen(tickets, asked, asking)
    named = _by_number(tickets, asked)
    by_number = list(named.values_list("pk", flat=True)) if named is not None else []
    query, part = worked_out(_all_of(words, asking), _any_of(words))
    latest = _latest(chosen, query, most, narrowed=chosen is not tickets)
    ranked = _RANKED(tickets=latest, query=part).asked() if part is not None else latest
    return Found(list(dict.fromkeys([*by_number, *ranked])), hints, words, part)


def answering(
    tickets: TicketQuerySet, asked: Asked, asking: Asking
) -> tuple[TicketQuerySet, Sequence[str]]:
    """All that answer to a search, in no order, and what of it was not understood.

    A number alone finds its ticket too, also when that is too new to be searched by its text.
    """
    chosen, words, hints = _chosen(tickets, asked, asking)
    query = worked_out(_all_of(words, asking))[0]
    if query is None:
        return chosen, hints
    by_number = _by_number(tickets, asked)
    if by_number is None:
        return chosen.filter(_holding(query)), hints
    # Of two indices, rather than "or" over both tables: that would read a whole one.
    told = SearchDocument.objects.filter(words=Outcome(query)).values("pk")
    return chosen.filter(pk__in=told.union(by_number.values("pk"))), hints


def _latest(tickets: TicketQuerySet, query: str | None, most: int, *, narrowed: bool) -> list[int]:
    """The newest of them in whose documents it stands. narrowed: conditions hold for them.

    What stands in many documents is found among the newest ones: to look for all of them would
    take the longer, the more there are.
    """
    newest_first = tickets.order_by("-pk").values_list("pk", flat=True)
    if query is None:
        return _asked(newest_first[:most])
    if narrowed:
        few = _asked(tickets.order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(few) <= FEW:
            return _AMONG(tickets=few, query=query).asked()[:most]
    before = SearchDocument.objects.order_by("-pk").values("pk")[RECENT : RECENT + 1]
    # Said of both tables: PostgreSQL carries over only what is equal, and would look through all
    # documents for what stands nowhere.
    first = Coalesce(Subquery(before), 0)
    recent = newest_first.filter(pk__gt=first, document__pk__gt=first)
    found = _asked(recent.filter(_stands("document__words", query))[:most])
    if len(found) == most:
        return found
    return _asked(newest_first.filter(_holding(query))[:most])


def _asked(numbers: QuerySet[Any, int]) -> list[int]:
    """With its values written out: how many answer to them decides what the database does best."""
    return Kept(lambda: numbers, last=True)().asked()


def _stands(column: str, query: str) -> Case:
    """It stands there, in words of which the planner knows nothing: each document is read.

    The index would look for all there are, also where only some are asked about.
    """
    found = When(**{column: Outcome(query)}, then=True)
    return Case(found, default=False, output_field=BooleanField())


def _holding(query: str) -> Q:
    """In whose documents it stands.

    A few are named one by one: PostgreSQL guesses the beginning of a word to be common, and would
    walk back from the newest through all documents for what stands nearly nowhere.
    """
    few = _FEW(query=query).asked()
    return Q(Among("pk", few)) if len(few) <= FEW else Q(document__words=Outcome(query))


def _by_number(tickets: TicketQuerySet, asked: Asked) -> TicketQuerySet | None:
    """The ticket that a search names, if it asks for nothing else."""
    if len(asked.words) != 1 or asked.conditions or asked.words[0].without:
        return None
    text = asked.words[0].text
    return tickets.by_reference(text) if REFERENCE.match(text) else None


def _chosen(
    tickets: TicketQuerySet, asked: Asked, asking: Asking
) -> tuple[TicketQuerySet, list[Word], list[str]]:
    """Tickets for which the conditions hold; a condition without a meaning becomes words."""
    words = list(asked.words)
    hints = [
        _("“%(name)s:” is no operator; it is searched as text.") % {"name": name}
        for name in asked.unknown
    ]
    holds = Q()
    for condition in asked.conditions:
        means = meanings.meaning(condition, asking)
        if means is not None:
            holds &= means
            continue
        hints.append(meanings.hint(condition))
        if bare(condition.value):
            words.append(Word(condition.value, without=condition.without))
    return tickets.filter(holds) if holds else tickets, words, hints


def _in_order(tickets: Sequence[int], query: str) -> QuerySet[SearchDocument, int]:
    """In tenths of relevance, so that what matters as much goes by its time."""
    # Relevance is at most 1; what is open counts as a tenth more.
    bonus = Case(When(ticket__status__in=ACTIVE, then=Value(0.1)), default=Value(0.0))
    rank: Expression = SearchRank(F("words"), Outcome(query)) + bonus
    score = Round(Cast(rank, FloatField()) * Value(10.0))
    documents = SearchDocument.objects.filter(Among("pk", tickets)).order_by(
        score.desc(), F("ticket__updated_at").desc(), "-pk"
    )
    return documents.values_list("pk", flat=True)


def _all_of(words: Sequence[Word], asking: Asking) -> Wanted | None:
    """Customers find by what they may read alone."""
    weights = "" if asking.user.is_agent else PUBLIC
    return every(_wanted(word, names, weights) for word, names in _named(words, asking))


def _any_of(words: Sequence[Word]) -> Wanted | None:
    return any_of(_wanted(word, [], "") for word in words if not word.without)


def _named(words: Sequence[Word], asking: Asking) -> list[tuple[Word, list[int]]]:
    """Each word with the organisations whose name has it: names may change, numbers do not."""
    texts = [word.text.casefold() for word in words if len(word.text) >= SHORTEST]
    if not texts:
        return [(word, []) for word in words]
    either = reduce(or_, [Q(name__icontains=text) for text in texts])
    known = list(access.organisations_of(asking.user).filter(either).values_list("pk", "name"))
    return [
        (
            word,
            [
                pk
                for pk, name in known
                if len(word.text) >= SHORTEST
                and any(part.startswith(bare(word.text).casefold()) for part in _beginnings(name))
            ],
        )
        for word in words
    ]


def _beginnings(name: str) -> list[str]:
    """A name from each of its words on."""
    words = bare(name).casefold().split()
    return [" ".join(words[at:]) for at in range(len(words))]


def _wanted(word: Word, organisations: Sequence[int], weights: str) -> Wanted:
    """A word as it is, the beginning of one, or with other endings; or its organisation.

    What goes into the query holds letters and numbers only: see `bare`.
    """
    number = REFERENCE.match(word.text)
    text = number[1] if number else bare(word.text)
    longer = "*" if len(text) >= SHORTEST and not (word.exact or number) else ""
    wanted = f"'{text}'" + (f":{longer}{weights}" if longer or weights else "")
    named = [f"'org{pk}':B" for pk in organisations]  # where it stands for one: never in a text
    parts = [said(" | ".join([wanted, *named]), "simple")]
    if not (word.exact or number):
        stem = f"'{text}'" + (f":{weights}" if weights else "")
        parts += [said(stem, "dutch"), said(stem, "english")]
    found = any_of(parts) or parts[0]
    return ~found if word.without else found


def matches(tickets: Sequence[Ticket], found: Found) -> dict[int, Match]:
    """Why each of these was found: the message that fits best, and the files; in one statement."""
    query = found.part
    if query is None:
        return {ticket.pk: Match(SafeString(escape(ticket.subject))) for ticket in tickets}
    pks = [ticket.pk for ticket in tickets]
    either = "|".join(re.escape(word.text) for word in found.words if not word.without)
    fitting, named = together(_BEST(tickets=pks, query=query), _FILES(tickets=pks, pattern=either))
    best = {message.ticket_id: message for message in fitting}
    files: dict[int, list[str]] = {}
    for pk, name in named:
        files.setdefault(pk, []).append(name)
    marked = re.compile(either, re.IGNORECASE)
    return {
        ticket.pk: Match(
            _marked(marked.sub(lambda match: f"{_ON}{match[0]}{_OFF}", ticket.subject)),
            _marked(best[ticket.pk].piece) if ticket.pk in best else "",
            best.get(ticket.pk),
            files.get(ticket.pk, ()),
        )
        for ticket in tickets
    }


def _fitting(tickets: Sequence[int], query: str) -> QuerySet[Message]:
    """Of each ticket the message that fits best, if one does, with a `piece` of it."""
    text = Left("text", _READ)
    said = Message.objects.filter(ticket=OuterRef("ticket")).exclude(kind=MessageKind.AUTOMATIC)
    latest = said.order_by("-at", "-pk").values("pk")[:_LATEST]
    fits = SearchRank(
        SearchVector(text, config="simple") + SearchVector(text, config="dutch"), Outcome(query)
    )
    found = (
        Message.objects.filter(Among("ticket", tickets), pk__in=latest)
        .annotate(fits=fits)
        .filter(fits__gt=0)
        .order_by("ticket_id", "-fits", "-at")
        .distinct("ticket_id")
        .values("pk")
    )
    piece = SearchHeadline(
        text,
        Outcome(query),
        config="dutch",
        start_sel=_ON,
        stop_sel=_OFF,
        max_words=28,
        min_words=12,
        max_fragments=2,
        fragment_delimiter=" … ",
    )
    return (
        Message.objects.filter(pk__in=Subquery(found))
        .select_related("author")
        .annotate(piece=piece)
    )


def _marked(text: str) -> SafeString:
    """Escaped, and only then with marks around what matched."""
    html = str(escape(text)).replace(_ON, "<mark>").replace(_OFF, "</mark>")
    return mark_safe(html)  # noqa: S308 - escaped above; the marks are ours


# Each is worked out once.
_FEW = Kept(
    lambda query: (
        SearchDocument.objects.filter(words=Outcome(query))
        .order_by()
        .values_list("pk", flat=True)[: FEW + 1]
    ),
    query=str,
)
_AMONG = Kept(
    lambda tickets, query: (
        SearchDocument.objects.filter(Among("pk", tickets), _stands("words", query))
        .order_by("-pk")
        .values_list("pk", flat=True)
    ),
    tickets=list,
    query=str,
)
# The names of files in which a word stands.
_FILES = Kept(
    lambda tickets, pattern: (
        Attachment.objects.filter(Among("message__ticket", tickets), name__iregex=pattern)
        .order_by("pk")
        .values_list("message__ticket", "name")[:MOST]
    ),
    tickets=list,
    pattern=str,
)
_RANKED = Kept(_in_order, last=True, tickets=list, query=str)
_BEST = Kept(_fitting, tickets=list, query=str)
