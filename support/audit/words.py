"""Lines of the log in words: tables, columns and values as people call them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.audit.models import AuditEntry
from support.audit.watching import WATCHED
from tickets.models import User

Key = tuple[str, str]
"""A subject and its key."""
Kind = AuditEntry.Kind
SUBJECTS: Mapping[str, object] = {
    "tickets.user": gettext_lazy("account"),
    "tickets.user_groups": gettext_lazy("group of an account"),
    "tickets.user_user_permissions": gettext_lazy("permission of an account"),
    "account.emailaddress": gettext_lazy("e-mail address of an account"),
    "mfa.authenticator": gettext_lazy("second factor"),
    "socialaccount.socialaccount": gettext_lazy("account at the identity provider"),
    "socialaccount.socialapp": gettext_lazy("identity provider"),
    "usersessions.usersession": gettext_lazy("session"),
    "support.auditentry": gettext_lazy("audit log"),
}
"""Where what a table is called is a package's word, or not the one that people use."""
LABELS: Mapping[str, object] = {
    "active": gettext_lazy("active"),
    "asked": gettext_lazy("what is asked"),
    "at": gettext_lazy("moment"),
    "by_id": gettext_lazy("by"),
    "changed_at": gettext_lazy("last changed"),
    "chosen": gettext_lazy("what is chosen"),
    "conditions": gettext_lazy("conditions"),
    "content_type": gettext_lazy("type of file"),
    "created_at": gettext_lazy("made"),
    "disabled_why": gettext_lazy("why it is off"),
    "endpoint": gettext_lazy("address of the browser"),
    "expires_at": gettext_lazy("good until"),
    "file": gettext_lazy("file"),
    "group_id": gettext_lazy("group"),
    "height": gettext_lazy("height"),
    "in_app": gettext_lazy("at the bell"),
    "ip": gettext_lazy("address"),
    "key": gettext_lazy("secret address"),
    "kind": gettext_lazy("kind"),
    "last_seen_at": gettext_lazy("last seen"),
    "lines": gettext_lazy("lines"),
    "made_at": gettext_lazy("made"),
    "mail": gettext_lazy("by mail"),
    "method": gettext_lazy("by means of"),
    "number": gettext_lazy("number"),
    "off_at": gettext_lazy("switched off"),
    "off_why": gettext_lazy("why it is off"),
    "owner_id": gettext_lazy("owner"),
    "p256dh": gettext_lazy("key of the browser"),
    "permission_id": gettext_lazy("permission"),
    "ping_key": gettext_lazy("secret address"),
    "position": gettext_lazy("place"),
    "public": gettext_lazy("public key"),
    "published_at": gettext_lazy("published on"),
    "published_by_id": gettext_lazy("published by"),
    "published_id": gettext_lazy("published version"),
    "push": gettext_lazy("in the browser"),
    "rates_from": gettext_lazy("rates from"),
    "restored": gettext_lazy("restored from version"),
    "send_at": gettext_lazy("goes out"),
    "scattered": gettext_lazy("numbers are left out"),
    "sealed_auth": gettext_lazy("key of the browser"),
    "sealed_old_secret": gettext_lazy("old secret"),
    "sealed_private": gettext_lazy("private key"),
    "sealed_secret": gettext_lazy("secret"),
    "sent_again": gettext_lazy("sent once more"),
    "settings": gettext_lazy("settings"),
    "sha256": gettext_lazy("token"),
    "since": gettext_lazy("since"),
    "size": gettext_lazy("size"),
    "steps": gettext_lazy("steps"),
    "tested": gettext_lazy("tried out"),
    "times": gettext_lazy("lines"),
    "token_sha256": gettext_lazy("token"),
    "type": gettext_lazy("kind"),
    "user_agent": gettext_lazy("browser"),
    "width": gettext_lazy("width"),
    "withdrawn_at": gettext_lazy("withdrawn on"),
}
"""Columns whose field has no name in words."""
METHODS: Mapping[str, object] = {
    "password": gettext_lazy("password"),
    "link": gettext_lazy("sign-in link"),
    "code": gettext_lazy("code"),
    "mfa": gettext_lazy("second factor"),
    "passkey": gettext_lazy("passkey"),
    "socialaccount": gettext_lazy("identity provider"),
}
TYPES: Mapping[str, object] = {
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
}
NOTHING = "–"


@dataclass(frozen=True)
class Difference:
    """One column. shown: False for a secret, of which only is told that it changed."""

    label: str
    before: str = NOTHING
    after: str = NOTHING
    shown: bool = True
    long: bool = False


