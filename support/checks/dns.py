"""Questions to name servers and their answers, as bytes (RFC 1035). No I/O."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import ip_address

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28}
_INTERNET = 1
_RECURSE = 0x0100
_IS_ANSWER = 0x8000
_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_FAULTS = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}


class Garbled(ValueError):
    """No answer to this question, or one that can't be read."""


class Denied(ValueError):
    """The server's answer is an error, such as NXDOMAIN."""


def question(name: str, record_type: str, *, number: int) -> bytes:
    """A question for one kind of record of a name. ValueError for a name that can't be one."""
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError(f"no name: {name}")
    asked = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    head = _HEADER.pack(number, _RECURSE, 1, 0, 0, 0)
    return head + asked + struct.pack("!2H", TYPES[record_type], _INTERNET)


def records(answer: bytes, asked: bytes, record_type: str) -> list[str]:
    """The records of that kind in the answer to a question, as text. Garbled, Denied."""
    try:
        return list(_records(answer, asked, TYPES[record_type]))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Garbled("an answer that can't be read") from error


def _records(answer: bytes, asked: bytes, wanted: int) -> Iterator[str]:
    number, flags, questions, answers, *_rest = _HEADER.unpack_from(answer)
    same = answer[_HEADER.size : len(asked)].lower() == asked[_HEADER.size :].lower()
    if number != _HEADER.unpack_from(asked)[0] or not flags & _IS_ANSWER or questions != 1:
        raise Garbled("no answer to what was asked")
    if fault := flags & 15:
        raise Denied(_FAULTS.get(fault, f"error {fault}"))
    if not same:
        raise Garbled("no answer to what was asked")
    at = len(asked)
    for _ in range(answers):
        _name, at = _read_name(answer, at)
        kind, _class, _ttl, length = _RECORD.unpack_from(answer, at)
        at += _RECORD.size
        if kind == wanted:
            yield _text(answer, at, length, kind)
        at += length


def _text(answer: bytes, at: int, length: int, kind: int) -> str:
    data = answer[at : at + length]
    if kind in (TYPES["A"], TYPES["AAAA"]):
        if length not in (4, 16):
            raise Garbled("an address that is none")
        return str(ip_address(data))
    if kind == TYPES["TXT"]:
        said, rest = b"", data
        while rest:
            said, rest = said + rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        return said.decode(errors="replace")
    if kind == TYPES["MX"]:
        (preference,) = struct.unpack_from("!H", answer, at)
        return f"{preference} {_read_name(answer, at + 2)[0]}"
    return _read_name(answer, at)[0]


def _read_name(answer: bytes, at: int) -> tuple[str, int]:
    """A name and where what follows begins. Each pointer leads further back: none goes round."""
    labels: list[str] = []
    after, bound = None, at
    while length := answer[at]:
        if length & 0xC0:
            target = struct.unpack_from("!H", answer, at)[0] & 0x3FFF
            after = after or at + 2
            if target >= bound:
                raise Garbled("a name that goes round")
            at = bound = target
            continue
        labels.append(answer[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels), after or at + 1
