"""Mail that is signed, packed or encrypted: what needs no key is read, the rest is named.

An opaque S/MIME message (RFC 8551, `signed-data`) holds a whole message inside its signature, a
`compressed-data` one (RFC 3274) holds it packed. Reading them needs no key; whether the signature
is right is not checked and not claimed.
"""

from __future__ import annotations

import re
import zlib

from asn1crypto import cms

from support.intake import parts
from support.intake.parts import Part, Tree

MAX_LAYERS = 5
"""Signatures around signatures; more than two is nobody's mail."""

MAX_UNPACKED = 40_000_000
"""Bytes that a packed message may become; what is more stays as it came."""

_WRAPPED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_BYTES = "application/octet-stream"
_OPENED = {"signed_data", "compressed_data"}
_READABLE = _OPENED | {"data"}
_NAMES = {"multipart/signed": "signed", "multipart/encrypted": "encrypted"}
_CONTENT_FIELD = re.compile(rb"(?im)^content-[!-9;-~]+[ \t]*:.*(?:\n[ \t].*)*(?:\n|\Z)")
_BLANK_LINE = re.compile(rb"\n\r?\n")


def opened(raw: bytes) -> tuple[bytes, Tree]:
    """The message with what its opaque signatures hold in their place, and that cut up."""
    tree = parts.cut(raw)
    named = dict.fromkeys(_NAMES[kind] for kind in tree.multiparts if kind in _NAMES)
    for _layer in range(MAX_LAYERS):
        found = next(((part, inner) for part in tree.parts if (inner := _inside(raw, part))), None)
        if found is None:
            break
        part, inner = found
        if _holds(raw, part) == "signed_data":
            named["signed"] = None
        raw = _put(raw, part, inner, whole=part is tree.top or part.begin == tree.top.begin)
        tree = parts.cut(raw)
        named |= dict.fromkeys(_NAMES[kind] for kind in tree.multiparts if kind in _NAMES)
    if any(_is_encrypted(raw, part) for part in tree.parts):
        named["encrypted"] = None
    if any(_holds(raw, part) == "compressed_data" for part in tree.parts):
        named["compressed"] = None
    tree.problems += named
    return raw, tree


def _is_wrapped(part: Part) -> bool:
    """By its type, or by its name, which is all that some gateways leave (RFC 8551, 3.2.1)."""
    by_name = part.content_type == _BYTES and part.name.lower().endswith((".p7m", ".p7z"))
    return part.content_type in _WRAPPED or by_name


def _envelope(raw: bytes, part: Part) -> cms.ContentInfo | None:
    """What a part is wrapped in; None where it isn't, or can't be read."""
    if not _is_wrapped(part):
        return None
    data, _intact = parts.decode(raw, part)
    try:
        envelope = cms.ContentInfo.load(data)
        return envelope if envelope["content_type"].native else None
    except Exception:  # noqa: BLE001 - bytes of a stranger: what can't be read stays a file
        return None


def _holds(raw: bytes, part: Part) -> str:
    """What kind of wrapping a part is; '' for none that can be read."""
    envelope = _envelope(raw, part)
    return str(envelope["content_type"].native) if envelope is not None else ""


def _inside(raw: bytes, part: Part) -> bytes:
    """The message inside an opaque signature or a packing; b"" for whatever else a part is."""
    envelope = _envelope(raw, part)
    kind = envelope["content_type"].native if envelope is not None else ""
    if envelope is None or kind not in _OPENED:
        return b""
    try:
        content = envelope["content"]["encap_content_info"]["content"].native
    except Exception:  # noqa: BLE001 - as above
        return b""
    if not isinstance(content, bytes):
        return b""
    return content if kind == "signed_data" else _unpacked(content)


def _unpacked(content: bytes) -> bytes:
    """What was packed; b"" where it is broken or too much."""
    unpacking = zlib.decompressobj()
    try:
        inner = unpacking.decompress(content, MAX_UNPACKED)
    except zlib.error:
        return b""
    return inner if unpacking.eof else b""


def _is_encrypted(raw: bytes, part: Part) -> bool:
    """Not what holds certificates alone, or is only packed."""
    if not _is_wrapped(part):
        return False
    envelope = _envelope(raw, part)
    if envelope is None:
        return part.content_type in _WRAPPED
    return envelope["content_type"].native not in _READABLE


def _put(raw: bytes, part: Part, inner: bytes, *, whole: bool) -> bytes:
    """The inner message instead of a part; of the outermost, its other header fields stay.

    Of the inner one only those count that tell of its content: nothing inside may say who sent the
    mail, or what our own mail server thinks of it.
    """
    inner = _content_only(inner.lstrip(b"\r\n"))
    if not whole:
        return raw[: part.begin] + inner + raw[part.end :]
    head = raw[part.begin : part.start].replace(b"\r\n", b"\n")
    blank = _BLANK_LINE.search(head)
    kept = _CONTENT_FIELD.sub(b"", head[: blank.start() + 1] if blank else head)
    return kept.rstrip(b"\n") + b"\n" + inner


def _content_only(inner: bytes) -> bytes:
    blank = _BLANK_LINE.search(inner)
    head = inner[: blank.start() + 1] if blank else inner
    body = inner[blank.end() :] if blank else b""
    fields = b"".join(match[0] for match in _CONTENT_FIELD.finditer(head.replace(b"\r\n", b"\n")))
    return fields.rstrip(b"\n") + b"\n\n" + body
