"""Brands for managers: what customers see, what they would see, and what they saw before."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.brands import colours, face
from support.faces import changing
from support.faces.forms import FaceForm, NewBrandForm, ReachForm
from support.forms.resent import resent
from support.forms.uploads import posted
from tickets.models import Brand, BrandFace

MOST_VERSIONS = 50


@access.managers_only
def listed(request: HttpRequest) -> HttpResponse:
    """Each brand: how it looks, where it is met, who belongs to it."""
    changing.house()
    brands = list(
        Brand.objects.select_related("shown")
        .defer("shown__logo")
        .annotate(members=Count("organisations"))
        .prefetch_related("hosts")
    )
    cards = [
        {"brand": brand, "face": face.of_version(brand.shown) if brand.shown else None}
        for brand in brands
    ]
    return render(request, "faces/brands.html", {"cards": cards})


@access.managers_only
def new(request: HttpRequest) -> HttpResponse:
    form = NewBrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        brand = changing.begin(form.cleaned_data["name"])
        return redirect("brand", brand.pk)
    return render(request, "faces/new.html", {"form": form}, status=422 if form.errors else 200)


@access.managers_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """How it looks: what is kept here, customers see once somebody shows it to them."""
    brand = get_object_or_404(Brand.objects.select_related("shown"), pk=pk)
    last = brand.faces.select_related("by").first()
    start: dict[str, object] = {"seen": last.number if last else 0}
    if last is None:
        start |= {"name": brand.name}
    form = FaceForm(**posted(request), instance=_copy(last), initial=start, last=last)
    if request.method == "POST" and form.is_valid():
        looks, seen = form.cleaned_data, form.cleaned_data["seen"]
        user, now = access.signed_in(request), timezone.now()
        try:
            kept = changing.keep(brand, looks, form.logo(), seen=seen, by=user, now=now)
        except changing.StaleError as error:
            form.add_error(None, str(error))
            form.data = resent(request, seen=start["seen"])
        else:
            return redirect("brand-version", pk, kept.number)
    context = {
        "brand": brand,
        "form": form,
        "last": last,
        "versions": brand.faces.select_related("by").defer("logo")[:MOST_VERSIONS],
    }
    return render(request, "faces/brand.html", context, status=422 if form.errors else 200)


def _copy(last: BrandFace | None) -> BrandFace | None:
    """What a form may write its fields to; the version itself stays as it is."""
    if last is None:
        return None
    return BrandFace(**{name: getattr(last, name) for name in changing.LOOKS})


@access.managers_only
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it answers, and which organisations belong to it."""
    brand = get_object_or_404(Brand, pk=pk)
    form = ReachForm(request.POST or None, instance=brand)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        changing.reach(
            form.instance, hosts=said["hosts"], organisations=list(said.get("organisations", ()))
        )
        messages.success(request, _("It is kept, and holds from now on."))
        return redirect("brand-reach", pk)
    context = {"brand": Brand.objects.get(pk=pk), "form": form}
    return render(request, "faces/reach.html", context, status=422 if form.errors else 200)


@access.managers_only
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version as customers would see it: a page, a letter in light and dark, a report's cover."""
    found = _version(pk, number)
    shown = found.brand.shown
    context = {
        "brand": found.brand,
        "version": found,
        "look": face.of_version(found),
        "is_shown": shown is not None and shown.pk == found.pk,
        "is_older": shown is not None and shown.number > number,
        "read": _read(found.colour),
    }
    return render(request, "faces/version.html", context)


@access.managers_only
@require_POST
def show(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _version(pk, number)
    changing.show(found.brand, number)
    said = _("Customers see version %(number)s of %(brand)s from now on.")
    messages.success(request, said % {"number": number, "brand": found.brand})
    return redirect("brand", pk)


def _version(pk: int, number: int) -> BrandFace:
    faces = BrandFace.objects.select_related("brand__shown", "by").defer("logo")
    found = faces.filter(brand=pk, number=number).first()
    if found is None:
        raise Http404
    return found


def _read(colour: str) -> list[str]:
    """How words are read on a colour and in it, in sentences."""
    light, dark = (colours.tones(colour, each) for each in (colours.LIGHT, colours.DARK))
    kinds = {
        colours.WHITE: _("Words on the colour are white (contrast %(ratio)s : 1)."),
        colours.INK: _("Words on the colour are dark (contrast %(ratio)s : 1)."),
        colours.BLACK: _("Words on the colour are black (contrast %(ratio)s : 1)."),
    }
    on = colours.readable_on(colour)
    said = [kinds[on] % {"ratio": f"{colours.contrast(on, colour):.1f}"}]
    if light.accent != colour:
        words = _("Links on a light page are darker than it, so that they are read: %(colour)s.")
        said.append(words % {"colour": light.accent})
    if dark.accent != colour:
        words = _("In the dark they are lighter: %(colour)s.")
        said.append(words % {"colour": dark.accent})
    return said
