"""What the clocks of all tickets under one edition have in common, as known at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sla import engine
from sla.agreements import terms_of
from sla.calendars import hours_of
from sla.models import Edition, Release


@dataclass(frozen=True)
class World:
    """An edition's terms, its hours and the releases."""

    terms: engine.Agreement
    edition: Edition
    releases: Sequence[Release]

    def hours(self, moment: datetime | None = None) -> engine.WorkingHours:
        """The working hours as known now, or at a moment."""
        return hours_of(self.edition.calendar, moment)

    def release_moments(self, moment: datetime | None = None) -> list[datetime]:
        """When releases go live, as known now, or as was known at a moment; without hotfixes."""
        planned = (_planned(release, moment) for release in self.releases)
        return sorted(at for at in planned if at is not None)

    def learnt_after(self, moment: datetime) -> bool:
        """Has anything that clocks depend on become known since?"""
        return moment < self.edition.calendar.changed_at or any(
            release.known_from > moment
            or any(move.moved_at > moment for move in release.moves.all())
            for release in self.releases
        )


def world_of(edition: Edition) -> World:
    """The world of an edition (fetched with its agreement and calendar)."""
    releases = Release.objects.filter(agreement=edition.agreement_id, is_hotfix=False)
    return World(_terms(edition.pk), edition, list(releases.prefetch_related("moves")))


@lru_cache(maxsize=256)
def _terms(pk: int) -> engine.Agreement:
    """An edition in use is never edited, so it is read once."""
    edition = Edition.objects.select_related("agreement").prefetch_related("targets").get(pk=pk)
    return terms_of(edition)


def _planned(release: Release, moment: datetime | None) -> datetime | None:
    if moment is None:
        return release.planned_at
    if release.known_from > moment:
        return None
    later = [move for move in release.moves.all() if move.moved_at > moment]
    return later[0].planned_before if later else release.planned_at
