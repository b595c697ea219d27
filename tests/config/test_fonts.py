"""The typeface comes from a package and is ours to serve, whatever fonts a machine has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.test import Client
from fontTools.ttLib import TTFont

from config import fonts

CSS = Path(__file__).resolve().parents[2] / "static" / "css"


def face() -> TTFont:
    """What is served as the house's typeface."""
    found = finders.find(fonts.FACE)
    assert found
    return TTFont(found)


def test_typeface_is_found_among_the_static_files_and_is_small() -> None:
    found = finders.find(fonts.FACE)
    assert found
    assert Path(found).stat().st_size < 50_000
    assert "SIL Open Font License" in Path(finders.find(fonts.LICENCE) or "").read_text()


def test_typeface_says_whose_it_is() -> None:
    names = {str(record) for record in face()["name"].names}
    assert any("The Inter Project Authors" in name for name in names)
    assert any("OFL" in name or "Open Font License" in name for name in names)


@pytest.mark.parametrize(
    "letters", ["Zoë Ğökçe-Łuczak", "€ 12,50 × 3 – “ja” ‘nee’ … ✓ → −", "Geïnd, coöperatie, één"]
)
def test_typeface_has_the_letters_of_names_and_texts(letters: str) -> None:
    known = face().getBestCmap()
    assert [sign for sign in letters if ord(sign) not in known] == []


def test_typeface_has_every_sign_of_the_texts_in_both_languages() -> None:
    root = CSS.parents[1]
    texts = (root / "locale/nl/LC_MESSAGES/django.po").read_text()
    known = face().getBestCmap()
    assert sorted({sign for sign in texts if ord(sign) > 0x7E and ord(sign) not in known}) == []


def test_typeface_has_the_weights_that_style_sheets_ask_for() -> None:
    (axis,) = face()["fvar"].axes
    asked = {
        int(weight)
        for sheet in CSS.glob("*.css")
        for weight in re.findall(r"font(?:-weight)?: (\d{3})\b", sheet.read_text())
    }
    assert asked
    assert all(axis.minValue <= weight <= axis.maxValue for weight in asked)


def test_typeface_changes_nothing_that_somebody_typed() -> None:
    features = {record.FeatureTag for record in face()["GSUB"].table.FeatureList.FeatureRecord}
    assert features <= {"ccmp", "locl", "tnum"}
    assert "tnum" in features


def test_typeface_is_made_once(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    first = Path(fonts.TypefaceFinder().find(fonts.FACE))
    made = first.stat().st_mtime_ns
    again = Path(fonts.TypefaceFinder().find(fonts.FACE))
    assert again == first
    assert again.stat().st_mtime_ns == made


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/report/", "/sign-in/", "/admin/login/"])
def test_page_asks_for_the_typeface_at_once(path: str, client: Client) -> None:
    page = client.get(path, follow=True).content.decode()
    assert re.search(
        r'<link rel="preload" href="/static/fonts/inter\.woff2" as="font" type="font/woff2" '
        r"crossorigin>",
        page,
    )
