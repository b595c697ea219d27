"""The search documents: read from tickets, messages, files and fields, a moment after they change.

Nothing is added to the verbs: they are as quick as without a search. A sweep finds the tickets
that went on since their document was made, by the version that both carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Max, Q, QuerySet

from tickets.models import SearchDocument, Ticket, TicketEvent

BATCH = 500
RECENT = 2000  # events that the sweep looks at, and as many again while it finds something

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SOME = 20_000  # characters of one message
_MOST = 100_000  # characters of a ticket: a document holds one megabyte


def _plain(text: str) -> str:
    """SQL: without accents, words and numbers only, as `language.bare` makes of what is asked."""
    return f"translate(unaccent({text}), %(marks)s, %(blanks)s)"


def _stemmed(text: str) -> str:
    """SQL: words as they are, and without their Dutch and their English endings."""
    return " || ".join(f"to_tsvector('{name}', {text})" for name in ("simple", "dutch", "english"))


_DOCUMENTS = f"""
INSERT INTO tickets_searchdocument (ticket_id, version, stemmer, words)
SELECT id, version, %(stemmer)s,
    setweight({_stemmed("head")}, 'A') || setweight(to_tsvector('simple', people), 'B')
    || setweight({_stemmed("files")}, 'B') || setweight({_stemmed("said")}, 'C')
    || setweight({_stemmed("noted")}, 'D')
FROM (
    SELECT ticket.id, ticket.version,
        {_plain("ticket.id || ' ' || ticket.subject")} AS head,
        {
    _plain(
        "concat_ws(' ', 'org' || ticket.organisation_id, ticket.reporter_name, "
        "ticket.reporter_email, ticket.answers_to, contact.name, talk.people)"
    )
} AS people,
        {_plain("coalesce(file.public, '')")} AS files,
        {_plain(f"left(concat_ws(' ', talk.public, filled.public), {_MOST})")} AS said,
        {
    _plain(
        f"left(concat_ws(' ', talk.callers, talk.internal, file.internal, filled.ours), {_MOST})"
    )
} AS noted
    FROM tickets_ticket ticket
    LEFT JOIN tickets_contact contact ON contact.id = ticket.contact_id
    CROSS JOIN LATERAL (
        SELECT string_agg(left(concat_ws(' ', subject, text), {
    _SOME
}), ' ' ORDER BY at DESC) FILTER (WHERE public) AS public,
            string_agg(left(text, {_SOME}), ' ' ORDER BY at DESC) FILTER (WHERE NOT public)
                AS internal,
            left(string_agg(DISTINCT sender_name || ' ' || sender_email, ' ')
                FILTER (WHERE public), {_SOME}) AS people,
            left(string_agg(DISTINCT sender_name || ' ' || sender_email, ' ')
                FILTER (WHERE NOT public), {_SOME}) AS callers
        FROM tickets_message WHERE ticket_id = ticket.id AND kind <> 'automatic'
    ) talk
    CROSS JOIN LATERAL (
        SELECT left(string_agg(name, ' ') FILTER (WHERE public), {_SOME}) AS public,
            left(string_agg(name, ' ') FILTER (WHERE NOT public), {_SOME}) AS internal
        FROM tickets_attachment JOIN tickets_message message ON message.id = message_id
        WHERE message.ticket_id = ticket.id
    ) file
    CROSS JOIN LATERAL (
        SELECT left(string_agg(value, ' ') FILTER (WHERE customers_see), {_SOME}) AS public,
            left(string_agg(value, ' ') FILTER (WHERE NOT customers_see), {_SOME}) AS ours
        FROM tickets_fieldvalue JOIN tickets_customfield field ON field.id = field_id
        WHERE ticket_id = ticket.id AND type <> 'yes_no'
    ) filled
    WHERE ticket.id = ANY(%(tickets)s)
) AS found
ON CONFLICT (ticket_id) DO UPDATE
SET version = excluded.version, stemmer = excluded.stemmer, words = excluded.words
WHERE tickets_searchdocument.version <= excluded.version
"""  # noqa: S608 - only our own pieces are put together; values are given apart


def stemmer() -> int:
    """The major version of the PostgreSQL that answers."""
    connection.ensure_connection()
    version: int = connection.pg_version  # type: ignore[attr-defined]
    return version // 10_000


def index(tickets: Sequence[int]) -> None:
    """Make the documents of these tickets, or make them anew."""
    given: dict[str, Any] = {
        "tickets": list(tickets),
        "stemmer": stemmer(),
        "marks": _PUNCTUATION,
        "blanks": " " * len(_PUNCTUATION),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DOCUMENTS, given)


def sweep() -> int:
    """Make the documents of tickets to which something happened, or whose contact has another
    name; gives how many.

    Looks back over the latest events, and further while it finds something.
    """
    renamed = list(of_renamed().values_list("pk", flat=True)[:BATCH])
    if renamed:
        index(renamed)
    done, last = len(renamed), (TicketEvent.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    while last > 0:
        latest = TicketEvent.objects.filter(pk__lt=last).order_by("-pk")[:RECENT]
        events = list(latest.values_list("pk", "ticket"))
        lagging = _lagging(sorted({ticket for _pk, ticket in events}))
        if not lagging:
            break
        index(lagging)
        done, last = done + len(lagging), events[-1][0]
    return done


def of_renamed() -> QuerySet[SearchDocument]:
    """Documents of tickets whose contact has another name."""
    return SearchDocument.objects.filter(version=0)


def _lagging(tickets: Sequence[int]) -> list[int]:
    behind = Q(document=None) | Q(document__version__lt=F("version"))
    return list(Ticket.objects.filter(behind, pk__in=tickets).values_list("pk", flat=True))


def rebuild(*, everything: bool = False) -> Iterator[int]:
    """Make every document that is missing, behind, or of another PostgreSQL; yields how many.

    Batch by batch, the newest ticket first: it can be stopped at any time, and goes on where it
    was. everything: those too that seem right.
    """
    wrong = Q(document=None) | Q(document__version__lt=F("version"))
    wrong |= ~Q(document__stemmer=stemmer())
    below = (Ticket.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    while below > 0:
        batch = Ticket.objects.filter(pk__lt=below).order_by("-pk")
        numbers = list(batch.values_list("pk", flat=True)[:BATCH])
        if not numbers:
            return
        chosen = Ticket.objects.filter(pk__in=numbers)
        chosen = chosen if everything else chosen.filter(wrong)
        index(found := list(chosen.values_list("pk", flat=True)))
        yield len(found)
        below = numbers[-1]


def is_current() -> bool:
    """Was the newest document made by the PostgreSQL that answers now?"""
    newest = SearchDocument.objects.order_by("-pk").first()
    return newest is None or newest.stemmer == stemmer()
