"""A backup that failed or is missing is one incident, until there is a good one again."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import backups, outages
from sla.models import BackupJob
from sla.wording import moment_words
from support import desk
from support.desk.conversation import Words
from support.outages.verbs import OVER, kind_of
from support.who import Reporter
from tickets.models import Channel, Kind, Ticket

log = logging.getLogger(__name__)
Trouble = BackupJob.Trouble


def watch(*, now: datetime) -> None:
    """Open, go on with and wind up the incidents of all backups."""
    for job, _trouble in backups.to_be_told(now=now):
        try:
            tell(job, now=now)
        except Exception:
            # One whose agreement can't take an incident must not hold up the others.
            log.exception("backup %s: its incident could not be written", job.pk)


@transaction.atomic
def tell(job: BackupJob, *, now: datetime) -> None:
    """Bring the incident of one backup up to how it is."""
    locked = BackupJob.objects.select_for_update(of=("self",), no_key=True)
    job = locked.select_related("service", "ticket").get(pk=job.pk)
    trouble = backups.trouble_of(job, now=now)
    if trouble == job.trouble:
        return
    if trouble == Trouble.NONE:
        _say(job, _there_again(job), now)
        job.ticket = None
    elif job.ticket is None:
        job.ticket = _opened(job, trouble, now)
    else:
        _say(job, _trouble_words(job, trouble), now)
    job.trouble = trouble
    job.save(update_fields=["trouble", "ticket"])


def _opened(job: BackupJob, trouble: BackupJob.Trouble, now: datetime) -> Ticket:
    subject = _("Backup %(name)s of %(service)s failed")
    if trouble == Trouble.MISSING:
        subject = _("Backup %(name)s of %(service)s is missing")
    return desk.open_ticket(
        Reporter(name=_("Monitoring"), organisation=job.service.organisation, proved=True),
        Words(text=_trouble_words(job, trouble)),
        subject=subject % {"name": job.name, "service": job.service},
        kind=kind_of(job.service, Kind.INCIDENT),
        channel=Channel.MONITOR,
        confirm=False,
        at=now,
    )


def _say(job: BackupJob, text: str, now: datetime) -> None:
    if job.ticket is not None and job.ticket.status not in OVER:
        desk.note(job.ticket, Words(text=text), actor=None, channel=Channel.MONITOR, at=now)


def _trouble_words(job: BackupJob, trouble: BackupJob.Trouble) -> str:
    zone = outages.zone_of(job.service)
    said = {"name": job.name, "service": job.service, "destination": job.destination}
    if trouble == Trouble.FAILED and job.last_failed_at is not None:
        said["moment"] = moment_words(job.last_failed_at, zone)
        text = _("Backup %(name)s of %(service)s to %(destination)s failed on %(moment)s.")
    else:
        said["moment"] = moment_words(job.expected_by, zone)
        text = _(
            "A good backup %(name)s of %(service)s to %(destination)s should have been there by "
            "%(moment)s."
        )
    last = _("There has been none yet.")
    if job.last_good_at is not None:
        last = _("The last good one was on %(moment)s.") % {
            "moment": moment_words(job.last_good_at, zone)
        }
    return f"{text % said}\n\n{last}"


def _there_again(job: BackupJob) -> str:
    if not job.active or job.last_good_at is None:
        return _("This backup is not watched any more.")
    return _("There was a good backup again on %(moment)s.") % {
        "moment": moment_words(job.last_good_at, outages.zone_of(job.service))
    }
