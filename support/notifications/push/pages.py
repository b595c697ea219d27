"""Push in somebody's browsers: turned on inside one, tried out and turned off from anywhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from support import access
from support.forms import once
from support.notifications.push import browsers, sending, vapid
from support.notifications.push.models import PushSubscription
from support.outgoing.gate import Refused
from support.sign_in.sessions import device_name
from tickets.models import User

AT_DESK = {"on": "push-on", "off": "push-off", "try": "push-try", "worker": "push-worker"}
IN_PORTAL = {"on": "my-push-on", "off": "my-push-off", "try": "my-push-try", "worker": "worker"}


def page_of(user: User) -> str:
    """The name of the page on which somebody chooses."""
    return "notification-choices" if user.is_agent else "my-push"


@access.agents_only
@require_POST
def turn_on(request: HttpRequest) -> HttpResponse:
    """Tell a colleague in the browser that they ask it from."""
    return turned_on(request)


def turned_on(request: HttpRequest) -> HttpResponse:
    """Tell somebody in the browser that they ask it from."""
    try:
        browsers.keep(
            access.signed_in(request),
            endpoint=request.POST.get("endpoint", ""),
            p256dh=request.POST.get("p256dh", ""),
            auth=request.POST.get("auth", ""),
            user_agent=request.headers.get("user-agent", ""),
            now=timezone.now(),
        )
    except browsers.TooMany:
        text = _("Push is on in %(most)s browsers, which is the most. Remove one first.")
        messages.error(request, text % {"most": PushSubscription.MOST})
    except Refused:
        messages.error(request, _("We may not send to the push service of this browser."))
    except ValueError:
        messages.error(request, _("This browser gave no address that we can send to."))
    else:
        messages.success(request, _("Push is on in this browser. Send a test to see it."))
    return redirect(page_of(access.signed_in(request)))


@access.agents_only
@require_POST
def turn_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell a colleague no more in one of their browsers."""
    return turned_off(request, pk)


def turned_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell somebody no more in one of their browsers."""
    browser = get_object_or_404(PushSubscription, pk=pk, user=access.signed_in(request))
    browser.delete()
    text = _("Push is off in %(browser)s.")
    messages.success(request, text % {"browser": device_name(browser.user_agent)})
    return redirect(page_of(access.signed_in(request)))


@once.each_time
@access.agents_only
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test to one of a colleague's browsers."""
    return tried_out(request, pk)


def tried_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test to one of their browsers, and say what came of it."""
    browser = get_object_or_404(PushSubscription, pk=pk, user=access.signed_in(request))
    outcome = sending.try_out(browser, now=timezone.now())
    name = device_name(browser.user_agent)
    if outcome.gone:
        text = _("%(browser)s takes no messages any more, and was removed. Turn push on again.")
        messages.error(request, text % {"browser": name})
    elif outcome.fault:
        text = _("The test was not sent to %(browser)s: %(why)s.")
        messages.error(request, text % {"browser": name, "why": outcome.fault.label})
    else:
        text = _("A test is on its way to %(browser)s.")
        messages.success(request, text % {"browser": name})
    return redirect(page_of(access.signed_in(request)))


def panel(user: User) -> dict[str, object]:
    """What the panel about this person's browsers shows."""
    found = PushSubscription.objects.filter(user=user)
    return {
        "browsers": [(browser, device_name(browser.user_agent)) for browser in found],
        "push_key": vapid.identity(now=timezone.now()).public,
        **(_at_desk() if user.is_agent else _in_portal()),
    }


def _at_desk() -> dict[str, object]:
    about = _(
        "A message on your screen, also when Werkdag is not open; your browser has to be. It names "
        "the ticket, its subject and what happened."
    )
    return {"push_at": AT_DESK, "push_title": _("Push in your browsers"), "push_about": about}


def _in_portal() -> dict[str, object]:
    about = _(
        "A message on your screen when a letter of ours comes, also when this page is not open; "
        "your browser has to be. It names the report, and not what the letter says."
    )
    title = _("Push in browsers of yours")
    return {"push_at": IN_PORTAL, "push_title": title, "push_about": about}
