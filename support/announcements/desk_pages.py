"""Announcements at the desk: managers write and send them, leads read along."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from support import access
from support.announcements import circle, letters, reading, writing
from support.announcements.forms import TEXTS, AnnouncementForm, PlanForm
from support.announcements.models import Announcement, LetterQuerySet, State
from support.announcements.owed import owed_to
from support.announcements.writing import Refused
from support.forms.numbers import number_in
from support.mail.brand import logo_in
from support.mail.counts import nav_counts
from tickets.models import Contact, User

PER_PAGE = 50
MOST_CHOICES = 200
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
WHICH: dict[str, tuple[Any, Callable[[LetterQuerySet], Any]]] = {
    "": (pgettext_lazy("readers of an announcement", "All"), lambda rows: rows),
    "read": (pgettext_lazy("readers of an announcement", "Read"), lambda rows: rows.read()),
    "unread": (
        pgettext_lazy("readers of an announcement", "Not yet"),
        lambda rows: rows.unread(),
    ),
    "back": (
        pgettext_lazy("readers of an announcement", "Came back"),
        lambda rows: rows.came_back(),
    ),
    "unmailed": (
        pgettext_lazy("readers of an announcement", "Not mailed"),
        lambda rows: rows.exclude(unmailed=""),
    ),
}


@access.leads_only
def listed(request: HttpRequest) -> HttpResponse:
    """All announcements: what waits, and what went with how many have read it."""
    every = _of(access.signed_in(request))
    known = every.annotate(
        people=Count("letters"),
        readers=Count(
            "letters",
            filter=Q(letters__opened_at__isnull=False) | Q(letters__confirmed_at__isnull=False),
        ),
    )
    went = Paginator(known.exclude(begun_at=None).order_by("-begun_at"), PER_PAGE)
    context = {
        "waiting": list(every.filter(begun_at=None).order_by("-send_at", "-pk")),
        "page_obj": went.get_page(request.GET.get("page")),
        "nav_counts": nav_counts(),
    }
    return render(request, "announcements/desk.html", context)


@access.managers_only
def new(request: HttpRequest) -> HttpResponse:
    """A new one, empty or begun with the one that it corrects."""
    user = access.signed_in(request)
    announcement = Announcement()
    pk = number_in(request.GET.get("corrects"))
    if pk is not None:
        first = get_object_or_404(_of(user).exclude(begun_at=None), pk=pk)
        for name in ("kind", "whom", "agreement", "organisation", "edition", "rates_from", *TEXTS):
            setattr(announcement, name, getattr(first, name))
        announcement.corrects = first
    return _editor(request, user, announcement)


@access.managers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is written further."""
    user = access.signed_in(request)
    announcement = get_object_or_404(_of(user), pk=pk)
    if announcement.send_at is not None:
        messages.error(request, _("It is planned: make it a draft again before you change it."))
        return redirect("announcement-desk", pk=pk)
    return _editor(request, user, announcement)


