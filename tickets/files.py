"""The one place that writes files: attachments, kept under the hash of their content."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tickets.models import Attachment, Message

FOLDER = "attachments"


class NotStored(OSError):
    """The file store takes nothing: full, read-only, or gone."""


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


def try_out() -> None:
    """Write something where files are kept, read it, and delete it. NotStored if that fails.

    Also if there is too little room: a report with all that it may have must fit, twice.
    """
    path = f"{FOLDER}/try.{uuid4().hex}"
    sign = uuid4().bytes
    try:
        written = Path(default_storage.path(default_storage.save(path, ContentFile(sign))))
        try:
            with written.open("rb+") as file:
                os.fsync(file.fileno())
                kept = file.read()
        finally:
            written.unlink()
        free = shutil.disk_usage(written.parent).free
    except OSError as error:
        raise NotStored(error.errno, error.strerror or "no answer") from error
    if kept != sign:
        raise NotStored(errno.EIO, "what was written can't be read")
    if free < 2 * settings.ATTACHMENTS_MAX_BYTES:
        raise NotStored(errno.ENOSPC, f"only {free // 1024**2} MB left")


def _store(path: str, data: bytes) -> None:
    """Write a file whole or not at all: its name promises its content. NotStored if it can't be."""
    try:
        _written(path, data)
    except OSError as error:
        raise NotStored(error.errno, error.strerror or "no answer") from error


def _written(path: str, data: bytes) -> None:
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
