"""Whether a file is one that was issued, by its checksum or by that of the document inside it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sla.models import IssuedReport, ReportFile

LARGEST = 50 * 1024 * 1024
"""So much of an attachment is unpacked."""
_STREAM = re.compile(rb"/Type\s*/EmbeddedFile\b.*?stream\r?\n", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """What was issued with it. to_the_byte: the file itself is one that was given out; else only
    the facts in it are. holds: the version that holds now.
    """

    issued: IssuedReport
    to_the_byte: bool
    holds: IssuedReport


def check(content: bytes) -> Found | None:
    """What a file is; None for one that was never issued."""
    known = sha256(content).hexdigest()
    issued = IssuedReport.objects.filter(sha256=known).first()
    if issued is None:
        kept = ReportFile.objects.filter(sha256=known).select_related("issued").first()
        issued = kept.issued if kept else None
    if issued is not None:
        return _found(issued, to_the_byte=True)
    for document in attached(content):
        inside = IssuedReport.objects.filter(sha256=sha256(document).hexdigest()).first()
        if inside is not None:
            return _found(inside, to_the_byte=False)
    return None


def attached(content: bytes) -> Iterator[bytes]:
    """The files that a PDF carries, unpacked; nothing for what is no PDF."""
    if not content.startswith(b"%PDF-"):
        return
    for match in _STREAM.finditer(content):
        end = content.find(b"endstream", match.end())
        if end < 0:
            return
        packed = content[match.end() : end].rstrip(b"\r\n")
        unpacker = zlib.decompressobj()
        try:
            yield unpacker.decompress(packed, LARGEST)
        except zlib.error:
            yield packed


def _found(issued: IssuedReport, *, to_the_byte: bool) -> Found:
    holds = issued.report.issued.order_by("-version").first()
    return Found(issued, to_the_byte, holds or issued)
