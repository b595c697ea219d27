"""System checks: what is wrong with the settings, and what to do about it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tickets.numbering import IN_A_ROW, SCATTERED

_CONTRACTS_ZONE = "Europe/Amsterdam"


@register()
def times_are_shown_in_the_contracts_zone(**_: Any) -> list[CheckMessage]:
    """Deadlines are promised in Dutch time and must be shown in it; rows are kept in UTC."""
    if settings.TIME_ZONE == _CONTRACTS_ZONE and settings.USE_TZ:
        return []
    return [
        Error(
            f"TIME_ZONE is {settings.TIME_ZONE!r} and USE_TZ is {settings.USE_TZ}.",
            hint=f"Set TIME_ZONE = {_CONTRACTS_ZONE!r} and USE_TZ = True in config/settings.py.",
            id="werkdag.E001",
        )
    ]


@register()
def numbers_are_given_in_a_known_way(**_: Any) -> list[CheckMessage]:
    """A word that is none would quietly change what numbers tell."""
    if settings.TICKET_NUMBERS in ("", IN_A_ROW, SCATTERED):
        return []
    return [
        Error(
            f"WERKDAG_TICKET_NUMBERS is {settings.TICKET_NUMBERS!r}.",
            hint=f"It is {SCATTERED!r} or {IN_A_ROW!r}, or empty for how this house began.",
            id="werkdag.E003",
        )
    ]


@register(Tags.security, deploy=True)
def origin_is_secure(**_: Any) -> list[CheckMessage]:
    """In production people sign in over HTTPS."""
    if settings.ORIGIN.secure:
        return []
    return [
        Advice(
            f"Werkdag is reached at {settings.ORIGIN.url}, without HTTPS.",
            hint="Set WERKDAG_ORIGIN to the public address, like https://desk.example.nl.",
            id="werkdag.W002",
        )
    ]


@register(deploy=True)
def mail_leaves_the_house(**_: Any) -> list[CheckMessage]:
    """In production letters go out, not into a folder."""
    if settings.EMAIL_BACKEND != "support.mail.outbox.OutboxBackend":
        return []
    return [
        Advice(
            "Letters are written to var/outbox and reach nobody.",
            hint="Set EMAIL_URL, like smtp+tls://user:password@mail.example.nl:587.",
            id="werkdag.W003",
        )
    ]


@register(Tags.security)
def second_factor_roles_are_known(**_: Any) -> list[CheckMessage]:
    """A role that is misspelt would need no second factor."""
    from tickets.models import Role

    unknown = sorted(settings.MFA_REQUIRED_ROLES - set(Role.values))
    if not unknown:
        return []
    return [
        Error(
            f"WERKDAG_MFA_REQUIRED names roles that do not exist: {', '.join(unknown)}.",
            hint=f"Name some of: {', '.join(Role.values)}.",
            id="werkdag.E004",
        )
    ]


@register(Tags.database)
def database_took_all_steps_that_are_one_now(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Django passes over a migration of which a part was taken, as if there were nothing to do."""
    halves = []
    for database in databases or ():
        loader = MigrationLoader(connections[database])
        taken = set(loader.applied_migrations)
        for (app, name), whole in loader.replacements.items():
            left = set(whole.replaces) - taken
            if (app, name) not in taken and left and len(left) < len(whole.replaces):
                halves.append(f"{app}.{name}")
    if not halves:
        return []
    return [
        Error(
            f"This database is of a version that is too old for this one ({', '.join(halves)}).",
            hint="Bring it up with the version that came before this one first; then with this.",
            id="werkdag.E004",
        )
    ]
