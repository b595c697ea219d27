"""The texts of a brand's letters: which are its own, a page to word one, and the ways back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.brands.models import LetterText
from support.faces import previews, samples, wording
from support.faces.changing import StaleError
from support.faces.forms import TextForm
from support.faces.wording import Place
from support.forms.resent import resent
from support.mail import texts
from tickets.models import Brand, Ticket

LANGUAGES = ("nl", "en")
MOST_VERSIONS = 50


@access.managers_only
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Every letter, and in which languages it has words of the brand's own."""
    brand = get_object_or_404(Brand.objects.select_related("shown"), pk=pk)
    last = {(each.letter, each.language): each for each in brand.texts.order_by("number")}
    rows = [
        {
            "name": name,
            "known": known,
            "languages": [(code, _own(last.get((name, code)))) for code in LANGUAGES],
        }
        for name, known in texts.KNOWN.items()
    ]
    return render(request, "faces/letters.html", {"brand": brand, "rows": rows})


def _own(text: LetterText | None) -> LetterText | None:
    return text if text is not None and not text.is_ours else None


@access.managers_only
def change(request: HttpRequest, pk: int, letter: str, language: str) -> HttpResponse:
    """Word a letter: kept, looked at with a real ticket, or sent to oneself."""
    place = Place(get_object_or_404(Brand.objects.select_related("shown"), pk=pk), letter, language)
    versions = list(place.versions()[:MOST_VERSIONS])
    subject, body = place.begin()
    start = {"subject": subject, "body": body, "seen": versions[0].number if versions else 0}
    form = TextForm(request.POST or None, initial=start, letter=letter)
    context: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        ticket = _ticket(form, place)
        if not form.errors and "look" not in request.POST and "try" not in request.POST:
            if _is_kept(request, form, place, start):
                return redirect("brand-text", pk, letter, language)
        elif not form.errors:
            context = _tried(request, form, place, ticket)
    context |= {
        "brand": place.brand,
        "letter": letter,
        "known": texts.KNOWN[letter],
        "written_in": language,
        "form": form,
        "versions": versions,
        "other": LANGUAGES[1 - LANGUAGES.index(language)],
    }
    return render(request, "faces/text.html", context, status=422 if form.errors else 200)


def _ticket(form: TextForm, place: Place) -> Ticket | None:
    named = form.cleaned_data["ticket"]
    found = samples.ticket_of(place.brand, named)
    if named and found is None:
        form.add_error("ticket", _("There is no ticket %(number)s.") % {"number": named})
    return found


def _is_kept(request: HttpRequest, form: TextForm, place: Place, start: dict[str, object]) -> bool:
    said, user = form.cleaned_data, access.signed_in(request)
    try:
        wording.keep(
            place, said["subject"], said["body"], seen=said["seen"], by=user, now=timezone.now()
        )
    except StaleError as error:
        form.add_error(None, str(error))
        form.data = resent(request, seen=start["seen"])
        return False
    messages.success(request, _("It is kept: the next letter says it so."))
    return True


def _tried(
    request: HttpRequest, form: TextForm, place: Place, ticket: Ticket | None
) -> dict[str, object]:
    said, user = form.cleaned_data, access.signed_in(request)
    letter = wording.tried(place, said["subject"], said["body"], ticket, by=user)
    if "try" in request.POST:
        wording.send_to_oneself(place, letter, to=user, now=timezone.now())
        text = _("It goes to %(email)s. It is not kept yet.") % {"email": user.email}
        messages.success(request, text)
    return {
        "preview": letter,
        "look": previews.lay_out(letter.html, wording.shown_as(place.brand), by=user),
        "ticket": ticket,
    }


@access.managers_only
@require_POST
def restore(request: HttpRequest, pk: int, letter: str, language: str, number: int) -> HttpResponse:
    """Say again what it said before; number 0: what it says by itself."""
    place = Place(get_object_or_404(Brand, pk=pk), letter, language)
    last = place.versions().first()
    old = get_object_or_404(place.versions(), number=number) if number else None
    wording.keep(
        place,
        old.subject if old else "",
        old.body if old else "",
        seen=last.number if last else 0,
        by=access.signed_in(request),
        now=timezone.now(),
    )
    messages.success(request, _("It is put back: the next letter says it so."))
    return redirect("brand-text", pk, letter, language)
