"""What makes an app of the desk and of the portal: a manifest for each, the one worker, and the
page that stands there without a connection. None of them tells anything of anybody.
"""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from support.brands import face

_SCRIPT = "js/worker.js"
COLOUR, PAPER = "#21468b", "#f8f6f3"
SIZES = (192, 512)


@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, at an address that stays and above the pages that it rules."""
    script = Path(str(finders.find(_SCRIPT))).read_bytes()
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
def desk(_request: HttpRequest) -> JsonResponse:
    """The desk as an app."""
    return _manifest(
        "desk",
        name=_("Werkdag: helpdesk"),
        short_name=_("Helpdesk"),
        start_url=reverse("start"),
        shortcuts=[
            {"name": _("Queue"), "url": reverse("queue")},
            {"name": _("Phone"), "url": reverse("phone")},
        ],
    )


@require_GET
def portal(request: HttpRequest) -> JsonResponse:
    """The customers' pages as an app, of the provider whom they meet here."""
    shown = face.of_request(request)
    return _manifest(
        "portal",
        name=_("%(provider)s: my reports") % {"provider": shown.name},
        theme_color=shown.colour,
        short_name=_("My reports"),
        start_url=reverse("my-tickets"),
        shortcuts=[
            {"name": _("New report"), "url": reverse("report")},
            {"name": _("Help centre"), "url": reverse("help")},
        ],
    )


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows where there is no connection: of nobody, in the browser's language."""
    return render(request, "install/offline.html")


def _manifest(app: str, **said: object) -> JsonResponse:
    # The whole house: signing in and one's own account are the same for both.
    data = {"theme_color": COLOUR} | said
    data |= {
        "id": said["start_url"],
        "scope": "/",
        "lang": get_language(),
        "display": "standalone",
        "background_color": PAPER,
        "icons": [
            {
                "src": static(f"img/app/{app}-{purpose}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for purpose in ("any", "maskable")
            for size in SIZES
        ],
    }
    answer = JsonResponse(data, content_type="application/manifest+json")
    answer["Cache-Control"] = "no-cache"
    return answer
