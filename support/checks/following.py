"""What a result means: a failure that counts opens or joins an outage, and recovery ends it.

The result and what follows from it are one transaction, so that a worker that dies in between loses
neither. What can't follow yet (the clock was put back, the desk refused) is tried again each round.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from sla import measuring
from sla.measuring import Finding
from sla.models import Check, Outage, Service
from support.outages import verbs

log = logging.getLogger(__name__)


@transaction.atomic
def note(check: Check, finding: Finding, *, now: datetime, turn: int | None = None) -> bool:
    """Note one result with what follows from it. False: this check is somebody else's by now."""
    Service.objects.select_for_update(no_key=True).get(pk=check.service_id)
    current = measuring.held(check, turn=turn)
    if current is None:
        return False
    if not finding.good:
        _look_at_outage(current, finding)
    measuring.take_in(current, finding)
    measuring.write([(current, finding)])
    _settle_or_log(current, now=now)
    return True


def settle_all(*, now: datetime) -> None:
    """Open and end what could not be opened and ended before."""
    for check in Check.objects.unsettled().filter(active=True).order_by("pk"):
        with transaction.atomic():
            Service.objects.select_for_update(no_key=True).get(pk=check.service_id)
            current = measuring.held(check)
            if current is not None:
                _settle_or_log(current, now=now)


def _settle_or_log(check: Check, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            _settle(check, now=now)
    except Exception:
        # The result itself stays; whoever looks finds the check unsettled, and so does the next
        # round.
        log.exception("check %s: its outage could not be written", check.pk)


def _settle(check: Check, *, now: datetime) -> None:
    """Bring the ledger up to what is known of a check. The caller holds service and check."""
    if check.down and check.outage is None and not check.quiet:
        check.outage = _opened(check, now=now)
        check.save(update_fields=["outage"])
    elif check.failures == 0 and check.outage is not None and _ended(check, check.outage, now):
        check.outage = None
        check.save(update_fields=["outage"])


def _look_at_outage(check: Check, finding: Finding) -> None:
    """A person may have ended or withdrawn the outage that a check is in, and it still fails."""
    outage = check.outage
    if outage is None:
        return
    if outage.withdrawn:
        check.outage, check.quiet = None, True
    elif outage.restored_at is not None and outage.restored_at <= finding.at:
        # It is over, they say. Should it go on failing, that is another one, from now on.
        check.outage, check.failures, check.failing_since = None, 0, None


def _opened(check: Check, *, now: datetime) -> Outage:
    at = min(check.failing_since or now, now)
    while True:
        outage = verbs.detected(
            check.service,
            at=at,
            now=now,
            check=check.pk,
            check_name=check.name,
            fault=check.fault,
            said=check.said,
        )
        if outage.restored_at is None:
            return outage
        # It began within one that is over, and goes on after it.
        at = outage.restored_at


def _ended(check: Check, outage: Outage, now: datetime) -> bool:
    """Whether the check is done with its outage, which ends when its last check is good again."""
    others = Check.objects.filter(outage=outage, failures__gte=1).exclude(pk=check.pk)
    if outage.withdrawn or outage.restored_at is not None or others.exists():
        return True
    known = [at for at in (outage.reported_at, outage.detected_at) if at is not None]
    begin = outage.accepted_from or max([min(known), *filter(None, [outage.down_since])])
    at = max(check.good_since or now, begin)
    if at > now:
        # The clock was ahead when it began, and has been put back: wait for it.
        return False
    verbs.restored(outage, at=at, now=now)
    return True
