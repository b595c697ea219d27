"""What the clocks of all tickets under one edition have in common, as known at any moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import overload

from django.db.models import prefetch_related_objects

from sla import engine
from sla.agreements import terms_of
from sla.calendars import hours_of, learnt_days
from sla.models import Coverage, CoverageChange, Edition, Release
from tickets.questions import Kept

_RELEASES = Kept(
    lambda agreement: Release.objects.filter(agreement=agreement, is_hotfix=False), agreement=int
)


@dataclass(frozen=True)
class World:
    """An edition's terms, its hours and the releases."""

    terms: engine.Agreement
    edition: Edition

    def hours(self, moment: datetime | None = None) -> engine.WorkingHours:
        """The working hours as known now, or at a moment."""
        return self._hours if moment is None else hours_of(self.edition.calendar, moment)

    def release_moments(self, moment: datetime | None = None) -> Sequence[datetime]:
        """When releases go live, as known now, or as was known at a moment; without hotfixes."""
        if moment is None:
            return self._release_moments if "releases" in vars(self) else _Unread(self)
        planned = (_planned(release, moment) for release in self._with_moves)
        return sorted(at for at in planned if at is not None)

    def unsettled(self, moment: datetime, due: datetime | None) -> bool:
        """Could something that was learnt after a moment have changed a deadline?

        What touches nothing up to the deadline can't have; without a deadline anything could.
        """
        learnt, touched = self._learnt
        since = bisect_right(learnt, moment)
        if since == len(learnt):
            return False
        return due is None or touched[since] <= due

    @cached_property
    def measures(self) -> Mapping[str, str]:
        """By what its promises are measured, by key."""
        return {target.key: target.measure.value for target in self.terms.targets}

    @cached_property
    def releases(self) -> list[Release]:
        """Those of the agreement, without hotfixes; asked for once something hangs on one."""
        return _RELEASES(agreement=self.edition.agreement_id).asked()

    @cached_property
    def _hours(self) -> engine.WorkingHours:
        return hours_of(self.edition.calendar)

    @cached_property
    def _release_moments(self) -> list[datetime]:
        planned = (_planned(release, None) for release in self.releases)
        return sorted(at for at in planned if at is not None)

    @cached_property
    def _with_moves(self) -> Sequence[Release]:
        """The releases with when they moved, which only a look into the past asks for."""
        prefetch_related_objects(self.releases, "moves")
        return self.releases

    @cached_property
    def _learnt(self) -> tuple[list[datetime], list[datetime]]:
        """When something became known, in order, and the first instant that it or a later thing
        touches.
        """
        facts = sorted([*learnt_days(self.edition.calendar), *_learnt_releases(self._with_moves)])
        touched = [touches for _learnt, touches in facts]
        for index in range(len(touched) - 2, -1, -1):
            touched[index] = min(touched[index], touched[index + 1])
        return [learnt for learnt, _touches in facts], touched


@dataclass(frozen=True)
class _Unread(Sequence[datetime]):
    """The release moments of a world that nobody has looked at yet: most reports never do."""

    world: World

    @overload
    def __getitem__(self, index: int) -> datetime: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[datetime]: ...
    def __getitem__(self, index: int | slice) -> datetime | Sequence[datetime]:
        return self.world._release_moments[index]

    def __len__(self) -> int:
        return len(self.world._release_moments)


@dataclass(frozen=True)
class Rule:
    """Under what a ticket stands."""

    world: World
    waived: bool


@dataclass(frozen=True)
class Cover:
    """Under what a ticket stands now, and stood before: until when, and what, in order."""

    now: Rule
    before: Sequence[tuple[datetime, Rule]] = ()

    def at(self, moment: datetime) -> Cover:
        """The same as it was known at a moment."""
        for index, (until, rule) in enumerate(self.before):
            if moment < until:
                return Cover(rule, self.before[:index])
        return self


class Worlds:
    """The worlds of some tickets, each read once."""

    def __init__(self) -> None:
        self._worlds: dict[int, World] = {}

    def of(self, edition: Edition) -> World:
        """The world of an edition (fetched with its agreement and calendar)."""
        if edition.pk not in self._worlds:
            self._worlds[edition.pk] = world_of(edition)
        return self._worlds[edition.pk]

    def by_pk(self, pk: int) -> World:
        """The world of an edition of which only the key is known."""
        if pk not in self._worlds:
            editions = Edition.objects.select_related("agreement", "calendar")
            self._worlds[pk] = world_of(editions.get(pk=pk))
        return self._worlds[pk]

    def cover(self, edition: int, waived: bool, changes: Iterable[CoverageChange]) -> Cover:
        """Under what a ticket stands, by the keys of its coverage, and stood before its changes."""
        before = [
            (change.changed_at, Rule(self.by_pk(change.edition_before_id), change.waived_before))
            for change in changes
        ]
        return Cover(Rule(self.by_pk(edition), waived), before)

    def cover_of(
        self, coverage: Coverage, changes: Iterable[CoverageChange] | None = None
    ) -> Cover:
        """The same of one ticket (fetched with its edition, agreement and calendar).

        changes: those of the coverage, where they were fetched too.
        """
        self.of(coverage.edition)
        known = coverage.changes.all() if changes is None else changes
        return self.cover(coverage.edition_id, coverage.waived, known)


def worlds_of(editions: Iterable[int]) -> Mapping[int, World]:
    """The worlds of some editions, by their keys."""
    found = Edition.objects.select_related("agreement", "calendar").in_bulk(list(editions))
    return {pk: world_of(edition) for pk, edition in found.items()}


def world_of(edition: Edition) -> World:
    """The world of an edition (fetched with its agreement and calendar)."""
    fixed = edition.announced_at
    terms = _terms(edition.pk, fixed) if fixed else terms_of(edition)
    return World(terms, edition)


@lru_cache(maxsize=256)
def _terms(pk: int, _announced_at: datetime) -> engine.Agreement:
    """An edition that was announced never changes, so it is read once."""
    edition = Edition.objects.select_related("agreement").prefetch_related("targets").get(pk=pk)
    return terms_of(edition)


def _planned(release: Release, moment: datetime | None) -> datetime | None:
    """When a release goes live, as known at a moment; None if it was not planned then."""
    if moment is None:
        return None if release.skipped_at else release.planned_at
    if release.known_from > moment or (release.skipped_at and release.skipped_at <= moment):
        return None
    later = [move for move in release.moves.all() if move.moved_at > moment]
    return later[0].planned_before if later else release.planned_at


def _learnt_releases(releases: Iterable[Release]) -> Iterator[tuple[datetime, datetime]]:
    """When each fact about releases became known, and the first instant that it touches."""
    for release in releases:
        moves = list(release.moves.all())
        first = moves[0].planned_before if moves else release.planned_at
        yield release.known_from.astimezone(UTC), first
        for move in moves:
            yield move.moved_at, min(move.planned_before, move.planned_after)
        if release.skipped_at:
            yield release.skipped_at, release.planned_at
