"""A mail as it came: its HTML in a frame of its own, where nothing runs and nothing is fetched.

Three walls, each enough by itself: the sanitiser (support.intake.html), the frame's sandbox, and
a policy that allows the browser our own style sheet and pictures only. Pictures on other servers
are let in on the one response that was asked for with them.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from support import access
from support.intake import html
from tickets.models import Message

# Scripts and forms stay out; links open in a tab that is not in the sandbox.
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:{remote}; form-action 'none';"
    f" base-uri 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
)
_PICTURE_POLICY = "default-src 'none'; sandbox"
_CID = re.compile(r'\bsrc="cid:([^"]+)"', re.IGNORECASE)
_REMOTE = ' data-remote-src="'
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def url_of(message: Message) -> str:
    """Where a message can be seen as it came; '' if it had no HTML."""
    # Where many are read, only its beginning is (support.timeline.reading).
    known = vars(message)
    begins = known["html_begins"] if "html_begins" in known else message.html[:5]
    return reverse("message-original", args=[message.pk]) if begins not in ("", "<pre>") else ""


@login_required
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of a message; with ?images=1 the pictures on other servers too."""
    message = get_object_or_404(access.messages_of(access.signed_in(request)), pk=pk)
    if not url_of(message):
        raise Http404
    asked = request.GET.get("images") == "1"
    body = _with_pictures(message)
    context = {
        "message": message,
        "body": body.replace(_REMOTE, ' src="') if asked else body,
        "blocked": body.count(_REMOTE) if not asked else 0,
    }
    response = render(request, "support/original.html", context)
    response["Content-Security-Policy"] = _POLICY.format(remote=" https: http:" if asked else "")
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """A picture that a message shows in place: only what is one by its own first bytes."""
    found = get_object_or_404(access.attachments_of(access.signed_in(request)), pk=pk)
    file = found.file.open()
    kind = _kind_of(file.read(16))
    if not kind:
        file.close()
        raise Http404
    file.seek(0)
    response = FileResponse(file, content_type=kind)
    response["Content-Security-Policy"] = _PICTURE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _with_pictures(message: Message) -> str:
    """The message's HTML, cleaned once more, with the pictures that came along in their places."""
    files = {file.content_id: file.pk for file in message.attachments.exclude(content_id="")}

    def address(match: re.Match[str]) -> str:
        pk = files.get(unquote(unescape(match[1])))
        return f'src="{reverse("picture", args=[pk])}"' if pk else ""

    return _CID.sub(address, html.clean(message.html))


def _kind_of(beginning: bytes) -> str:
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _KINDS if beginning.startswith(magic)), "")
