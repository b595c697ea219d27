"""What stands around the rows of the queue, drawn once for all that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from support.desk.faces import Verb
from support.queue.columns import COLUMNS
from support.templatetags.kept import TOKEN, kept, with_token


class Columns(NamedTuple):
    """The menu of columns. query: what the address asks."""

    chosen: tuple[str, ...]
    query: str


class Button(NamedTuple):
    """A verb for many tickets at once."""

    name: str
    icon: str
    label: str


class Bulk(NamedTuple):
    """The bar of verbs. more: those in its menu."""

    first: tuple[Button, ...]
    more: tuple[Button, ...]


def queue_columns(chosen: Iterable[str], request: HttpRequest, csrf_token: object) -> SafeString:
    """The menu in which the columns of the queue are chosen."""
    return with_token(_columns(Columns(tuple(chosen), request.GET.urlencode())), csrf_token)


def bulk_bar(first: Iterable[Verb], more: Iterable[Verb]) -> SafeString:
    """What can be done with the chosen tickets."""
    return _bulk(Bulk(_buttons(first), _buttons(more)))


def _buttons(verbs: Iterable[Verb]) -> tuple[Button, ...]:
    return tuple(Button(verb.name, verb.icon, str(verb.label)) for verb in verbs)


@kept(512)
def _columns(shown: Columns) -> str:
    facts = {**shown._asdict(), "known": COLUMNS, "csrf_token": TOKEN}
    return render_to_string("workspace/_queue_columns.html", facts)


@kept(8)
def _bulk(shown: Bulk) -> str:
    return render_to_string("workspace/_bulk_bar.html", shown._asdict())
