"""The desk's periodic work; each task only fetches the time and calls the matter's function."""

from __future__ import annotations

import contextlib

from celery import shared_task
from django.utils import timezone

from sla import adding_up
from support.agreements import letters as editions
from support.announcements import sending as announcements
from support.api import changes, idempotency
from support.audit import record as audit
from support.automation import lasting
from support.automation import sweep as automation
from support.backups import following as backups
from support.checks import round as checks
from support.contracts import letters as contracts
from support.desk import changed, letters
from support.drafts import keeping
from support.forms import once
from support.help_centre import counting as help_counting
from support.intake import delivery, email
from support.mail import post
from support.mail.models import Mailbox
from support.mailboxes import letters as mailboxes
from support.mailboxes import sweep as inboxes
from support.maintenance import letters as maintenance
from support.monthly import letters as monthly_letters
from support.monthly import sweep as monthly
from support.notifications import alerts, drift, mailing
from support.notifications import sweep as notifications
from support.notifications.push import customers as customer_pushing
from support.notifications.push import sending as pushing
from support.people import leaving
from support.regular import sweep as regular
from support.search import indexing
from support.status_page import followers, stored, subscribing
from support.status_page import letters as status_letters
from support.webhooks import by_hand, sending
from support.webhooks import sweep as webhooks
from support.whatif.tasks import work_whatifs

__all__ = ["work_whatifs"]  # its room has it, for its page begins it


@shared_task
def send_alerts() -> None:
    """Write mail about warnings and breaches."""
    alerts.tell(now=timezone.now(), later=letters.tell_moved)


@shared_task
def tell_changes() -> None:
    """Write the letters about another kind or priority."""
    changed.tell(now=timezone.now())


@shared_task
def announce_editions() -> None:
    """Write mail about editions that were announced."""
    editions.tell(now=timezone.now())


@shared_task
def tell_of_contracts() -> None:
    """Write mail about new rates and granted credits."""
    contracts.tell(now=timezone.now())


@shared_task
def tell_announcements() -> None:
    """Write the letters of announcements that are due."""
    announcements.tell(now=timezone.now())


@shared_task
def make_monthly_reports() -> None:
    """Make the reports of last month, and mail what was issued."""
    monthly.sweep(now=timezone.now())
    monthly_letters.tell(now=timezone.now())


@shared_task
def tell_of_maintenance() -> None:
    """Write mail about maintenance that was announced, changed, cancelled or runs over."""
    maintenance.tell(now=timezone.now())


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
    keeping.send_due(now=timezone.now())


@shared_task
def forget_files() -> None:
    """Delete stored files that nothing points to."""
    keeping.forget_files(now=timezone.now())


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
    email.retry_stored(now=timezone.now())


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
    customer_pushing.hand_out(now=timezone.now())


@shared_task
def send_pushes() -> None:
    """Send to browsers what is due."""
    pushing.send_due(now=timezone.now())


@shared_task
def forget_notifications() -> None:
    """Delete what people have seen more than ninety days ago."""
    notifications.forget(now=timezone.now())
    customer_pushing.forget(now=timezone.now())


@shared_task
def run_checks() -> None:
    """Ask the checks that are due."""
    checks.run_due(now=timezone.now())


@shared_task
def watch_backups() -> None:
    """Open and wind up the incidents of backups."""
    backups.watch(now=timezone.now())


@shared_task
def add_up_checks() -> None:
    """Add up the hours of checks that are over."""
    adding_up.add_up(now=timezone.now())


@shared_task
def forget_checks() -> None:
    """Delete results and calls that were kept for long enough."""
    adding_up.sweep(now=timezone.now())


@shared_task
def keep_status_page() -> None:
    """Write the stored copy of the public page, where it changed or is a minute old."""
    stored.keep(now=timezone.now())


@shared_task
def tell_subscribers() -> None:
    """Write the letters of the public page."""
    status_letters.tell(now=timezone.now())
    followers.tell(now=timezone.now())


@shared_task
def forget_subscribers() -> None:
    """End letters that come back, and delete addresses that nobody confirmed in time."""
    subscribing.end_what_comes_back(now=timezone.now())
    subscribing.forget(now=timezone.now())


@shared_task
def send_reports() -> None:
    """Write the reports by mail that are due."""
    regular.send(now=timezone.now())


@shared_task
def forget_audit() -> None:
    """Delete what is older than the house keeps its audit log."""
    audit.forget(now=timezone.now())


@shared_task
def forget_help() -> None:
    """Delete what readers of the help centre did long ago, and pictures that no article has."""
    help_counting.forget(now=timezone.now())
