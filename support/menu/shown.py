"""The menu as somebody sees it on a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from support.menu.entries import (
    EVERYBODY,
    GROUPS,
    LEADS,
    MANAGERS,
    STAFF,
    WORK,
    Entry,
    Group,
)

FOLDED = "folded"
"""The cookie in which a browser keeps what somebody folded; menus.js writes it."""


@dataclass(frozen=True)
class Rights:
    """What somebody may see of it. outbox: mail stays in the house, where it can be read."""

    lead: bool
    manager: bool
    staff: bool
    outbox: bool

    def may(self, entry: Entry) -> bool:
        """Is it there for them?"""
        if entry.address == "outbox" and not self.outbox:
            return False
        rights = {EVERYBODY: True, LEADS: self.lead, MANAGERS: self.manager, STAFF: self.staff}
        return rights[entry.who]


@dataclass(frozen=True)
class Shown:
    """A group with the entries that are there for somebody. is_open: not folded."""

    group: Group
    entries: Sequence[Entry]
    is_open: bool


def work(rights: Rights) -> list[Entry]:
    """What stands above the groups, and on a telephone in sight."""
    return [entry for entry in WORK if rights.may(entry)]


def groups(rights: Rights, *, here: str, folded: Iterable[str]) -> Iterator[Shown]:
    """The groups that somebody has anything in; the one of this page is open in any case."""
    closed = set(folded)
    for group in GROUPS:
        entries = [entry for entry in group.entries if rights.may(entry)]
        if entries:
            is_here = any(entry.is_of(here) for entry in entries)
            yield Shown(group, entries, is_here or group.key not in closed)


def folded_in(cookie: str) -> tuple[str, ...]:
    """Which groups a cookie names, in the order of the menu."""
    named = set(cookie[:200].split("."))
    return tuple(group.key for group in GROUPS if group.key in named)
