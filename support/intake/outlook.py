"""What Outlook packs into winmail.dat (TNEF, as [MS-OXTNEF] describes it): the files in it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

MOST = 100
"""Files that are taken out of one winmail.dat."""

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BII")  # level, attribute, length; two bytes of checksum follow the data
_IN_ATTACHMENT = 2
_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# The long file name among the properties: its tag (Unicode or not), how many, how many bytes.
_LONG_NAME = re.compile(rb"([\x1e\x1f])\x00\x07\x37\x01\x00\x00\x00(.{4})", re.DOTALL)


def files(data: bytes) -> list[tuple[str, bytes]]:
    """The names and contents of the files in a winmail.dat; none if it can't be read as one."""
    found: list[tuple[str, bytes]] = []
    name, content, properties = b"", b"", b""

    def finished() -> list[tuple[str, bytes]]:
        return [(_long_name(properties) or _text(name), content)] if content else []

    for attribute, value in _attributes(data):
        if attribute == _BEGINS:
            found += finished()
            name, content, properties = b"", b"", b""
            if len(found) >= MOST:
                return found
        elif attribute == _TITLE:
            name = value
        elif attribute == _DATA:
            content = value
        elif attribute == _PROPERTIES:
            properties = value
    return found + finished()


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Those of attachments, as far as they are whole."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return
    at = 6  # after the signature and a key
    while at + _HEAD.size <= len(data):
        level, attribute, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if at + length > len(data):
            return
        if level == _IN_ATTACHMENT:
            yield attribute, data[at : at + length]
        at += length + 2


def _long_name(properties: bytes) -> str:
    found = _LONG_NAME.search(properties)
    if found is None:
        return ""
    start, length = found.end(), struct.unpack("<I", found[2])[0]
    value = properties[start : start + min(length, 1000)]
    return _text(value) if found[1] == b"\x1e" else _ended(value.decode("utf-16-le", "replace"))


def _text(value: bytes) -> str:
    try:
        return _ended(value.decode("utf-8"))
    except UnicodeDecodeError:
        return _ended(value.decode("cp1252", "replace"))


def _ended(text: str) -> str:
    return text.partition("\x00")[0]
