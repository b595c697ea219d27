"""What is done with an announcement until it goes: kept as a draft, planned, held, dropped."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from support.announcements import circle
from support.announcements.models import Announcement
from support.announcements.owed import notices_are_written
from support.regular.rhythms import house_hours
from tickets.models import User


class Refused(ValueError):
    """What can't be done with an announcement, in words for whoever tried."""


@transaction.atomic
def keep(announcement: Announcement, *, seen: int, by: User, now: datetime) -> Announcement:
    """Keep what was written as a draft, another one or the same again.

    seen: the version that was changed. Refused if a colleague was first, or if it is planned.
    """
    if announcement.pk:
        held = _held(announcement.pk, seen=seen)
        if held.send_at is not None:
            raise Refused(_("It is planned: make it a draft again before you change it."))
        announcement.version = held.version + 1
    announcement.written_by, announcement.changed_at = by, now
    announcement.save()
    return announcement


@transaction.atomic
def plan(pk: int, *, at: datetime, seen: int, by: User, now: datetime) -> Announcement:
    """Let it go at a moment; outside the hours of the house as they next open. Refused in words."""
    announcement = _held(pk, seen=seen)
    if problem := refusal(announcement, at=at, now=now):
        raise Refused(problem)
    announcement.send_at = house_hours().next_open(max(at, now))
    announcement.sent_by = by
    announcement.save(update_fields=["send_at", "sent_by"])
    return announcement


def refusal(announcement: Announcement, *, at: datetime, now: datetime) -> str:
    """Why it can't go; '' if it can."""
    if announcement.send_at is not None:
        return _("It is planned already.")
    if (at - now).days > 366:
        return _("Plan it within a year.")
    if not notices_are_written(announcement):
        return _(
            "The notices of this change are being mailed first; that takes a minute. Try it again."
        )
    today = timezone.localdate(now)
    if not circle.contacts_of(announcement, today=today).exists():
        return _("There is nobody whom it would go to.")
    return ""


@transaction.atomic
def hold(pk: int) -> Announcement:
    """A draft again. Refused once it began to go out."""
    announcement = _held(pk)
    announcement.send_at = announcement.sent_by = None
    announcement.save(update_fields=["send_at", "sent_by"])
    return announcement


@transaction.atomic
def drop(pk: int) -> None:
    """Away with a draft. Refused for what is planned or went."""
    announcement = _held(pk)
    if announcement.send_at is not None:
        raise Refused(_("It is planned: make it a draft again before you drop it."))
    announcement.delete()


def _held(pk: int, *, seen: int | None = None) -> Announcement:
    held = Announcement.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None:
        raise Refused(_("A colleague dropped it."))
    if held.begun_at is not None:
        raise Refused(_("It went out, so it stays as it is. Write another one to correct it."))
    if seen is not None and held.version != seen:
        raise Refused(_("A colleague changed it meanwhile. Look at it again."))
    return held
