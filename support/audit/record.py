"""What changes no row of a watched table, and is told of all the same: who came in or could not,
who took what out, and what was done once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from support.audit.acting import address_of, named, who_asks
from support.audit.models import AuditEntry
from support.faults.kinds import if_it_can
from tickets.models import User

Kind, How = AuditEntry.Kind, AuditEntry.How
ACCOUNT = User._meta.label_lower
BUCKETS = 200
"""So many rows an hour for tries to come in that failed; the rest of them are one."""
LEAST_KEPT = timedelta(days=366)
"""The database lets nothing younger go, whatever the setting says."""
BATCH = 5000


def taken_out(request: HttpRequest, answer: HttpResponseBase, *, now: datetime) -> None:
    """Somebody gets a file with what the house knows, chosen by what the address asks. The same
    within an hour is one row; a customer's are one for each address, whatever they ask.
    """
    who, match = who_asks(request), request.resolver_match
    what = match.url_name if match and match.url_name else ""
    asked = {key: ", ".join(request.GET.getlist(key))[:500] for key in list(request.GET)[:40]}
    chosen = json.dumps(asked) if getattr(request.user, "is_agent", False) else ""
    digest = sha256(f"{request.path} {chosen}".encode()).hexdigest()[:16]
    _write(
        Kind.EXPORTED,
        what,
        name=answer.get("Content-Disposition", "").partition("filename=")[2].strip('"'),
        changes={key: [None, value] for key, value in asked.items() if value},
        who=who,
        bucket=f"{now:%Y-%m-%dT%H} {who.get('who', who['address'])} {what[:40]} {digest}",
    )


def done(request: HttpRequest, what: Model, said: str) -> None:
    """Something was done with it that changes none of its settings, in a word by which the log
    knows it.
    """
    _write(
        Kind.DONE,
        what._meta.label_lower,
        pk=what.pk,
        name=str(what),
        changes={said: [None, True]},
        who=who_asks(request),
    )


def signed_in(request: HttpRequest, user: User, ways: Iterable[str]) -> None:
    """Somebody came in, with a password, a link, a passkey."""
    who = {"how": How.PERSON, **named(user), "address": address_of(request)}
    _about(user, Kind.SIGNED_IN, who, changes={"method": [None, ", ".join(ways)]})


def signed_out(request: HttpRequest, user: User) -> None:
    """Somebody left by themselves."""
    who = {"how": How.PERSON, **named(user), "address": address_of(request)}
    _about(user, Kind.SIGNED_OUT, who)


def sign_in_failed(request: HttpRequest, user: User | None, *, way: str, now: datetime) -> None:
    """A try to come in failed. Anybody can try without end: within an hour those from one address
    at one account are one row, at accounts that don't exist too, and there are never many rows.

    user: whose account it was, if there is one.
    """
    address = address_of(request)
    hour = f"{now:%Y-%m-%dT%H}"
    bucket = f"{hour} failed {user.pk if user else '-'} {way} {address}"
    name = user.name if user else ""
    with if_it_can():
        if _is_crowded(now) and not AuditEntry.objects.filter(bucket=bucket).exists():
            bucket, user, name, address = f"{hour} failed others", None, "", None
        _write(
            Kind.SIGN_IN_FAILED,
            ACCOUNT,
            pk=user.pk if user else None,
            name=name,
            changes={"method": [None, way]} if not bucket.endswith("others") else {},
            who={"how": How.VISITOR, "address": address},
            bucket=bucket,
        )


def _is_crowded(now: datetime) -> bool:
    hour = now.replace(minute=0, second=0, microsecond=0)
    failed = AuditEntry.objects.filter(kind=Kind.SIGN_IN_FAILED, at__gte=hour)
    return failed.order_by("-pk")[:BUCKETS].count() >= BUCKETS


def forget(*, now: datetime) -> int:
    """Delete what is older than the house keeps its log, and write that down. Gives how many."""
    until = now - max(settings.AUDIT_KEPT, LEAST_KEPT)
    gone = 0
    while deleted := _forget_some(until):
        gone += deleted
    if gone:
        changes = {"at": [None, until.isoformat()], "times": [None, gone]}
        _write(Kind.FORGOTTEN, AuditEntry._meta.label_lower, changes=changes)
    return gone


@transaction.atomic
def _forget_some(until: datetime) -> int:
    oldest = AuditEntry.objects.filter(at__lt=until).order_by("at").values("pk")[:BATCH]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('werkdag.forgetting', 'yes', true)")
    deleted: int = AuditEntry.objects.filter(
        pk__in=list(oldest.values_list("pk", flat=True))
    ).delete()[0]
    return deleted


def _about(
    user: User, kind: str, who: Mapping[str, object], changes: Mapping[str, object] | None = None
) -> None:
    with if_it_can():
        _write(kind, ACCOUNT, pk=user.pk, name=user.name, changes=changes, who=who)


def _write(
    kind: str,
    subject: str,
    *,
    pk: object = None,
    name: str = "",
    changes: Mapping[str, object] | None = None,
    who: Mapping[str, object] | None = None,
    bucket: str | None = None,
) -> None:
    """By the database's own writer. who: else as the connection was told."""
    told = [json.dumps(each) if each is not None else None for each in (changes or {}, who)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT support_audit_write(%s::text, %s::text, %s::text, %s::text, NULL, NULL, "
            "%s::jsonb, %s::jsonb, %s::text)",
            [kind, subject, None if pk is None else str(pk), name, *told, bucket],
        )
