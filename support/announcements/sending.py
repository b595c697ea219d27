"""Announcements that are due, written as letters: in the hours of the house, each contact once.

To whom it goes is fixed in one transaction when it begins. Then a letter and the row that says so
are one transaction too, under the lock of the announcement, so nobody is told twice whatever is
killed; and no more are written a minute than the outbox sends beside what customers wait for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from support.announcements import circle, letters
from support.announcements.models import Announcement, AnnouncementLetter, NewsLeft
from support.regular.rhythms import house_hours

A_MINUTE = 300
"""So many letters of announcements go into the outbox in a minute."""
BATCH = 50
_MINUTE = timedelta(minutes=1)


def tell(*, now: datetime) -> int:
    """Write what is due; gives how many letters. Outside the hours of the house nothing is."""
    due = list(Announcement.objects.due(now=now).values_list("pk", flat=True))
    if not due or not house_hours().is_open(now):
        return 0
    told = 0
    for pk in due:
        _begin(pk, now)
        while batch := _write_batch(pk, now):
            told += batch
    return told


@transaction.atomic
def _begin(pk: int, now: datetime) -> None:
    waiting = Announcement.objects.select_for_update(skip_locked=True, of=("self",))
    announcement = waiting.filter(pk=pk, send_at__lte=now, begun_at=None).first()
    if announcement is None:
        return
    today = timezone.localdate(now)
    AnnouncementLetter.objects.bulk_create(
        circle.letters_of(announcement, today=today), batch_size=1000
    )
    announcement.begun_at = now
    announcement.save(update_fields=["begun_at"])


@transaction.atomic
def _write_batch(pk: int, now: datetime) -> int:
    going = Announcement.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    found = going.filter(pk=pk, begun_at__isnull=False, told_at=None)
    announcement = found.select_related("agreement", "edition__agreement").first()
    if announcement is None:
        return 0
    waiting = announcement.letters.to_write().select_related(
        "contact__user", "contact__organisation"
    )
    room = min(BATCH, A_MINUTE - _written(since=now - _MINUTE))
    batch = list(waiting.order_by("pk")[:room]) if room > 0 else []
    left = set(_left(batch)) if not announcement.is_owed else set()
    known: dict[tuple[str, str], letters.Said] = {}
    for letter in batch:
        letter.unmailed = circle.why_not(
            has_address=bool(letters.address_of(letter.contact)), left=letter.contact_id in left
        )
        if not letter.unmailed:
            letter.mail = letters.write(announcement, letter, known=known, now=now)
        letter.save(update_fields=["mail", "unmailed"])
    if not announcement.letters.to_write().exists():
        announcement.told_at = now
        announcement.save(update_fields=["told_at"])
    return len(batch)


def _left(batch: list[AnnouncementLetter]) -> Iterable[int]:
    """Who wants no news by mail, also since it was fixed to whom it goes."""
    people = [letter.contact_id for letter in batch]
    return NewsLeft.objects.filter(contact__in=people).values_list("contact", flat=True)


def _written(*, since: datetime) -> int:
    """How many letters of announcements were put into the outbox since then."""
    lately = AnnouncementLetter.objects.filter(mail__created_at__gt=since)
    going = Announcement.objects.filter(begun_at__isnull=False, told_at=None)
    just = Announcement.objects.filter(told_at__gt=since)
    return lately.filter(announcement__in=going | just).count()
