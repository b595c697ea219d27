"""What our own mail server says of a mail's sender: `Authentication-Results` (RFC 8601).

Only its own word counts. Anybody can write such a header, so one is believed by the name of the
server that wrote it, and only among the topmost: below the next trace of a server stands what came
from outside. A server takes headers in its own name out of what comes in (RFC 8601, 5).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tickets.addresses import domain_in_ascii

PASS, FAIL, UNKNOWN = "pass", "fail", ""

_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"\s*([\w.-]+)(?:\s*/\s*\d+)?\s*=\s*([\w-]+)")
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_MOST = 10_000  # characters of one field
NAMELESS = "microsoft365"
"""Stands for a server that leaves its name out, as Exchange Online does."""


def verdict(
    fields: Iterable[tuple[str, str]], *, servers: Collection[str], sender: str, alone: bool
) -> str:
    """`pass`: the sender's domain vouches for it (DMARC). `fail`: it may be forged. '': not known.

    fields: (name, value) of the header, from the top. servers: the names in which our own mail
    server writes. alone: From has this one address only; otherwise nothing vouches for it.
    """
    domain = sender.rpartition("@")[2]
    said: dict[str, set[str]] = {}
    for value in _believed(fields, {server.lower() for server in servers}):
        for method, result, about in _results(value):
            if method != "dmarc" or about in ("", domain):
                said.setdefault(method, set()).add(result)
    dmarc = said.get("dmarc", set())
    if "fail" in dmarc:
        return FAIL
    if dmarc == {"pass"}:
        return PASS if alone else UNKNOWN
    weaker = said.get("spf", set()) | said.get("dkim", set())
    return FAIL if weaker & {"fail", "hardfail"} and "pass" not in weaker else UNKNOWN


def _believed(fields: Iterable[tuple[str, str]], servers: set[str]) -> Iterable[str]:
    """The topmost results, up to the next server's trace and no further than our own."""
    began = False
    for name, value in fields:
        if name == "received" and began:
            return
        if name != "authentication-results":
            continue
        plain = _COMMENT.sub(" ", value[:_MOST])
        first, _semicolon, results = plain.partition(";")
        server = (first.split() or [""])[0].strip('"').lower()
        if "=" in server:
            server, results = NAMELESS, plain
        if server not in servers:
            return
        began = True
        yield results


def _results(value: str) -> Iterable[tuple[str, str, str]]:
    """(method, result, the domain in From) of each; without what can't be read."""
    for one in value.split(";"):
        if found := _METHOD.match(one):
            about = _FROM.search(one)
            yield found[1].lower(), found[2].lower(), domain_in_ascii(about[1]) if about else ""
