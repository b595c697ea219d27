"""What subscribers are mailed of outages and maintenance of public services, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sla.models import Maintenance, MaintenanceEvent, Outage, OutageEvent
from sla.terms import in_language
from sla.wording import amount, moment_words
from support.brands import face
from support.mail import letters
from support.status_page import subscribing, words
from support.status_page.facts import WorksSeen, is_for_all, opaque, phase_of
from support.status_page.models import ShownService, StatusLetter, StatusNews, Subscriber

BATCH = 200
STILL_NEWS = timedelta(hours=12)
"""What is older is told by the page alone: a letter would come too late."""
_OF_OUTAGE = (OutageEvent.Kind.UPDATED, OutageEvent.Kind.RESTORED, OutageEvent.Kind.WITHDRAWN)
_BEGINS = (OutageEvent.Kind.REPORTED, OutageEvent.Kind.DETECTED)


def tell(*, now: datetime) -> int:
    """Write mail about what nobody was told of yet; gives how many letters.

    Each batch is one transaction of mails with their rows, and two tellers never hold the same
    news, so each subscriber is told once whatever is killed.
    """
    _notice(now)
    told = 0
    for pk in StatusNews.objects.filter(told_at=None).order_by("pk").values_list("pk", flat=True):
        while batch := _tell_batch(pk, now):
            told += batch
    return told


def due(now: datetime) -> list[QuerySet[Any]]:
    """Where none of this finds something, there is nobody to tell."""
    return [StatusNews.objects.filter(told_at=None), _fresh_outages(now), _fresh_works(now)]


def _notice(now: datetime) -> None:
    """Make news of what happened to public services, since they are."""
    fresh = [
        *(StatusNews(event=event) for event in _fresh_outages(now).order_by("at", "pk")),
        *(StatusNews(upkeep=event) for event in _fresh_works(now).order_by("at", "pk")),
    ]
    StatusNews.objects.bulk_create(fresh, ignore_conflicts=True)


def _fresh_outages(now: datetime) -> QuerySet[OutageEvent]:
    begins = Q(kind__in=_BEGINS, version=1) | Q(kind__in=_OF_OUTAGE)
    return OutageEvent.objects.filter(
        begins,
        at__gte=now - STILL_NEWS,
        news=None,
        outage__service__shown__public=True,
        outage__service__shown__since__lte=F("at"),
    )


def _fresh_works(now: datetime) -> QuerySet[MaintenanceEvent]:
    return MaintenanceEvent.objects.filter(
        at__gte=now - STILL_NEWS,
        news=None,
        maintenance__services__shown__public=True,
        maintenance__services__shown__since__lte=F("at"),
    ).distinct()


@transaction.atomic
def _tell_batch(pk: int, now: datetime) -> int:
    held = StatusNews.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    news = held.filter(pk=pk, told_at=None).first()
    if news is None:
        return 0
    known = StatusLetter.objects.filter(news=news, subscriber=OuterRef("pk"))
    happened = _at(news)
    readers = Subscriber.objects.confirmed().filter(confirmed_at__lte=happened)
    readers = readers.filter(Q(brand=None) | Q(brand__in=_concerned(news)))
    readers = readers.exclude(Exists(known)).order_by("pk")
    batch = list(readers[:BATCH]) if _is_to_be_told(news) else []
    for subscriber in batch:
        with override(subscriber.language):
            brand = face.of_brand(subscriber.brand_id)
            context = _letter_words(news, subscriber.brand_id) | {
                "page": subscribing.page_address(brand),
                "leaves_at": subscribing.leaving_address(subscriber, brand),
                "brand": brand,
            }
            mail = letters.write(
                "status_news",
                context,
                to=subscriber.email,
                at=now,
                html=False,
                broadcast=True,
                leaves_at=context["leaves_at"],
            )
        StatusLetter.objects.create(news=news, subscriber=subscriber, mail=mail)
    if not batch:
        news.told_at = now
        news.save(update_fields=["told_at"])
    return len(batch)


def _at(news: StatusNews) -> datetime:
    event = news.event or news.upkeep
    if event is None:
        raise ValueError("news is of something")
    return event.at


def _is_to_be_told(news: StatusNews) -> bool:
    """Not what nobody may see any more, nor the begin of what turned out to be none."""
    if news.event is None:
        return bool(_public(news))
    outage = news.event.outage
    if not _public(news):
        return False
    if news.event.kind == OutageEvent.Kind.WITHDRAWN:
        return StatusLetter.objects.filter(news__event__outage=outage).exists()
    return not outage.withdrawn


def _concerned(news: StatusNews) -> list[int]:
    """The brands of whose own pages it is news."""
    brands = Subscriber.objects.exclude(brand=None).order_by("brand").values_list("brand")
    return [brand for (brand,) in brands.distinct() if _public(news, brand)]


def _public(news: StatusNews, brand: int | None = None) -> list[ShownService]:
    shown = ShownService.objects.public()
    if brand is not None:
        shown = shown.of_brand(brand)
    if news.event is not None:
        shown = shown.filter(service=news.event.outage.service_id)
    elif news.upkeep is not None:
        shown = shown.filter(service__maintenance=news.upkeep.maintenance_id)
    return list(shown.order_by("name"))


def _letter_words(news: StatusNews, brand: int | None) -> dict[str, object]:
    """What the letter says, in the active language: under public names alone."""
    rows = _public(news, brand)
    names = ", ".join(row.name for row in rows)
    if news.event is not None:
        return of_outage(news.event, names)
    if news.upkeep is not None:
        since = [row.since for row in rows if row.since is not None]
        return _of_works(news.upkeep, names, since)
    raise ValueError("news is of something")


def of_outage(event: OutageEvent, name: str) -> dict[str, object]:
    """What a letter says of what happened in an outage, under that name of its service."""
    outage: Outage = event.outage
    zone, said = timezone.get_current_timezone(), {"service": name}
    begin = moment_words(outage.first_known_at, zone)
    text = _("Since %(moment)s.") % {"moment": begin}
    if event.kind == OutageEvent.Kind.UPDATED:
        progress = OutageEvent.Progress(event.data["progress"]).label
        title = f"{name}: {progress}"
        text = in_language(event.data["words"])
    elif event.kind == OutageEvent.Kind.RESTORED:
        title = _("%(service)s is there again") % said
        text = _("It was down %(span)s.") % {
            "span": words.span(outage.first_known_at, outage.restored_at, zone)
        }
    elif event.kind == OutageEvent.Kind.WITHDRAWN:
        title = _("%(service)s was not down after all") % said
        text = _("What we wrote before of an outage turned out to be none.")
    else:
        title = _("%(service)s is down") % said
    return {"title": title, "text": text, "anchor": opaque("outage", outage.pk)}


def _of_works(event: MaintenanceEvent, names: str, since: list[datetime]) -> dict[str, object]:
    row: Maintenance = event.maintenance
    zone = timezone.get_current_timezone()
    seen = WorksSeen(
        id=opaque("maintenance", row.pk),
        names=[],
        services=[],
        maintenance=row,
        phase=phase_of(row, now=event.at),
        named=is_for_all(row, since),
    )
    kinds: Mapping[str, str] = {
        MaintenanceEvent.Kind.ANNOUNCED: _("announced"),
        MaintenanceEvent.Kind.CHANGED: _("at another time"),
        MaintenanceEvent.Kind.STARTED: _("has begun"),
        MaintenanceEvent.Kind.FINISHED: _("is done"),
        MaintenanceEvent.Kind.CANCELLED: _("will not be"),
    }
    lines = [_("It is about: %(names)s.") % {"names": names}]
    if event.kind == MaintenanceEvent.Kind.CANCELLED:
        lines.append(_("It was to be %(span)s.") % {"span": _span(row, zone)})
    else:
        lines.append(_("When: %(span)s.") % {"span": _span(row, zone)})
        if row.expected_minutes and event.kind != MaintenanceEvent.Kind.FINISHED:
            down = amount(timedelta(minutes=row.expected_minutes))
            lines.append(_("We expect it to be down for %(amount)s of that.") % {"amount": down})
    return {
        "title": f"{words.works_title(seen)} – {kinds[event.kind]}",
        "text": "\n".join(lines),
        "anchor": seen.id,
    }


def _span(row: Maintenance, zone: Any) -> str:
    return words.span(row.started_at or row.begins_at, row.finished_at or row.ends_at, zone)
