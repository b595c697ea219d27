"""What releases are called that nobody named: after the day that they go live on."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from sla.editions import announced
from sla.models import Agreement, Release

_OURS = re.compile(r"(Release|Hotfix) \d{4}-\d\d-\d\d( \(\d+\))?")


def zone_of(agreement: Agreement) -> ZoneInfo:
    """The zone on whose clock an agreement's releases go live: that of its last edition."""
    last = announced(agreement).first()
    return ZoneInfo(last.calendar.zone if last else settings.TIME_ZONE)


def name_for(agreement: Agreement, moment: datetime, *, hotfix: bool = False) -> str:
    """A name that no release of an agreement has yet, such as Release 2026-12-02."""
    known = agreement.releases.values_list("name", flat=True)
    return name_of(moment.astimezone(zone_of(agreement)).date(), set(known), hotfix=hotfix)


def name_of(day: date, taken: Collection[str], *, hotfix: bool = False) -> str:
    """The name of a release on a day, with a number where others are called so."""
    plain = f"{'Hotfix' if hotfix else 'Release'} {day:%Y-%m-%d}"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain} ({number})", number + 1
    return name


def name_after_move(release: Release, to: datetime) -> str:
    """What a release is called that moves: a name that people gave it stays, a day does not."""
    zone = zone_of(release.agreement)
    same_day = release.planned_at.astimezone(zone).date() == to.astimezone(zone).date()
    if same_day or not _OURS.fullmatch(release.name):
        return release.name
    others = release.agreement.releases.exclude(pk=release.pk).values_list("name", flat=True)
    kind = release.name.split(" ", 1)[0]
    return name_of(to.astimezone(zone).date(), set(others), hotfix=kind == "Hotfix")