@dataclass(frozen=True)
class Line:
    """One entry. what: the sort of thing; part: what it belongs to."""

    entry: AuditEntry
    what: str
    name: str
    part: str
    who: str
    differences: Sequence[Difference] = field(default_factory=list)


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Entries in words, with the names of all that they point to asked for at once."""
    entries = list(entries)
    names = _names(entries)
    return [_line(entry, names) for entry in entries]


def subject_words(subject: str) -> str:
    """What a table is called, or an address from which a file was taken."""
    if said := SUBJECTS.get(subject):
        return str(said)
    try:
        return str(apps.get_model(subject)._meta.verbose_name)
    except (LookupError, ValueError):
        return subject


def who_words(entry: AuditEntry) -> str:
    """Who did it: a person, a program for somebody, a command, the house."""
    how = AuditEntry.How
    if entry.how == how.TOKEN:
        return _("%(who)s, by token %(token)s") % {"who": entry.who_name, "token": entry.via}
    if entry.how == how.COMMAND:
        return _("command %(name)s") % {"name": entry.via} if entry.via else _("a command")
    if entry.how == how.VISITOR:
        return _("somebody who is not signed in")
    return entry.who_name or "Werkdag"


def _line(entry: AuditEntry, names: Mapping[Key, str]) -> Line:
    part = ""
    if entry.part_of:
        of = names.get((entry.part_of, entry.part_of_pk), f"#{entry.part_of_pk}")
        part = f"{subject_words(entry.part_of)} {of}"
    has_name = entry.subject not in WATCHED or WATCHED[entry.subject].named
    name = entry.name or (names.get((entry.subject, entry.subject_pk), "") if has_name else "")
    if entry.subject == "mfa.authenticator":
        name = str(TYPES.get(name, name))
    return Line(
        entry=entry,
        what=_("file") if entry.kind == Kind.EXPORTED else subject_words(entry.subject),
        name=name,
        part=part,
        who=who_words(entry),
        differences=list(_differences(entry, names)),
    )


def _differences(entry: AuditEntry, names: Mapping[Key, str]) -> Iterator[Difference]:
    for column, change in sorted(entry.changes.items()):
        found = _field(entry.subject, column)
        label = _label(found, column)
        if change is None:
            yield Difference(label, shown=False)
            continue
        before, after = (_value(found, column, value, names) for value in change)
        yield Difference(label, before, after, long=max(len(before), len(after)) > 60)


def _field(subject: str, column: str) -> Any:
    if subject not in WATCHED:
        return None
    fields = {each.attname: each for each in apps.get_model(subject)._meta.concrete_fields}
    return fields.get(column)  # a column of long ago may be gone


def _label(found: Any, column: str) -> str:
    if found is not None and isinstance(found._verbose_name, Promise):
        return str(found.verbose_name)
    if column in LABELS:
        return str(LABELS[column])
    if found is not None and found.is_relation:
        return subject_words(found.related_model._meta.label_lower)
    return column


def _value(found: Any, column: str, value: Any, names: Mapping[Key, str]) -> str:  # noqa: PLR0911 - one a type
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column == "method":
        return ", ".join(str(METHODS.get(each, each)) for each in str(value).split(", "))
    if found is None:
        return _plain(value)
    if found.is_relation:
        key = found.related_model._meta.label_lower, str(value)
        return names.get(key, f"#{value}")
    choices = dict(getattr(getattr(found, "base_field", found), "flatchoices", None) or ())
    if column == "type" and value in TYPES:
        return str(TYPES[value])
    if isinstance(value, list) and choices:
        return ", ".join(str(choices.get(each, each)) for each in value)
    if choices and value in choices:
        return str(choices[value])
    if isinstance(found, models.DateField):  # a moment is one too
        return _moment(value)
    return _plain(value)


def _moment(value: object) -> str:
    text = str(value)
    try:
        if len(text) <= len("2026-12-31"):
            return date_format(date.fromisoformat(text), "j M Y")
        return date_format(timezone.localtime(datetime.fromisoformat(text)), "j M Y H:i")
    except ValueError:
        return text


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        if all(not isinstance(each, (dict, list)) for each in value):
            return ", ".join(_plain(each) for each in value)
        return "\n".join(f"{at}. {_plain(each)}" for at, each in enumerate(value, start=1))
    if isinstance(value, (str, int, float, bool)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _names(entries: Sequence[AuditEntry]) -> dict[Key, str]:
    """What everything that these entries point to is called: now, else as it was last called."""
    wanted: set[Key] = set()
    for entry in entries:
        wanted |= {(entry.part_of, entry.part_of_pk), (entry.subject, entry.subject_pk)}
        for column, change in entry.changes.items():
            found = _field(entry.subject, column)
            if found is not None and found.is_relation and change is not None:
                label = found.related_model._meta.label_lower
                wanted |= {(label, str(value)) for value in change if value is not None}
    wanted = {key for key in wanted if all(key)}
    by_subject: dict[str, set[str]] = {}
    for subject, pk in wanted:
        by_subject.setdefault(subject, set()).add(pk)
    names: dict[Key, str] = {}
    for subject, pks in by_subject.items():
        names |= _names_now(subject, pks)
    return _names_then(wanted - names.keys()) | names


def _names_now(subject: str, pks: set[str]) -> dict[Key, str]:
    try:
        model = apps.get_model(subject)
    except (LookupError, ValueError):
        return {}
    column = WATCHED[subject].named if subject in WATCHED else ""
    numbers = [pk for pk in pks if pk.isdigit() and len(pk) < 19]
    rows = model._base_manager.filter(pk__in=numbers)
    if not column:
        return {(subject, str(row.pk)): str(row) for row in rows}
    return {(subject, str(pk)): str(name) for pk, name in rows.values_list("pk", column)}


def _names_then(gone: set[Key]) -> dict[Key, str]:
    if not gone:
        return {}
    named: dict[Key, str] = {}
    for subject in {subject for subject, _pk in gone}:
        pks = [pk for label, pk in gone if label == subject]
        kept = AuditEntry.objects.filter(subject=subject, subject_pk__in=pks).exclude(name="")
        last = kept.order_by("subject_pk", "-pk").distinct("subject_pk")
        found = last.values_list("subject_pk", "name")
        named |= {(subject, pk): name for pk, name in found}
    return named


def what_is_watched() -> list[tuple[str, str]]:
    """Every table of which the log tells, in words, in their order."""
    said = [(label, subject_words(label)) for label in WATCHED]
    return sorted(said, key=lambda each: each[1].lower())


def account_words(pk: int) -> str:
    """What an account is called, or was."""
    names = _names_now(User._meta.label_lower, {str(pk)})
    return next(iter(names.values()), "") or f"#{pk}"
