"""Writing on a ticket: answers and notes, their drafts, and taking an answer back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla.wording import moment_words
from support import access
from support.canned import filling
from support.canned.models import CannedReply
from support.desk import DeskError
from support.drafts import keeping
from support.drafts.models import Draft
from support.forms import once
from support.forms.numbers import number_in
from support.help_centre import suggesting
from support.notifications import mentions
from support.workspace.composer import FORMS, Writing
from support.workspace.presence import event_news
from support.workspace.ticket import find, ticket_page
from tickets.files import File
from tickets.models import Ticket, User


@access.agents_only
@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the customer, and leave it, wait, or solve it."""
    return _say(request, reference, Draft.Kind.REPLY)


@access.agents_only
@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponse:
    return _say(request, reference, Draft.Kind.NOTE)


@once.each_time
@access.agents_only
@require_POST
def draft(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Keep what was typed. For a script as JSON; without one also for the buttons beside it."""
    if kind not in FORMS:
        raise Http404
    found, user = find(request, reference), access.signed_in(request)
    by_script = request.headers.get("Accept") == "application/json"
    form = FORMS[kind](request.POST, request.FILES, auto_id=f"{kind}_%s")
    try:
        kept = _change(request, found, kind, user, form)
    except keeping.Newer as newer:
        if by_script:
            return JsonResponse(_clash(newer.draft), status=409)
        return ticket_page(request, found, tried=Writing(kind, form, clash=True), status=409)
    except DeskError as error:
        if by_script:
            mine = keeping.of(user, found).get(kind)
            return JsonResponse(
                _draft_answer(mine, found, kind) | {"error": str(error)}, status=422
            )
        form.add_error(None, str(error))
        return ticket_page(request, found, tried=Writing(kind, form), status=422)
    return JsonResponse(_draft_answer(kept, found, kind)) if by_script else _to_composer(found)


@access.agents_only
@require_POST
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take back the answer that is being sent."""
    found, user = find(request, reference), access.signed_in(request)
    if keeping.undo(found, author=user) is None:
        messages.warning(request, _("Too late: the answer has been sent."))
    return _to_composer(found)


@once.each_time
@access.agents_only
@require_POST
def send_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Send an answer whose time is over; at once if its author asks so."""
    found, user = find(request, reference), access.signed_in(request)
    now = timezone.now()
    if "now" in request.POST:
        keeping.send_now(found, author=user, now=now)
        return _to_composer(found)
    keeping.send_due(now=now, ticket=found)
    left = Draft.objects.filter(author=user, ticket=found, kind=Draft.Kind.REPLY).first()
    return JsonResponse({"state": left.state if left else "sent"})


@access.agents_only
def ticket_canned(request: HttpRequest, reference: str) -> JsonResponse:
    """The standard answers, filled in for a ticket, and articles that its customer may read."""
    found, user = find(request, reference), access.signed_in(request)
    articles = suggesting.for_ticket(found)
    return JsonResponse({"replies": [*filling.for_ticket(found, agent=user), *articles]})


@access.agents_only
def colleagues(request: HttpRequest) -> JsonResponse:
    """Who can be mentioned in a note, and what to write for them."""
    known = mentions.handles(mentions.colleagues().select_related("team"))
    listed = [
        {"handle": handle, "name": person.name, "team": person.team.name if person.team else ""}
        for handle, person in known.items()
        if person != request.user
    ]
    return JsonResponse({"colleagues": listed})


def _say(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Keep what was typed, then send it, unless something came in between that its writer has not
    seen: then the page says so, and sending it from there goes through.
    """
    found, user, now = find(request, reference), access.signed_in(request), timezone.now()
    form = FORMS[kind](request.POST, request.FILES, auto_id=f"{kind}_%s")
    writing = Writing(kind, form)
    try:
        kept = _change(request, found, kind, user, form)
        if kept is None or not form.is_valid():
            return ticket_page(request, found, tried=writing, status=422)
        if kind == Draft.Kind.REPLY:
            seen = _number(request, "seen")
            heard = keeping.heard_since(found, seen, reader=user) if seen else []
            writing.heard = [event_news(event, found, now=now) for event in heard]
        if writing.heard:
            return ticket_page(request, found, tried=writing, status=409)
        waits = keeping.send(kept, now=now)
    except keeping.Newer:
        writing.clash = True
        return ticket_page(request, found, tried=writing, status=409)
    except DeskError as error:
        form.add_error(None, str(error))
        return ticket_page(request, found, tried=writing, status=422)
    if waits is None:
        at_once = _("Sent at once: there is a deadline that waiting could miss.")
        messages.success(request, _("Done.") if kind == Draft.Kind.NOTE else at_once)
    return _to_composer(found)


def _change(request: HttpRequest, found: Ticket, kind: str, user: User, form: Any) -> Draft | None:
    """Do to the draft what was asked: another text, files more or less, an insertion, the bin."""
    now = timezone.now()
    if "discard" in request.POST:
        keeping.discard(found, kind, author=user)
        return None
    form.is_valid()
    files: list[File] = form.cleaned_data.get("attachments") or []
    text, then = request.POST.get("text", ""), form.cleaned_data.get("then", "")
    if "text" in form.errors and text.strip():
        raise DeskError(" ".join(form.errors["text"]))
    if "attachments" in form.errors:
        raise DeskError(" ".join(form.errors["attachments"]))
    chosen = number_in(request.POST.get("canned"))
    if "insert" in request.POST and chosen is not None:
        reply = get_object_or_404(CannedReply.objects.usable_by(user), pk=chosen)
        facts = filling.facts_of(found, agent=user, now=timezone.now())
        text = "\n\n".join(filter(None, [text.rstrip(), filling.filled_for(found, reply, facts)]))
        then = reply.then or then
    if (gone := number_in(request.POST.get("remove"))) is not None:
        keeping.remove_file(found, kind, gone, author=user)
    version = _number(request, "version")
    try:
        kept = keeping.save(
            found, kind, author=user, text=text, then=then, version=version, now=now
        )
    except keeping.Newer as newer:
        # Two texts can't both be kept under one name, but files that were chosen can.
        if newer.draft is None or newer.draft.state == Draft.State.WRITING:
            keeping.add_files(found, kind, files, author=user, now=now)
        raise
    return keeping.add_files(found, kind, files, author=user, now=now) if files else kept


def _draft_answer(kept: Draft | None, found: Ticket, kind: str) -> dict[str, object]:
    files = list(kept.files.all()) if kept else []
    context = {"files": files, "url": reverse("draft", args=[found.reference, kind])}
    return {
        "version": kept.version if kept else 0,
        "saved": _saved_words(kept) if kept else "",
        "files": render_to_string("workspace/_draft_files.html", context),
    }


def _clash(newer: Draft | None) -> dict[str, object]:
    return {
        "version": newer.version if newer else 0,
        "text": newer.text if newer else "",
        "sending": newer is not None and newer.state == Draft.State.SENDING,
    }


def _saved_words(kept: Draft) -> str:
    time = moment_words(kept.saved_at, timezone.get_current_timezone(), "H:i")
    return _("Draft saved %(time)s") % {"time": time}


def _number(request: HttpRequest, name: str) -> int | None:
    """A version that the page knew; a request from elsewhere knows none."""
    return number_in(request.POST.get(name), digits=9)


def _to_composer(found: Ticket) -> HttpResponse:
    return redirect(reverse("ticket", args=[found.reference]) + "#composer")
