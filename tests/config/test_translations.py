"""Dutch is complete: every text has its translation, with the same things filled in."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import cast

import django.contrib.admin
import django.contrib.auth
import polib
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils.translation import gettext, ngettext, override

from config.translations import LOCALES

PLACES = re.compile(r"%\(\w+\)s|%\(\w+\)d|\{\w+\}|%s|%d")


def test_every_text_is_there_in_dutch() -> None:
    texts = polib.pofile(str(LOCALES / "nl" / "LC_MESSAGES" / "django.po"))
    assert len(texts) > 300
    assert [text.msgid for text in texts.untranslated_entries()] == []
    assert [text.msgid for text in texts.fuzzy_entries()] == []


GETTEXT = re.compile(r"_|n?p?gettext(_lazy)?")


def test_no_text_stands_in_an_f_string_where_it_is_not_collected() -> None:
    files = [file for room in ("config", "sla", "support", "tickets") for file in _source(room)]
    assert len(files) > 300
    assert [found for file in files for found in _hidden(file.read_text(), str(file))] == []


def test_a_text_in_an_f_string_would_be_found() -> None:
    assert list(_hidden("said = f\"{_('nobody')}\"", "here")) == ["here:1: _('nobody')"]


def _source(room: str) -> Iterator[Path]:
    return (file for file in Path(room).rglob("*.py") if "migrations" not in file.parts)


def _hidden(source: str, name: str) -> Iterator[str]:
    """The texts inside f-strings of a module: xgettext reads past them."""
    for whole in ast.walk(ast.parse(source)):
        for part in ast.walk(whole) if isinstance(whole, ast.JoinedStr) else ():
            if isinstance(part, ast.Call) and GETTEXT.fullmatch(getattr(part.func, "id", "")):
                yield f"{name}:{part.lineno}: {ast.unparse(part)}"


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
    "templates/workspace/**/*.html",
    "templates/promises/**/*.html",
    "templates/reports/**/*.html",
    "templates/mail/alerts.*",
    "templates/mail/automation*",
    "templates/mail/drift.*",
    "templates/mail/mailbox_*",
    "templates/mail/notifications.*",
    "templates/mail/webhook_*",
    "templates/announcements/desk.html",
    "templates/announcements/edit.html",
    "templates/announcements/_plan.html",
    "templates/announcements/_progress.html",
    "templates/announcements/announcement.html",
    "support/announcements/desk_pages.py",
    "support/announcements/forms.py",
    "support/workspace/*.py",
    "support/reports/*.py",
    "sla/admin/*.py",
)
CUSTOMERS_TOO = {"_agreed.html", "announce.html"}  # an announcement shows the customers' letter
EVERYBODY = (
    "templates/account/**/*.html",
    "templates/errors/**/*.html",
    "templates/mfa/**/*.html",
    "templates/socialaccount/**/*.html",
    "templates/mail/forgotten.*",
    "templates/mail/locks.*",
    "templates/mail/sign_in_link.*",
    "templates/install/*.html",
    "support/sign_in/f*.py",
    "support/sign_in/letters.py",
)


CUSTOMERS = (
    "templates/portal/**/*.html",
    "templates/widget/frame*.html",
    "templates/promises/_agreed.html",
    "templates/mail/answer*",
    "templates/announcements/[olr_]*.html",
    "templates/mail/announcement.*",
    "templates/monthly/overview*.html",
    "support/announcements/owed.py",
    "support/announcements/portal_pages.py",
    "templates/mail/changed.*",
    "templates/mail/confirmation.*",
    "templates/mail/edition*",
    "templates/mail/letter.*",
    "templates/mail/merged.*",
    "templates/mail/moved.*",
    "templates/mail/reply.*",
    "sla/calling.py",
    "sla/telling.py",
    "support/portal/*.py",
)


def test_customers_are_addressed_as_u() -> None:
    assert _said(CUSTOMERS, r"\b([Jj]ij|[Jj]e|[Jj]ouw?)\b") == set()


def test_colleagues_are_addressed_as_je() -> None:
    assert _said(STAFF, r"\b[Uu]w?\b", leaving=CUSTOMERS_TOO) == set()


NO_PAGE_OF_OURS = ("email", "in case you’ve forgotten", "password has been set")
"""Of Django's own way to a new password, for which the house has one of its own."""


def test_djangos_admin_says_je_to_colleagues_too() -> None:
    formal = set()
    for app in (django.contrib.admin, django.contrib.auth):
        dutch = Path(app.__path__[0]) / "locale" / "nl" / "LC_MESSAGES" / "django.po"
        with override("nl"):
            formal |= {
                text.msgid
                for text in polib.pofile(str(dutch))
                for said in (gettext(text.msgid), ngettext(text.msgid, text.msgid_plural, 2))
                if re.search(r"\b[Uu]w?\b", said)
                and not any(words in text.msgid for words in NO_PAGE_OF_OURS)
            }
    assert formal == set()


def test_what_colleagues_and_customers_both_read_is_neither_je_nor_u() -> None:
    assert _said(EVERYBODY, r"\b([Uu]w?|[Jj]ij|[Jj]e|[Jj]ouw?)\b") == set()


def test_a_word_that_should_not_be_there_would_be_found() -> None:
    assert "Wat kunnen wij voor u doen?" in _said(("templates/portal/report.html",), r"\bu\b")


def _said(patterns: tuple[str, ...], word: str, leaving: Collection[str] = ()) -> set[str]:
    """The Dutch texts in these files that have a word."""
    root = LOCALES.parent
    sources = [
        _texts_in(path)
        for pattern in patterns
        for path in root.glob(pattern)
        if path.name not in leaving
    ]
    texts = polib.pofile(str(LOCALES / "nl" / "LC_MESSAGES" / "django.po"))
    return {
        dutch
        for text in texts
        for dutch in [text.msgstr, *text.msgstr_plural.values()]
        if re.search(word, dutch) and any(_has(source, text.msgid) for source in sources)
    }


def _texts_in(path: Path) -> str:
    """A file with its texts in quotes."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        return " ".join(source.split())
    environment = cast("Jinja2", engines["jinja2"]).env
    found = environment.extract_translations(source)  # type: ignore[attr-defined]
    return "".join(f'"{text}"' for _line, _name, texts in found for text in _each(texts))


def _each(texts: str | tuple[str | None, ...]) -> Iterator[str]:
    yield from (texts,) if isinstance(texts, str) else (text for text in texts if text)


def _has(source: str, text: str) -> bool:
    return f'"{text}"' in source or f"'{text}'" in source
