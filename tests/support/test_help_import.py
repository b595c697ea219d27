"""`manage.py help_import`: a folder of Markdown, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from support.articles.models import Article, ArticleVersion
from tests import people
from tests.support.test_help_centre import png

pytestmark = pytest.mark.django_db
GOOD = "---\ntitle: Inloggen\ncategory: Beginnen\n---\nZo logt u in.\n\n![Scherm](scherm.png)\n"


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    root = tmp_path / "help"
    root.mkdir()
    (root / "inloggen.md").write_text(GOOD)
    (root / "login.en.md").write_text(
        "---\ntitle: Signing in\nslug: inloggen\nlang: en\n---\nThis is how."
    )
    (root / "scherm.png").write_bytes(png())
    return root


def taken(root: Path, *more: str) -> None:
    call_command("help_import", str(root), *more, stdout=None)


def test_a_folder_is_taken_in_once(files: Path) -> None:
    people.organisation("School")
    (files / "school.md").write_text(
        "---\ntitle: Voor de school\ncategory: Beginnen\nvisible: School\n---\nHoi"
    )
    taken(files)
    assert not Article.objects.published().exists()
    taken(files, "--publish")
    assert ArticleVersion.objects.count() == 2
    (files / "inloggen.md").write_text(GOOD.replace("Zo", "Zó"))
    taken(files, "--publish")
    article = Article.objects.get(slug="inloggen")
    assert [each.number for each in article.versions.all()] == [2, 1]
    assert article.published is not None
    assert article.published.title_en == "Signing in"
    assert article.published.pictures.count() == 1
    school = ArticleVersion.objects.get(article__slug="school")
    assert school.organisation is not None


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("x.md", "Geen kop", "front matter"),
        ("x.md", "---\ntitle: x\n---\nTekst", "category"),
        ("x.md", "---\ntitle: x\ncategory: A\nlayout: wide\n---\nTekst", "layout"),
        ("x.md", "---\ntitle: x\ncategory: A\nlang: fr\n---\nTekst", "lang"),
        ("x.md", "---\ntitle: x\ncategory: A\nslug: ../x\n---\nTekst", "slug"),
        ("x.md", "---\ntitle: x\ncategory: A\nslug: inloggen\n---\nTekst", "same slug"),
        ("x.md", "---\ntitle: x\ncategory: A\nvisible: Niemand\n---\nTekst", "Niemand"),
        ("x.md", "---\ntitle: x\ncategory: A\n---\n![x](../../geheim.png)", "geheim.png"),
        ("x.md", "---\ntitle: x\ncategory: A\n---\n![x](kwaad.svg)", "PNG"),
        ("x.md", "---\ntitle: x\ncategory: A\n---\n" + "> " * 500 + "x", "x.md"),
        ("x.md", "---\ntitle: x\nlang: en\n---\nText", "Dutch"),
    ],
)
def test_what_is_refused_is_named_and_nothing_is_half(
    files: Path, name: str, text: str, why: str
) -> None:
    (files / name).write_text(text)
    (files / "kwaad.svg").write_text("<svg/>")
    with pytest.raises(CommandError, match=why) as refused:
        taken(files)
    assert "x.md" in str(refused.value)
    assert not Article.objects.exists()
