"""Dutch is complete: every text has its translation, with the same things filled in."""

import re

import polib

from config.translations import LOCALES

PLACES = re.compile(r"%\(\w+\)s|%\(\w+\)d|\{\w+\}|%s|%d")


def test_every_text_is_there_in_dutch() -> None:
    texts = polib.pofile(str(LOCALES / "nl" / "LC_MESSAGES" / "django.po"))
    assert len(texts) > 300
    assert [text.msgid for text in texts.untranslated_entries()] == []
    assert [text.msgid for text in texts.fuzzy_entries()] == []


def test_translations_fill_in_the_same_things() -> None:
    texts = polib.pofile(str(LOCALES / "nl" / "LC_MESSAGES" / "django.po"))
    differing = [text.msgid for text in texts if not _fills_in_the_same(text)]
    assert differing == []


def _fills_in_the_same(text: polib.POEntry) -> bool:
    """One of a plural's forms may leave the number out, in either language."""
    if not text.msgid_plural:
        return _places(text.msgid) == _places(text.msgstr)
    wanted = [_places(text.msgid), _places(text.msgid_plural)]
    return all(_places(form) in wanted for form in text.msgstr_plural.values())


def _places(text: str) -> list[str]:
    return sorted(PLACES.findall(text))


STAFF = (
    "templates/workspace/*.html",
    "templates/promises/*.html",
    "templates/reports/*.html",
    "support/workspace/*.py",
    "support/reports/*.py",
    "sla/admin/*.py",
)
CUSTOMERS_TOO = {"_agreed.html", "announce.html"}


def test_colleagues_are_addressed_as_je() -> None:
    """In what only they read; an announcement shows the customers' letter."""
    root = LOCALES.parent
    sources = {
        str(path.relative_to(root)): re.sub(r"{{ (\w+) }}", r"%(\1)s", path.read_text("utf-8"))
        for pattern in STAFF
        for path in root.glob(pattern)
        if path.name not in CUSTOMERS_TOO
    }
    assert len(sources) > 100
    texts = polib.pofile(str(LOCALES / "nl" / "LC_MESSAGES" / "django.po"))
    formal = [text for text in texts if re.search(r"\b[Uu]w?\b", text.msgstr)]
    wrong = {
        (name, text.msgstr)
        for text in formal
        for name, source in sources.items()
        if any(f"{quote}{text.msgid}{quote}" in source for quote in "\"'")
        or f"%}}{text.msgid}{{%" in source
    }
    assert wrong == set()
