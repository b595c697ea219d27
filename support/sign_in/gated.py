"""Asking the identity provider through our gate: a library's own way has no end for an answer that
comes a byte at a time, and each visitor who wants to sign in would hold a thread.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from support.outgoing import gate

PATIENCE = 5.0
"""Seconds for one answer, the whole of it."""


class _Gate(BaseAdapter):
    """What a session of `requests` sends with."""

    def send(  # type: ignore[override]  # the time is ours, and so is whom we trust
        self, request: requests.PreparedRequest, **_how: Any
    ) -> requests.Response:
        """Ask one thing. Raises what the library's own way would."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if not isinstance(body, bytes | None):
            raise requests.RequestException("only what is whole is sent", request=request)
        headers = {name: str(value) for name, value in request.headers.items()}
        headers["Accept-Encoding"] = "identity"
        try:
            # Who set it up named this server; often it stands inside the own network.
            found = gate.fetch(
                request.url or "",
                method=request.method or "GET",
                headers=headers,
                body=body,
                timeout=PATIENCE,
                allow_private=True,
            )
        except (gate.Refused, gate.Unreachable) as error:
            raise requests.ConnectionError(str(error), request=request) from error
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = found.status, request.url or "", request
        answer.headers = CaseInsensitiveDict(found.headers)
        answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
        answer._content = found.body
        return answer

    def close(self) -> None:
        """Nothing is kept open."""


def session() -> requests.Session:
    """A session that asks through the gate alone, and follows no redirect."""
    made = requests.Session()
    made.adapters.clear()
    made.mount("https://", _Gate())
    made.mount("http://", _Gate())
    made.max_redirects = 0
    return made
