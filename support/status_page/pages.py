"""What whoever reads the status page does: subscribe, confirm, leave; and customers' own page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from support import access
from support.brands import face, hosts
from support.forms.even import evenly
from support.forms.numbers import number_in
from support.reporting import guard
from support.status_page import facts, followers, stored, subscribing, words
from support.status_page.forms import SubscribeForm


@require_safe
def gone(_request: HttpRequest, name: str = "") -> HttpResponse:
    """What the copy has was answered from it: there is nothing else."""
    raise Http404(name)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Every service of the customer who asks, under its own name."""
    user = access.signed_in(request)
    if user.is_agent:
        return redirect("status-desk")
    services = list(access.services_of(user))
    names = {service.pk: service.name for service in services}
    view = facts.look(services, names, now=timezone.now())
    context = words.page(view) | {
        "preview": False,
        "public": stored.is_public(),
        "followed": followers.followed_by(user),
    }
    return render(request, "status/mine.html", context)


@login_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Follow an outage no more."""
    user = access.signed_in(request)
    if (outage := number_in(request.POST.get("outage"))) is not None:
        followers.leave(user, outage)
        messages.success(request, _("You follow this outage no more."))
    return redirect("status-mine")


@never_cache
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for letters. What is answered is the same for every address."""
    if not stored.is_public():
        raise Http404
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if guard.too_many(request, email, of="status"):
            text = _("You asked for this often in a short time. Please try again in ten minutes.")
            form.add_error(None, text)
        else:
            with evenly():
                subscribing.ask(email, brand=_brand_at(request), now=timezone.now())
            return render(request, "status/asked.html", {"email": email})
    status = 422 if form.errors else 200
    return render(request, "status/subscribe.html", {"form": form}, status=status)


def _brand_at(request: HttpRequest) -> int | None:
    """Whose own page it is; None for that of the house."""
    brand = hosts.brand_of(request)
    return brand.pk if brand else None


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the first letter: a button, which alone confirms."""
    found = subscribing.waiting(token)
    if found is not None:
        face.met(request, face.of_brand(found.brand_id))
    done = request.method == "POST" and subscribing.confirm(token, now=timezone.now())
    context = {"email": found.email if found else "", "done": done}
    return render(request, "status/confirm.html", context, status=200 if found else 404)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The end of the letters: a button, or the one click of a mail program (RFC 8058), which brings
    no cookie and no token of a form.
    """
    ours = subscribing.is_ours(token)
    done = request.method == "POST" and subscribing.leave(token)
    context = {"ours": ours, "done": done}
    return render(request, "status/unsubscribe.html", context, status=200 if ours else 404)
