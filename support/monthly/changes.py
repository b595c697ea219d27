"""What a correction changes, in words: two versions of a report are told, and told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from support.monthly.document import Data
from support.monthly.telling import told
from support.monthly.told import Chapter, Line, Report, Stat, Table, cell_words

APART = ("about", "changed")
"""Chapters about the report itself."""


def changes(before: Data, after: Data) -> list[str]:
    """Each difference as a sentence, in the language that is active; nothing if there is none."""
    old, new = told(before), told(after)
    told_apart = [*_facts(old, new), *_stats(old, new), *_tables(old, new), *_lines(old, new)]
    return list(dict.fromkeys(told_apart))


def _facts(old: Report, new: Report) -> Iterator[str]:
    """Of the cover, but for what every version has its own."""
    own = (_("Version of this report"), _("Made"), _("Issued"))
    was, now = dict(old.facts), dict(new.facts)
    for name in dict.fromkeys((*was, *now)):
        if name not in own and was.get(name) != now.get(name):
            yield _became(name, was.get(name, "–"), now.get(name, "–"))


def _stats(old: Report, new: Report) -> Iterator[str]:
    was = {stat.label: stat for stat in _all_stats(old)}
    now = {stat.label: stat for stat in _all_stats(new)}
    for label in [*now, *(each for each in was if each not in now)]:
        before, after = _stat(was.get(label)), _stat(now.get(label))
        if before != after:
            yield _became(label, before, after)


def _all_stats(report: Report) -> list[Stat]:
    return [stat for chapter in report.chapters for stat in chapter.stats]


def _stat(stat: Stat | None) -> str:
    if stat is None:
        return "–"
    return f"{stat.value} ({stat.note})" if stat.note else stat.value


def _became(what: str, before: str, after: str) -> str:
    return _("%(what)s: was %(before)s, is now %(after)s.") % {
        "what": what,
        "before": before,
        "after": after,
    }


def _tables(old: Report, new: Report) -> Iterator[str]:
    was = {table.key: (chapter, table) for chapter, table in old.tables()}
    now = {table.key: (chapter, table) for chapter, table in new.tables()}
    for key in [*now, *(each for each in was if each not in now)]:
        chapter, table = now.get(key) or was[key]
        before = was[key][1].lines if key in was else []
        after = now[key][1].lines if key in now else []
        title = table.title if table.title == chapter.title else f"{chapter.title}, {table.title}"
        yield from _differences(title, table, _by_key(before), _by_key(after), (old, new))


def _by_key(lines: Sequence[Line]) -> Mapping[str, Line]:
    return {line.key: line for line in lines}


def _differences(
    title: str,
    table: Table,
    was: Mapping[str, Line],
    now: Mapping[str, Line],
    of: tuple[Report, Report],
) -> Iterator[str]:
    old, new = of
    for key, line in now.items():
        cells = [cell_words(cell, new.zone) for cell in line.cells]
        if key not in was:
            yield _("%(title)s: new is %(line)s.") % {"title": title, "line": _line_of(cells)}
            continue
        before = [cell_words(cell, old.zone) for cell in was[key].cells]
        for head, one, other in zip(table.heads, before, cells, strict=True):
            if one != other:
                yield _became(f"{title}, {cells[0]}: {head}", one, other)
    for key, line in was.items():
        if key not in now:
            cells = [cell_words(cell, old.zone) for cell in line.cells]
            yield _("%(title)s: no longer there is %(line)s.") % {
                "title": title,
                "line": _line_of(cells),
            }


def _line_of(cells: Sequence[str]) -> str:
    return ", ".join(cell for cell in cells if cell != "–")


def _lines(old: Report, new: Report) -> Iterator[str]:
    was, now = _sentences(old), _sentences(new)
    for title, lines in now.items():
        for line in lines:
            if line not in was.get(title, ()):
                yield _("%(title)s now says: “%(line)s”") % {"title": title, "line": line}
    for title, lines in was.items():
        for line in lines:
            if line not in now.get(title, ()):
                yield _("%(title)s no longer says: “%(line)s”") % {"title": title, "line": line}


def _sentences(report: Report) -> Mapping[str, Sequence[str]]:
    chapters: list[Chapter] = [
        part for each in report.chapters for part in (each, *each.parts) if each.key not in APART
    ]
    return {
        chapter.title: [*chapter.lines, *(chart.said for chart in chapter.charts)]
        for chapter in chapters
    }
