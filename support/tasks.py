"""The desk's periodic work; each task only fetches the time and calls the matter's function."""

from __future__ import annotations

import contextlib

from celery import shared_task
from django.utils import timezone

from support import drafts, leaving, once, whatif
from support.api import changes, idempotency
from support.automation import lasting
from support.automation import sweep as automation
from support.intake import delivery, email
from support.intake import mailboxes as inboxes
from support.models import Mailbox
from support.notices import alerts, changed, drift, editions, mailboxes, post
from support.notifications import mailing, pushing
from support.notifications import sweep as notifications
from support.search import indexing
from support.webhooks import by_hand, sending
from support.webhooks import sweep as webhooks


@shared_task
def send_alerts() -> None:
    """Write mail about warnings and breaches."""
    alerts.tell(now=timezone.now())


@shared_task
def tell_changes() -> None:
    """Write the letters about another kind or priority."""
    changed.tell(now=timezone.now())


@shared_task
def announce_editions() -> None:
    """Write mail about editions that were announced."""
    editions.tell(now=timezone.now())


@shared_task
def tell_of_drift() -> None:
    """Alarm people about an audit that found something."""
    drift.tell(now=timezone.now())


@shared_task
def give_back() -> None:
    """Put back into the queue what lies with people who left."""
    leaving.sweep(now=timezone.now())


@shared_task
def send_mail() -> None:
    """Send the mail that is due."""
    post.send_due(now=timezone.now(), lost=delivery.lost)


@shared_task
def send_answers() -> None:
    """Send the answers that can no longer be taken back."""
    drafts.send_due(now=timezone.now())


@shared_task
def forget_files() -> None:
    """Delete stored files that nothing points to."""
    drafts.forget_files(now=timezone.now())


@shared_task
def read_mailboxes() -> None:
    """Let each mailbox be read by a task of its own: a slow one holds up no other."""
    for pk in Mailbox.objects.due(now=timezone.now()).values_list("pk", flat=True):
        read_mailbox.apply_async((pk,), expires=30)


@shared_task
def read_mailbox(pk: int) -> None:
    """Take in what is new in a mailbox."""
    with contextlib.suppress(inboxes.Busy):
        inboxes.read(pk)


@shared_task
def tell_of_mailboxes() -> None:
    """Alarm people about mailboxes that are not read."""
    mailboxes.tell(now=timezone.now())


@shared_task
def retry_intake() -> None:
    """Read mail that was stored but not read."""
    email.retry_stored()


@shared_task
def work_whatifs() -> None:
    """Work for some seconds on the what-ifs that were asked."""
    whatif.work(now=timezone.now())


@shared_task
def forget_answers() -> None:
    """Delete what was answered under idempotency keys of more than a day ago."""
    idempotency.forget(now=timezone.now())
    once.forget(now=timezone.now())


@shared_task
def tell_webhooks() -> None:
    """Write down what webhooks must be told."""
    webhooks.sweep(now=timezone.now())


@shared_task
def send_webhooks() -> None:
    """Send to webhooks what is due."""
    sending.send_due(now=timezone.now())


@shared_task
def forget_deliveries() -> None:
    """Delete what was sent to webhooks more than thirty days ago."""
    by_hand.forget(now=timezone.now())


@shared_task
def number_changes() -> None:
    """Give what changed its place in the order that programs follow."""
    changes.sweep(now=timezone.now())


@shared_task
def index_tickets() -> None:
    """Let what was written a moment ago be found."""
    indexing.sweep()


@shared_task
def keep_search() -> None:
    """Make the search documents that the sweep did not: of before an upgrade, of a lost moment."""
    for _done in indexing.rebuild():
        pass


@shared_task
def automate() -> None:
    """Let triggers do what they must about what is new."""
    automation.sweep(now=timezone.now())


@shared_task
def automate_lasting() -> None:
    """Let triggers do what they must about what waits, or is solved, for long."""
    lasting.sweep(now=timezone.now())


@shared_task
def notify() -> None:
    """Write down, mail and hand out what people of the helpdesk must hear of."""
    notifications.sweep(now=timezone.now())
    mailing.tell(now=timezone.now())
    pushing.hand_out(now=timezone.now())


@shared_task
def send_pushes() -> None:
    """Send to browsers what is due."""
    pushing.send_due(now=timezone.now())


@shared_task
def forget_notifications() -> None:
    """Delete what people have seen more than ninety days ago."""
    notifications.forget(now=timezone.now())
