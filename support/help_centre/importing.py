"""A folder of Markdown files as articles: all of them, or none and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from support.articles.models import RESERVED, Article, Category, Readers
from support.help_centre import markdown, pictures, writing
from support.help_centre.writing import Written
from tickets.files import File
from tickets.models import Organisation

MOST_FILES, MOST_BYTES = 2_000, 200_000
NAMES = frozenset({"title", "category", "slug", "lang", "visible"})
_HEAD = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL)
_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\(([^()\s]{1,200})\)")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TITLES = {"nl": "title_nl", "en": "title_en"}


class NotTaken(Exception):
    """Why a file is not taken."""


@dataclass(frozen=True)
class Read:
    """A file as it was read. shown: the pictures beside it that it names."""

    place: Path
    slug: str
    lang: str
    title: str
    text: str
    category: str = ""
    visible: str = ""
    shown: dict[str, File] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of a folder. refused: lines, each with its file; then nothing was written."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: Sequence[str] = ()


def folder(root: Path, *, publish: bool, now: datetime) -> Outcome:
    """Take in a folder. The same folder again changes nothing."""
    read, refused = [], []
    places = sorted(root.rglob("*.md"))
    if len(places) > MOST_FILES:
        return Outcome(refused=[f"{root}: more than {MOST_FILES} files"])
    for place in places:
        try:
            read.append(_read(place, root.resolve()))
        except NotTaken as reason:
            refused.append(f"{place.relative_to(root)}: {reason}")
    groups: dict[str, dict[str, Read]] = {}
    for each in read:
        texts = groups.setdefault(each.slug, {})
        if each.lang in texts:
            first = texts[each.lang].place.relative_to(root)
            refused.append(f"{each.place.relative_to(root)}: {first} has the same slug and lang")
        texts[each.lang] = each
    refused += [
        f"{texts['en'].place.relative_to(root)}: there is no Dutch text with this slug"
        for texts in groups.values()
        if "nl" not in texts
    ]
    if refused:
        return Outcome(refused=refused)
    return _written(list(groups.values()), root, publish=publish, now=now)


def _written(
    groups: Sequence[dict[str, Read]], root: Path, *, publish: bool, now: datetime
) -> Outcome:
    done = {"added": 0, "changed": 0, "same": 0}
    refused = []
    with transaction.atomic():
        for texts in groups:
            try:
                with transaction.atomic():
                    done[_take_in(texts, publish=publish, now=now)] += 1
            except (NotTaken, ValidationError, writing.Refused) as error:
                said = "; ".join(error.messages) if isinstance(error, ValidationError) else error
                refused.append(f"{texts['nl'].place.relative_to(root)}: {said}")
        if refused:
            transaction.set_rollback(True)
    return (
        Outcome(refused=refused)
        if refused
        else Outcome(done["added"], done["changed"], done["same"])
    )


def _read(place: Path, root: Path) -> Read:
    if root not in place.resolve().parents:
        raise NotTaken("it leads out of the folder")
    if place.stat().st_size > MOST_BYTES:
        raise NotTaken(f"it is larger than {MOST_BYTES} bytes")
    try:
        found = _HEAD.match(place.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise NotTaken("it is not UTF-8") from None
    if found is None:
        raise NotTaken("it does not begin with front matter between two lines of ---")
    said = _front(found[1])
    title, lang = said.get("title", ""), said.get("lang", "nl")
    slug = said.get("slug", "") or slugify(place.stem)
    _fits(said, slug, title, lang)
    text, shown = found[2].strip(), _shown(found[2], place, root)
    if not text:
        raise NotTaken("there is no text")
    if problems := markdown.problems(_with_keys(text, dict.fromkeys(shown, "x"))):
        raise NotTaken(" ".join(problems))
    return Read(
        place, slug, lang, title, text, said.get("category", ""), said.get("visible", ""), shown
    )


def _fits(said: dict[str, str], slug: str, title: str, lang: str) -> None:
    if not title or len(title) > 120:
        raise NotTaken("title: from 1 to 120 characters")
    if lang not in ("nl", "en"):
        raise NotTaken(f"lang: nl or en, not {lang!r}")
    if len(slug) > 80 or slug in RESERVED or not _SLUG.fullmatch(slug):
        raise NotTaken(f"slug: {slug!r} is no address that can be used")
    if lang == "nl" and not said.get("category"):
        raise NotTaken("category: it is missing")


def _front(text: str) -> dict[str, str]:
    said = {}
    for line in filter(str.strip, text.split("\n")):
        name, colon, value = line.partition(":")
        if not colon or name.strip() not in NAMES:
            raise NotTaken(f"front matter: {line.strip()[:60]!r} is not understood")
        said[name.strip()] = value.strip().strip("\"'")
    return said


def _shown(text: str, place: Path, root: Path) -> dict[str, File]:
    """The pictures beside a file that it names; what is elsewhere is refused with its text."""
    found = {}
    for _words, name in _PICTURE.findall(text):
        if ":" in name or name.startswith("/"):
            continue
        beside = (place.parent / name).resolve()
        if root not in beside.parents or not beside.is_file():
            raise NotTaken(f"{name}: there is no such picture in the folder")
        if beside.stat().st_size > pictures.MOST_BYTES:
            raise NotTaken(f"{name}: at most {pictures.MOST_BYTES} bytes")
        found[name] = File(beside.name, "", beside.read_bytes())
    return found


def _with_keys(text: str, keys: dict[str, str]) -> str:
    """The text with its pictures as the house knows them."""
    return _PICTURE.sub(
        lambda found: (
            f"![{found[1]}]({markdown.PICTURE}{keys[found[2]]})" if found[2] in keys else found[0]
        ),
        text,
    )


def _take_in(texts: dict[str, Read], *, publish: bool, now: datetime) -> str:
    dutch = texts["nl"]
    article = Article.objects.filter(slug=dutch.slug).first()
    last = article.versions.all()[0] if article else None
    known = {each.name: each for each in last.pictures.all()} if last else {}
    readers, organisation = _readers(dutch.visible)
    said = Written(
        _category(dutch.category),
        {
            name: text
            for lang, each in texts.items()
            for name, text in (
                (_TITLES[lang], each.title),
                (f"body_{lang}", _with_keys(each.text, _kept_pictures(each, known, now=now))),
            )
        },
        readers,
        organisation,
    )
    if article is None or last is None:
        version, outcome = writing.begin(dutch.slug, said, by=None, now=now), "added"
    elif writing.is_same(last, said):
        return "same"
    else:
        version = writing.write(article, said, seen=last.number, by=None, now=now)
        outcome = "changed"
    if publish:
        writing.publish(version.article, version.number, by=None, now=now)
    return outcome


def _kept_pictures(
    each: Read, known: dict[str, pictures.Picture], *, now: datetime
) -> dict[str, str]:
    """The keys of its pictures; one of the same content that is there already stays."""
    keys = {}
    for name, file in each.shown.items():
        found = known.get(file.name)
        if found is None or found.file != pictures.files.keep(file):
            found = known[file.name] = pictures.keep(file, by=None, now=now)
        keys[name] = found.key
    return keys


def _category(name: str) -> Category:
    slug = slugify(name)[:60]
    if not slug:
        raise NotTaken(f"category: {name!r} is no name")
    return Category.objects.get_or_create(slug=slug, defaults={"name_nl": name[:80]})[0]


def _readers(visible: str) -> tuple[str, Organisation | None]:
    """everybody, customers, staff, or the name of an organisation. Without it: everybody."""
    if visible in ("", Readers.EVERYBODY, Readers.CUSTOMERS, Readers.STAFF):
        return visible or Readers.EVERYBODY, None
    organisation = Organisation.objects.filter(name=visible).first()
    if organisation is None:
        raise NotTaken(f"visible: no organisation is called {visible!r}")
    return Readers.ORGANISATION, organisation
