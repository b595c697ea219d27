"""The clock's periodic work; each task only fetches the time and calls the matter's function."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from sla import audit as audits
from sla import calendars, crediting, months, release_upkeep, releases, tallies, truth
from sla import sweep as sweeps
from sla.models import Calendar, ReleaseSchedule

log = logging.getLogger(__name__)
SAMPLE = 2000


@shared_task
def sweep() -> None:
    """Record the warnings and breaches that fell due, unless this machine's clock is wrong: what
    is recorded is recorded for good.
    """
    difference = truth.difference()
    if not truth.is_trusted(difference):
        seconds = difference.total_seconds()
        log.error(
            "nothing is judged: the clock here differs by %.0f s from the database's", seconds
        )
        return
    sweeps.sweep(now=timezone.now())


@shared_task
def judge_months() -> None:
    """Judge the months of services that have ended, and again those that something changed of;
    propose the credits that follow.
    """
    if truth.is_trusted(truth.difference()):
        months.sweep(now=timezone.now())
        crediting.sweep(now=timezone.now())


@shared_task
def count_months() -> None:
    """Count the promises of months that are over."""
    tallies.sweep(now=timezone.now())


@shared_task
def keep_calendars() -> None:
    """Make the holidays of coming years before anybody needs them."""
    year = timezone.localdate().year
    for calendar in Calendar.objects.all():
        added = calendars.materialise(calendar, year, year + calendars.YEARS_AHEAD)
        if added:
            log.info("calendar %s: %s days added", calendar, added)


@shared_task
def keep_releases() -> None:
    """Make the releases of the coming year by their schedules."""
    for schedule in ReleaseSchedule.objects.select_related("agreement"):
        if added := releases.keep(schedule, now=timezone.now()):
            log.info("releases of %s: %s added", schedule, len(added))


@shared_task
def keep_maintenance() -> None:
    """Announce the minutes of the releases that have come near."""
    release_upkeep.sweep(now=timezone.now())


@shared_task
def audit_sample() -> None:
    """Derive some tickets' clocks again; what differs is kept, and people are told of it."""
    run = audits.run(now=timezone.now(), sample=SAMPLE)
    if run.differences:
        log.error("audit: %s differences\n%s", run.differences, run.said)
