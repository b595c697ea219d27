"""Articles that answer to words: by their endings first, then by words that look alike.

Whoever calls says among which articles; nothing here widens that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    TrigramStrictWordSimilarity,
)
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat, Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from support.articles.models import Article, ArticleQuerySet, ArticleVersion

LONGEST, MOST_WORDS, MOST = 100, 8, 20
MOST_ALIKE, READ = 4, 3_000
"""So many words, in so much of a text, are compared with each other."""
ALIKE, FEWEST = 0.42, 0.02
_WORD = re.compile(r"[^\W_]+")
_ON, _OFF = "\ue000", "\ue001"
# Too short, or in every report: what a subject says besides is looked for.
_COMMON = frozenset(
    """
    de het een en of ik je u wij we ze is zijn was heb hebben kan kunnen niet wel maar met van voor
    op in te naar om dat dit die er hoe wat waar wie als ook mijn onze ons geen meer doet werkt
    the a an and or i you they it are has have can cannot not but with for on to that this there
    how what where who when my our no more does do works
    """.split()  # noqa: SIM905 - words are read as words
)
Query = Any


@dataclass(frozen=True)
class Hit:
    """An article that answers. title, text: HTML with what matched marked."""

    article: Article
    title: SafeString
    text: SafeString


def words_of(text: str) -> list[str]:
    """The words of a search that can be looked for, each once."""
    found = [word.casefold() for word in _WORD.findall(text[:LONGEST]) if len(word) > 1]
    return list(dict.fromkeys(word for word in found if word not in _COMMON))[:MOST_WORDS]


def words_in(text: str) -> set[str]:
    """All words of a text of ours, as those of a search are compared with them."""
    return {word.casefold() for word in _WORD.findall(text)} - _COMMON


def find(articles: ArticleQuerySet, text: str) -> list[Hit]:
    """The best first: those with all words, else those with some, else those that look alike."""
    words = words_of(text)
    if not words:
        return []
    for join in (and_, or_):
        found = _by_endings(articles, words, join)[:MOST]
        if found:
            return _marked(found, words)
    alike = _alike(articles, words)[:MOST]
    return [_marked_alike(article, words) for article in alike]


def suggested(articles: ArticleQuerySet, subject: str, *, most: int = 3) -> list[Article]:
    """What may answer a report of which somebody has typed the subject."""
    words = words_of(subject)
    if not words:
        return []
    found = [
        article
        for article in _by_endings(articles, words, or_)[: most * 2]
        if article.rank >= FEWEST
    ]
    return (found or _alike(articles, words, in_texts=False))[:most]


def _query(word: str) -> dict[str, Query]:
    """A word with other endings, or as the beginning of a longer one."""
    longer = SearchQuery(f"'{word}':*", config="simple", search_type="raw")
    stems = {"nl": SearchQuery(word, config="dutch"), "en": SearchQuery(word, config="english")}
    return {name: stem | longer if len(word) > 3 else stem for name, stem in stems.items()}


def _by_endings(articles: ArticleQuerySet, words: Sequence[str], join: Any) -> list[Any]:
    """Those in which the words stand, in either language; a title counts for more."""
    each = [_query(word) for word in words]
    holds = [
        Q(published__words_nl=query["nl"]) | Q(published__words_en=query["en"]) for query in each
    ]
    any_of = {name: reduce(or_, [query[name] for query in each]) for name in ("nl", "en")}
    rank = SearchRank(F("published__words_nl"), any_of["nl"]) + SearchRank(
        F("published__words_en"), any_of["en"]
    )
    return list(
        articles.published()
        .filter(reduce(join, holds))
        .annotate(rank=rank)
        .order_by("-rank", "pk")[:MOST]
    )


def _alike(
    articles: ArticleQuerySet, words: Sequence[str], *, in_texts: bool = True
) -> list[Article]:
    """Those with words that look like these; of each word that is long enough to be mistyped."""
    long = [word for word in words if len(word) > 3][:MOST_ALIKE]
    if not long:
        return []
    titles: list[object] = [F("published__title_nl"), Value(" "), F("published__title_en")]
    texts = [Left(f"published__plain_{language}", READ) for language in ("nl", "en")]
    pieces = [*titles, Value(" "), texts[0], Value(" "), texts[1]] if in_texts else titles
    text = Concat(*pieces, output_field=TextField())
    scores = [TrigramStrictWordSimilarity(word, text) for word in long]
    found = articles.published().annotate(
        **{f"alike_{number}": score for number, score in enumerate(scores)}
    )
    reaches = [Q(**{f"alike_{number}__gte": ALIKE}) for number in range(len(long))]
    ordered = found.filter(reduce(or_, reaches)).order_by("pk")
    return sorted(
        ordered[: MOST * 5],
        key=lambda each: -sum(getattr(each, f"alike_{number}") for number in range(len(long))),
    )


def _marked(found: Sequence[Article], words: Sequence[str]) -> list[Hit]:
    """The lines in which it stands, in the reader's language."""
    texts: dict[int, tuple[str, str]] = {}
    for language, config in (("nl", "dutch"), ("en", "english")):
        versions = [
            each.published.pk
            for each in found
            if each.published is not None and each.published.language == language
        ]
        query = reduce(or_, [_query(word)[language] for word in words])
        rows = ArticleVersion.objects.filter(pk__in=versions).annotate(
            marked_title=_headline(f"title_{language}", query, config, highlight_all=True),
            marked_text=_headline(f"plain_{language}", query, config, max_words=34, min_words=18),
        )
        texts |= {row.pk: (row.marked_title, row.marked_text) for row in rows}
    return [
        Hit(each, *(_shown(text) for text in texts[each.published_id]))
        for each in found
        if each.published_id in texts
    ]


def _headline(name: str, query: Query, config: str, **more: Any) -> SearchHeadline:
    return SearchHeadline(name, query, config=config, start_sel=_ON, stop_sel=_OFF, **more)


def _marked_alike(article: Article, words: Sequence[str]) -> Hit:
    """Where the words stand that look like those that were asked for."""
    version = article.published
    title, text = (version.title, version.plain) if version is not None else ("", "")
    there = {word.casefold() for word in _WORD.findall(f"{title} {text}")}
    near = [found for word in words for found in get_close_matches(word, there, 2, 0.7)]
    if not near:
        return Hit(article, _shown(title), _shown(text[:200]))
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, near))})\b", re.IGNORECASE)
    first = pattern.search(text)
    begin = max(0, first.start() - 80) if first else 0
    piece = text[begin : begin + 220]

    def signed(where: str) -> str:
        return pattern.sub(lambda found: f"{_ON}{found[0]}{_OFF}", where)

    return Hit(article, _shown(signed(title)), _shown(signed(piece)))


def _shown(text: str) -> SafeString:
    marked = escape(text).replace(_ON, "<mark>").replace(_OFF, "</mark>")
    return mark_safe(marked)  # noqa: S308 - escaped before
