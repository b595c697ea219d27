"""The one place that writes files: attachments, kept under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tickets.models import Attachment, Message

FOLDER = "attachments"


@dataclass(frozen=True)
class File:
    """A file as it came in, not yet kept."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


def attach(message: Message, file: File) -> Attachment:
    """Keep a file with a message. The same content is stored once, however often it comes."""
    return Attachment.objects.create(
        message=message,
        file=keep(file),
        name=safe_name(file.name),
        content_type=file.content_type[:120],
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        content_id=file.content_id[:255],
    )


def keep(file: File) -> str:
    """Store a file's content, which no message has yet; gives where, for `read`."""
    digest = hashlib.sha256(file.data).hexdigest()
    path = f"{FOLDER}/{digest[:2]}/{digest}"
    _store(path, file.data)
    return path


def read(path: str) -> bytes:
    """The content that was kept at a path."""
    with default_storage.open(path) as stored:
        return bytes(stored.read())


def forget_unused(others: Callable[[Sequence[str]], Iterable[str]], *, before: datetime) -> int:
    """Delete the contents that nothing points to and nobody kept anew since a moment.

    Such are files of discarded drafts, and of what was undone half-way. others: which of these
    paths something else than an attachment points to. Gives how many were deleted.
    """
    root = Path(default_storage.path(FOLDER))
    gone = 0
    for folder in sorted(root.glob("??")):
        old = [file for file in folder.iterdir() if _touched(file) < before.timestamp()]
        paths = [f"{FOLDER}/{folder.name}/{file.name}" for file in old]
        attached = Attachment.objects.filter(sha256__in=[file.name for file in old])
        used = {*attached.values_list("file", flat=True), *others(paths)}
        unused = (file for file, path in zip(old, paths, strict=True) if path not in used)
        gone += sum(_forget(file, before.timestamp()) for file in unused)
    return gone


def _forget(file: Path, before: float) -> bool:
    """Delete a file, unless somebody keeps the same content at this moment.

    Who does so touches it first. Once it has another name it is not found, and written anew.
    """
    aside = file.with_name(f"{file.name}.{uuid4().hex}")
    try:
        file.rename(aside)
    except FileNotFoundError:
        return False
    if _touched(aside) >= before:
        aside.rename(file)
        return False
    aside.unlink()
    return True


def _touched(file: Path) -> float:
    """When somebody last kept this content; for what is gone meanwhile, never mind."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return inf


def _store(path: str, data: bytes) -> None:
    """Write a file whole or not at all: its name promises its content."""
    stored = Path(default_storage.path(path))
    with suppress(FileNotFoundError):
        os.utime(stored)  # it is wanted: `forget_unused` keeps its hands off
        if stored.stat().st_size == len(data):
            return
    half = default_storage.save(f"{path}.{uuid4().hex}", ContentFile(data))
    Path(default_storage.path(half)).replace(stored)


def safe_name(name: str) -> str:
    """A file name that can do no harm: no folders, no control or direction characters."""
    bare = re.split(r"[\\/]", name)[-1]
    bare = "".join(char for char in bare if char.isprintable()).strip(". ")
    return bare[-150:] or "attachment"
