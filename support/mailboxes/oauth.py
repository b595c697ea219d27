"""Access tokens for mailboxes of Microsoft 365 and Google, from the consent that was given once."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from support.mail.models import Mailbox
from support.outgoing.gate import fetch
from support.secrets.sealing import seal, unseal

_MARGIN = timedelta(minutes=2)  # so that it does not lapse while we read
_SHORTEST = timedelta(minutes=5)  # where the server does not say how long it lasts


class NoToken(Exception):
    """The server gave none. `refused`: because the consent is gone, not because it is unwell."""

    def __init__(self, said: str, *, refused: bool) -> None:
        super().__init__(said)
        self.refused = refused


def access_token(mailbox: Mailbox, *, now: datetime) -> str:
    """A token that is good for some minutes; kept (sealed) until it nearly lapses.

    Raises NoToken, Unsealable, outgoing.Refused or outgoing.Unreachable.
    """
    if mailbox.access_until is not None and mailbox.access_until - _MARGIN > now:
        return unseal(mailbox.access_token)
    answer = fetch(
        mailbox.token_url,
        method="POST",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        body=urlencode(_question(mailbox)).encode(),
    )
    said = _read(answer.body)
    token = said.get("access_token")
    if not answer.fine or not isinstance(token, str) or not token:
        error = str(said.get("error") or f"HTTP {answer.status}")[:80]
        raise NoToken(error, refused=answer.status in (400, 401, 403))
    _keep(mailbox, token, said, now=now)
    return token


def forget(mailbox: Mailbox) -> None:
    """The mail server refused the token: ask for another one next time."""
    mailbox.access_token, mailbox.access_until = "", None
    mailbox.save(update_fields=["access_token", "access_until"])


def _question(mailbox: Mailbox) -> dict[str, str]:
    question = {
        "grant_type": "refresh_token",
        "client_id": mailbox.client_id,
        "refresh_token": unseal(mailbox.refresh_token),
    }
    if mailbox.client_secret:
        question["client_secret"] = unseal(mailbox.client_secret)
    return question


def _read(body: bytes) -> dict[str, object]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _keep(mailbox: Mailbox, token: str, said: dict[str, object], *, now: datetime) -> None:
    lasts = said.get("expires_in")
    lasting = timedelta(seconds=lasts) if isinstance(lasts, int) and lasts > 0 else _SHORTEST
    mailbox.access_token, mailbox.access_until = seal(token), now + lasting
    fresh = said.get("refresh_token")
    if isinstance(fresh, str) and fresh:
        mailbox.refresh_token = seal(fresh)  # Microsoft gives a new one each time
    mailbox.save(update_fields=["access_token", "access_until", "refresh_token"])
