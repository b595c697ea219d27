"""`manage.py makemessages`: Django's, which here also reads our Jinja2 templates."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.management.commands import makemessages
from django.template import engines
from django.template.backends.jinja2 import Jinja2


class File(makemessages.BuildFile):
    """A file that is read for its texts."""

    def preprocess(self) -> None:
        """Write a template's texts down as Python, which gettext's tools can read."""
        path = Path(self.path).resolve()
        ours, others = settings.BASE_DIR / "templates", settings.BASE_DIR / "templates" / "django"
        if not self.is_templatized or not path.is_relative_to(ours) or path.is_relative_to(others):
            super().preprocess()
            return
        environment = cast("Jinja2", engines["jinja2"]).env
        found = environment.extract_translations(path.read_text())  # type: ignore[attr-defined]
        calls = [
            f"{function}({', '.join(map(repr, _parts(texts)))})\n"
            for _line, function, texts in found
        ]
        Path(self.work_path).write_text("".join(calls))


class Command(makemessages.Command):
    """Django's command with our way to read a template."""

    build_file_class = File


def _parts(texts: str | tuple[str | None, ...]) -> list[str]:
    """The texts of a call; what stands between them is a number that is known later."""
    given = (texts,) if isinstance(texts, str) else texts
    return [text for text in given if text is not None]
