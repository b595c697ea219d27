"""The public page as a stored copy: written by a worker, answered from without the database.

One file beside the attachments, which all machines of a house share and which outlives Redis; all
that is public stands in it, so that what is asked of it together was written together. Each of it
is there twice: as it was then, and as it is told when the copy has become old, which says no more
of now than that it is not known. Answered before sessions: it is the same for everybody.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from csp.utils import build_policy
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language_from_request, override

from sla.models import Check, Maintenance
from support.brands import face, hosts
from support.brands.face import Face
from support.status_page import facts, programs, words
from support.status_page.facts import View
from support.sweeping.alone import alone
from tickets.models import BrandHost

log = logging.getLogger(__name__)

FOLDER, NAME = "status", "copy.json"
EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=3)
"""A copy that was written longer ago does not say how things are now."""
KEPT_BY_OTHERS = 30
"""Seconds for which a browser or a proxy need not ask again."""
PREFIX = "/status/"
_ALONE = 0x73746174
API = "api/v2/"
TYPES = {
    "": "text/html; charset=utf-8",
    "feed.xml": "application/atom+xml; charset=utf-8",
    "badge.svg": "image/svg+xml",
}
JSON = "application/json; charset=utf-8"
LOCKED = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""What a picture or a document may do where it is opened by itself: nothing."""


@dataclass(frozen=True)
class Piece:
    """Something of the copy as it is answered."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class Copy:
    """The file as it was read. mark: which file that was."""

    mark: tuple[int, int, str]
    at: datetime
    public: bool
    hosts: frozenset[str]
    pieces: dict[str, Piece]


class _Known:
    """What this process read last; another file in its place is read again."""

    copy: Copy | None = None


def path() -> Path:
    """Where the copy lies."""
    return Path(settings.MEDIA_ROOT) / FOLDER / NAME


def is_public() -> bool:
    """Is there anything on the public page? As far as the copy tells, without the database."""
    copy = latest()
    return copy is not None and copy.public


def latest() -> Copy | None:
    """The copy as it is now; None if there is none."""
    place = path()
    try:
        found = place.stat()
        mark = (found.st_mtime_ns, found.st_ino, str(place))
        if _Known.copy is None or _Known.copy.mark != mark:
            _Known.copy = _read(json.loads(place.read_bytes()), mark)
    except (OSError, ValueError, KeyError):
        return None
    return _Known.copy


def _read(written: dict[str, Any], mark: tuple[int, int, str]) -> Copy:
    pieces = {}
    for name, text in written["pieces"].items():
        body = text.encode()
        pieces[name] = Piece(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
    at = datetime.fromisoformat(written["at"])
    return Copy(mark, at, written["public"], frozenset(written["hosts"]), pieces)


def keep(*, now: datetime) -> bool:
    """Write the copy anew if it would show something else, or a minute has passed."""
    with alone(_ALONE) as ours:
        if not ours:
            return False
        marks = [facts.marks(now=now), face.marks()]
        with suppress(OSError, ValueError, KeyError):
            last = json.loads(path().read_bytes())
            age = now - datetime.fromisoformat(last["at"])
            if last["marks"] == json.loads(json.dumps(marks)) and timedelta() <= age < EVERY:
                return False
        write(now=now, marks=marks)
    return True


def due(now: datetime) -> list[QuerySet[Any]]:
    """What went by lately, without anything being written, and may show in another copy."""
    lately = (now - EVERY, now)
    works = Q(begins_at__range=lately) | Q(ends_at__range=lately)
    lapsed = Check.objects.filter(active=True, next_by__range=lately)
    return [Maintenance.objects.filter(works), lapsed]


def write(*, now: datetime, marks: object = None) -> None:
    """Write the copy as it is now, whole or not at all."""
    view = facts.public(now=now)
    pieces, own = drawn(view, face.at_host("")), list(BrandHost.objects.order_by("pk"))
    for each in own:
        theirs = facts.public(now=now, brand=each.brand_id)
        pieces |= drawn(theirs, face.at_host(each.host), host=each.host)
    written = {
        "at": now.isoformat(),
        "public": bool(view.services),
        "marks": marks,
        "hosts": [each.host for each in own],
        "pieces": pieces,
    }
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{NAME}.{uuid4().hex}")
    try:
        beside.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def drawn(view: View, shown_as: Face, *, host: str = "") -> dict[str, str]:
    """All that is answered under a face, by name; before it the host name of the brand, a word of
    how old, and the language.
    """
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for age, old in (("new", False), ("old", True)):
                shown = words.page(view, old=old) | {"preview": False, "face": shown_as}
                pieces = {
                    "": render_to_string("status/page.html", shown),
                    "feed.xml": programs.feed(view),
                    "badge.svg": programs.badge(view, old=old),
                }
                documents = programs.all_json(view, old=old)
                pieces |= {f"{API}{name}": text for name, text in documents.items()}
                found |= {f"{host} {age} {language} {name}": text for name, text in pieces.items()}
    return found


def answer(request: HttpRequest, name: str, *, now: datetime) -> HttpResponseBase | None:
    """A piece of the copy, as whoever asks can read it; None if there is no such piece."""
    copy, host = latest(), hosts.of(request)
    if copy is None or (host and host not in copy.hosts):
        write(now=now)  # the first visitor of a new house comes before its workers do
        copy = latest()
    if copy is None:
        return None
    is_new = abs(now - copy.at) < FRESH
    piece = copy.pieces.get(f"{host} {'new' if is_new else 'old'} {_language(request)} {name}")
    if piece is None:
        return None
    found = HttpResponse(piece.body, content_type=TYPES.get(name, JSON))
    for header, value in _headers(name).items():
        found[header] = value
    since = int((copy.at if is_new else copy.at + FRESH).timestamp())
    found["ETag"], found["Last-Modified"] = piece.etag, http_date(since)
    found["Content-Length"] = str(len(piece.body))
    return get_conditional_response(request, etag=piece.etag, last_modified=since, response=found)


def _headers(name: str) -> dict[str, str]:
    headers = {
        "Cache-Control": f"public, max-age={KEPT_BY_OTHERS}",
        "Vary": "Accept-Language, Cookie",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Content-Security-Policy": build_policy() if name == "" else LOCKED,
    }
    if name:
        # Made for pages and programs of others.
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers


def _language(request: HttpRequest) -> str:
    """What the address names, else what was chosen here, else what the browser asks for."""
    named = request.GET.get("lang", "")
    return named if named in dict(settings.LANGUAGES) else get_language_from_request(request)


class StoredMiddleware:
    """Answers what is public from the copy, before anything asks for a session or the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer it if the copy has it; pass on everything else."""
        if request.path_info.startswith(PREFIX) and request.method in ("GET", "HEAD"):
            request.get_host()  # a name that is not ours is refused as everywhere
            found = answer(request, request.path_info[len(PREFIX) :], now=timezone.now())
            if found is not None:
                return found
        return self.get_response(request)
