"""Static files that are made of what packages ship, and kept under var/ once they are."""

from __future__ import annotations

import hashlib
import os
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage


class MadeFinder(BaseFinder):
    """Finds some files, making them first where they are not there yet.

    places: what they are called. name: of their folder.
    """

    places: tuple[str, ...]
    name: str

    def find(self, path: str, find_all: bool = False, **unused: Any) -> Any:
        """Where one of them is; Django asks this while developing and testing."""
        if path not in self.places:
            return []
        found = str(self.folder / path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """All of them, for collectstatic."""
        storage = FileSystemStorage(location=self.folder)
        for path in self.places:
            if not matches_patterns(path, list(ignore_patterns or [])):
                yield path, storage

    @cached_property
    def folder(self) -> Path:
        """The folder with all of them, made by this recipe."""
        recipe = hashlib.sha256(repr(self.recipe()).encode()).hexdigest()[:12]
        folder = Path(settings.VAR_DIR) / self.name / recipe
        if not all((folder / place).exists() for place in self.places):
            for place, content in self.made().items():
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                _put(folder / place, content)
        return folder

    @abstractmethod
    def recipe(self) -> object:
        """All that they hang on: another one makes other files."""

    @abstractmethod
    def made(self) -> dict[str, bytes]:
        """Each of them by its place."""


def _put(path: Path, content: bytes) -> None:
    """Write a file so that another process sees it whole or not at all."""
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