def _editor(request: HttpRequest, user: User, announcement: Announcement) -> HttpResponse:
    form = AnnouncementForm(request.POST or None, instance=announcement)
    if request.method == "POST" and form.is_valid():
        try:
            kept = writing.keep(
                form.instance,
                seen=form.cleaned_data["seen"] or 0,
                by=user,
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kept as a draft; nobody gets it yet."))
            return redirect("announcement-desk", pk=kept.pk)
    context = {"form": form, "announcement": announcement, "nav_counts": nav_counts()}
    return render(request, "announcements/edit.html", context, status=422 if form.errors else 200)


@access.leads_only
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: as one of its readers gets it, how far it is, and who has read it."""
    found = get_object_or_404(_of(access.signed_in(request)), pk=pk)
    form = PlanForm(initial={"seen": found.version}) if found.state == State.DRAFT else None
    return _page(request, found, form)


def _page(
    request: HttpRequest, found: Announcement, form: PlanForm | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "announcement": found,
        "State": State,
        "form": form,
        "corrections": found.corrections.exclude(begun_at=None),
        "nav_counts": nav_counts(),
        **_preview(request, found),
    }
    if found.begun_at is None:
        context["counted"] = circle.counted(found, today=timezone.localdate())
    else:
        context |= _progress(request, found)
    return render(request, "announcements/announcement.html", context, status=status)


def _readers(found: Announcement) -> Any:
    """Whom it goes to, or went to."""
    if found.begun_at is not None:
        people = Contact.objects.filter(announcement_letters__announcement=found)
    else:
        people = circle.contacts_of(found, today=timezone.localdate())
    return people.select_related("user", "organisation").order_by("organisation__name", "name")


def _as_whom(request: HttpRequest, found: Announcement) -> Contact | None:
    """Whose eyes it is looked at with: a reader who was chosen, else the first."""
    people = _readers(found)
    pk = number_in(request.GET.get("as") or request.POST.get("as"))
    chosen: Contact | None = people.filter(pk=pk).first() if pk is not None else None
    return chosen or people.first()


def _preview(request: HttpRequest, found: Announcement) -> dict[str, object]:
    contact = _as_whom(request, found)
    if contact is None:
        return {"reader": None, "readers": []}
    shown = list(_readers(found)[:MOST_CHOICES])
    letter = letters.preview(found, contact)
    return {
        "reader": contact,
        "readers": shown if contact in shown else [contact, *shown],
        "letter": letter,
        "owed": owed_to(found, contact),
    }


def _progress(request: HttpRequest, found: Announcement) -> dict[str, object]:
    every = found.letters.all()
    asked = request.GET.get("which", "")
    which = asked if asked in WHICH else ""
    shown = WHICH[which][1](every).select_related("contact__organisation", "mail")
    counts = {name: chosen(every).count() for name, (_label, chosen) in WHICH.items()}
    return {
        "counts": counts,
        "written": counts[""] - every.to_write().count(),
        "tabs": [(label, name, counts[name], name == which) for name, (label, _q) in WHICH.items()],
        "page_obj": Paginator(
            shown.order_by("contact__organisation__name", "contact__name", "pk"), PER_PAGE
        ).get_page(request.GET.get("page")),
    }


@access.leads_only
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as one of its readers gets it, for a frame in which nothing runs."""
    found = get_object_or_404(_of(access.signed_in(request)), pk=pk)
    contact = _as_whom(request, found)
    if contact is None:
        return HttpResponse(status=404)
    html = letters.preview(found, contact).html
    if picture := logo_in(html):
        data = base64.b64encode(picture.get_payload(decode=True)).decode()  # type: ignore[arg-type]
        shown = f"data:{picture.get_content_type()};base64,{data}"
        html = html.replace(f"cid:{picture['Content-ID'].strip('<>')}", shown)
    answer = HttpResponse(html)
    answer["Content-Security-Policy"] = _POLICY
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@access.managers_only
@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it go, now or later."""
    user, now = access.signed_in(request), timezone.now()
    found = get_object_or_404(_of(user), pk=pk)
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            planned = writing.plan(
                pk,
                at=form.cleaned_data["send_at"] or now,
                seen=form.cleaned_data["seen"],
                by=user,
                now=now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            soon = planned.send_at is not None and planned.send_at <= now
            messages.success(
                request,
                _("It goes out now.") if soon else _("It is planned; until then you can hold it."),
            )
            return redirect("announcement-desk", pk=pk)
    return _page(request, found, form, status=422)


@access.managers_only
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft again."""
    return _answer_after(request, pk, lambda: writing.hold(pk), _("It is a draft again."))


@access.managers_only
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Away with a draft."""
    try:
        writing.drop(pk)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("announcements-desk")
    messages.success(request, _("The draft is gone."))
    return redirect("announcements-desk")


@access.managers_only
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter to oneself."""
    user = access.signed_in(request)
    found = get_object_or_404(_of(user), pk=pk)
    contact = _as_whom(request, found)
    if contact is None:
        messages.error(request, _("There is nobody whom it would go to."))
        return redirect("announcement-desk", pk=pk)
    letters.try_out(found, contact, to=user, now=timezone.now())
    said = _("As %(name)s gets it, it is on its way to %(email)s.")
    messages.success(request, said % {"name": contact.name, "email": user.email})
    return redirect("announcement-desk", pk=pk)


def _answer_after(
    request: HttpRequest, pk: int, do: Callable[[], object], said: str
) -> HttpResponse:
    try:
        do()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("announcement-desk", pk=pk)


def _of(user: User) -> Any:
    return reading.announcements_of(user)
