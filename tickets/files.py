"""The one place that writes files: attachments, kept under the hash of their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tickets.models import Attachment, Message


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
    path = f"attachments/{digest[:2]}/{digest}"
    _store(path, file.data)
    return path


def read(path: str) -> bytes:
    """The content that was kept at a path."""
    with default_storage.open(path) as stored:
        return bytes(stored.read())


def _store(path: str, data: bytes) -> None:
    """Write a file whole or not at all: its name promises its content."""
    if default_storage.exists(path) and default_storage.size(path) == len(data):
        return
    half = default_storage.save(f"{path}.{uuid4().hex}", ContentFile(data))
    Path(default_storage.path(half)).replace(default_storage.path(path))


def safe_name(name: str) -> str:
    """A file name that can do no harm: no folders, no control or direction characters."""
    bare = re.split(r"[\\/]", name)[-1]
    bare = "".join(char for char in bare if char.isprintable()).strip(". ")
    return bare[-150:] or "attachment"
