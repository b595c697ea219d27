"""What somebody sends once is done once, though the answer was lost and they send it again.

A page carries a random word; with what was typed it makes a key, which is written in the
transaction of what is done. The same page sent again with the same words is the same thing; with
other words, after the way back, it is another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _

from support.forms.models import SentForm
from tickets.files import File
from tickets.models import Ticket

KEPT = timedelta(days=30)
HEADER = "X-Page"
"""In which a script sends the word of its page, whatever token it has by then."""
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a name
_PLACE = "_sent_place"
_EACH_TIME = "_each_time"
_LONGEST = SentForm._meta.get_field("place").max_length or 0
V = TypeVar("V", bound=Callable[..., object])


def key_of(word: str, typed: Iterable[object], files: Iterable[File] = ()) -> str:
    """The key of a page's random word and what was sent with it; '' without a word."""
    if not word:
        return ""
    found = hashlib.sha256(repr([word, *map(str, typed)]).encode("utf-8", "replace"))
    for file in files:
        found.update(f"|{file.name}|{len(file.data)}|".encode("utf-8", "replace"))
        found.update(hashlib.sha256(file.data).digest())
    return found.hexdigest()


@transaction.atomic
def once(key: str, do: Callable[[], Ticket], *, now: datetime) -> Ticket:
    """Do something to a ticket, or give the ticket to which it was done already.

    Of two at the same moment the second waits for the first. Without a key it is simply done.
    """
    if not key:
        return do()
    # Waits where another transaction has written the key and is not over.
    sent, is_new = SentForm.objects.get_or_create(key=key, defaults={"at": now})
    if not is_new and sent.ticket is not None:
        return sent.ticket
    sent.ticket = do()
    sent.save(update_fields=["ticket"])
    return sent.ticket


def each_time(view: V) -> V:
    """Mark a view that is asked the same again and again, keeps its own words, or waits within for
    another machine: what is sent to it twice is its own affair.
    """
    setattr(view, _EACH_TIME, True)
    return view


def is_each_time(view: Callable[..., object]) -> bool:
    """Is it marked so?"""
    return getattr(view, _EACH_TIME, False)


def led_to(answer: HttpResponseBase, place: str) -> None:
    """An answer that is a page itself: whoever sent the same again is led there instead."""
    setattr(answer, _PLACE, place)


def word_of(request: HttpRequest) -> str:
    """The random word of a page: its token, of which no two pages have the same; "" without."""
    return request.headers.get(HEADER, "") or request.POST.get(_TOKEN, "")


def wrote(request: HttpRequest) -> bool:
    """Does a form bring more than its token, or come by a script that waits for what to say?"""
    return HEADER in request.headers or bool(set(request.POST) - {_TOKEN})


@transaction.atomic
def answered(
    request: HttpRequest, do: Callable[[], HttpResponseBase], *, now: datetime
) -> HttpResponseBase:
    """Do what a form asks, or lead whoever sent it before to where they were led then.

    What is not done, because the form is wrong, leaves no key: sent again it is looked at again.
    """
    key = _key_of_form(request)
    # Waits where another transaction has written the key and is not over.
    sent, is_new = SentForm.objects.get_or_create(key=key, defaults={"at": now})
    if not is_new:
        messages.info(request, _("This had arrived already; it was done once."))
        return HttpResponseRedirect(sent.place)
    answer = do()
    place = getattr(answer, _PLACE, "") or answer.get("Location", "")
    if place and len(place) <= _LONGEST:
        sent.place = place
        sent.save(update_fields=["place"])
    else:
        sent.delete()
    return answer


def _key_of_form(request: HttpRequest) -> str:
    who = request.user.pk if request.user.is_authenticated else ""
    return key_of(
        word_of(request), [who, request.get_full_path(), *_typed(request)], _files(request)
    )


def _typed(request: HttpRequest) -> Iterator[tuple[str, list[str]]]:
    for name, values in sorted(request.POST.lists()):
        if name != _TOKEN:
            yield name, values


def _files(request: HttpRequest) -> Iterator[File]:
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            yield File(f"{name}: {upload.name}", "", _read(upload))


def _read(upload: UploadedFile[bytes]) -> bytes:
    data = upload.read()
    upload.seek(0)
    return bytes(data)


def forget(*, now: datetime) -> int:
    """Delete the keys of long ago. Gives how many."""
    return SentForm.objects.filter(at__lt=now - KEPT).delete()[0]
