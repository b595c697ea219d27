"""One round of a check: each of its addresses is asked. No database: this runs in threads."""

from __future__ import annotations

import secrets
from datetime import datetime
from time import monotonic

from sla.measuring import Finding
from sla.models import Check
from support.checks import dns
from support.checks.targets import server_and_port
from support.outgoing import gate

MOST_READ = 256 * 1024
"""Bytes of an answer in which a text is looked for."""
AGENT = {"User-Agent": "Werkdag-Check", "Accept": "*/*", "Connection": "close"}
Fault = Check.Fault


class Wrong(Exception):
    """What was asked is not as it should be."""

    def __init__(self, fault: Check.Fault, said: str) -> None:
        super().__init__(said)
        self.fault, self.said = fault, said


def probe(check: Check, *, at: datetime) -> Finding:
    """Ask each address in turn until one fails."""
    began = monotonic()
    ends: list[datetime] = []
    fault, said = Fault.NONE, ""
    for target in check.targets:
        try:
            end = _ask(check, target)
        except Wrong as wrong:
            fault, said = wrong.fault, f"{target}: {wrong.said}"
            break
        if end is not None:
            ends.append(end)
    return Finding(
        at=at,
        fault=fault,
        said=said.replace("\x00", ""),
        certificate_ends_at=min(ends, default=None),
        duration_ms=int((monotonic() - began) * 1000),
    )


def _ask(check: Check, target: str) -> datetime | None:
    """One address; gives the end of its certificate, if it has one. Raises Wrong."""
    try:
        match check.kind:
            case Check.Kind.HTTP:
                return _ask_web(check, target)
            case Check.Kind.TCP:
                host, port = server_and_port(target)
                gate.connect(host, port, timeout=check.timeout_seconds)
            case Check.Kind.DNS:
                _ask_name(check, target)
    except gate.Refused as error:
        raise Wrong(Fault.REFUSED, str(error)) from error
    except gate.NoName as error:
        raise Wrong(Fault.NO_NAME, str(error)) from error
    except gate.TooSlow as error:
        raise Wrong(Fault.SILENT, str(error)) from error
    except gate.BadCertificate as error:
        raise Wrong(Fault.CERTIFICATE, str(error)) from error
    except (gate.Unreachable, dns.Garbled) as error:
        raise Wrong(Fault.UNREACHABLE, str(error)) from error
    return None


def _ask_web(check: Check, url: str) -> datetime | None:
    limit = MOST_READ if check.expected_text else 1
    answer = gate.fetch(url, headers=AGENT, timeout=check.timeout_seconds, limit=limit)
    if answer.status != check.expected_status:
        raise Wrong(Fault.STATUS, str(answer.status))
    if check.expected_text and check.expected_text.encode() not in answer.body:
        raise Wrong(Fault.TEXT, check.expected_text)
    return answer.certificate_ends_at


def _ask_name(check: Check, server: str) -> None:
    host, port = server_and_port(server, 53)
    try:
        asked = dns.question(check.dns_name, check.dns_type, number=secrets.randbits(16))
    except ValueError as error:
        raise Wrong(Fault.NO_NAME, str(error)) from error
    answer = gate.ask_by_datagram(host, port, asked, timeout=check.timeout_seconds)
    try:
        found = dns.records(answer, asked, check.dns_type)
    except dns.Denied as error:
        raise Wrong(Fault.RECORD, str(error)) from error
    if not found or (check.expected_text and check.expected_text not in found):
        raise Wrong(Fault.RECORD, ", ".join(found) or "-")
