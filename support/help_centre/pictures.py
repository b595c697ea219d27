"""Pictures of articles: what one is by its content, how large, and never anything else."""

from __future__ import annotations

import secrets
import struct
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from support.articles.models import Picture
from tickets import files
from tickets.files import File
from tickets.models import User

MOST_BYTES = 4 * 1024 * 1024
WIDEST, MOST_DOTS = 8_000, 24_000_000
_STARTS = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


class Seen(NamedTuple):
    """What a picture is by its own content."""

    kind: str
    width: int
    height: int


def look(data: bytes) -> Seen | None:
    """What these bytes are; None if they are no picture that we take."""
    try:
        return _look(data)
    except (struct.error, IndexError):
        return None


def _look(data: bytes) -> Seen | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return Seen("image/png", *struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return Seen("image/gif", *struct.unpack("<HH", data[6:10]))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    return None


def _webp(data: bytes) -> Seen | None:
    kind = data[12:16]
    if kind == b"VP8X":
        wide = int.from_bytes(data[24:27], "little") + 1
        return Seen("image/webp", wide, int.from_bytes(data[27:30], "little") + 1)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        wide, high = struct.unpack("<HH", data[26:30])
        return Seen("image/webp", wide & 0x3FFF, high & 0x3FFF)
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack("<I", data[21:25])
        return Seen("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return None


def _jpeg(data: bytes) -> Seen | None:
    at = 2
    while data[at] == 0xFF:
        sign = data[at + 1]
        if sign in _STARTS:
            high, wide = struct.unpack(">HH", data[at + 5 : at + 9])
            return Seen("image/jpeg", wide, high)
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def keep(file: File, *, by: User | None, now: datetime) -> Picture:
    """Keep a picture. ValidationError says why one is not taken."""
    name = files.safe_name(file.name)
    if len(file.data) > MOST_BYTES:
        raise ValidationError(_("%(name)s is too large: at most 4 MB.") % {"name": name})
    seen = look(file.data)
    if seen is None:
        raise ValidationError(
            _("%(name)s is no picture that we take: PNG, JPEG, GIF or WebP.") % {"name": name}
        )
    if not _fits(seen):
        raise ValidationError(
            _("%(name)s has %(width)s × %(height)s dots; make it smaller, please.")
            % {"name": name, "width": seen.width, "height": seen.height}
        )
    return Picture.objects.create(
        key=secrets.token_urlsafe(12),
        name=name,
        file=files.keep(file),
        content_type=seen.kind,
        size=len(file.data),
        width=seen.width,
        height=seen.height,
        at=now,
        by=by,
    )


def _fits(seen: Seen) -> bool:
    sides = (seen.width, seen.height)
    return all(0 < side <= WIDEST for side in sides) and seen.width * seen.height <= MOST_DOTS
