"""A form of a page as a browser would send it: with all that stands in it, and what is typed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.test import Client


class _Forms(HTMLParser):
    """The forms that are posted, each with its action and what stands in its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, list[str]]]] = []
        self._inside = False
        self._text: str | None = None
        self._chosen: tuple[str, bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._inside = (given.get("method") or "").lower() == "post"
            if self._inside:
                self.found.append((given.get("action") or "", {}))
        if not self._inside:
            return
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "textarea":
            self._chosen, self._text = (name, True), ""
        elif tag == "select":
            self._chosen = (name, "multiple" in given)
        elif tag == "option" and self._chosen and self._text is None:
            self._option(given)

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        kind = given.get("type") or "text"
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self._put(name, given.get("value") or "on")
        elif kind not in {"submit", "button", "image", "file"}:
            self._put(name, given.get("value") or "")

    def _option(self, given: dict[str, str | None]) -> None:
        assert self._chosen is not None
        name, several = self._chosen
        fields = self.found[-1][1]
        if "selected" in given:
            if several:
                self._put(name, given.get("value") or "")
            else:
                fields[name] = [given.get("value") or ""]
        elif not several and name not in fields:
            fields[name] = [given.get("value") or ""]  # the first one, until another is chosen

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._chosen and self._inside:
            self._put(self._chosen[0], (self._text or "").removeprefix("\n"))
            self._text = self._chosen = None
        elif tag == "select":
            self._chosen = None
        elif tag == "form":
            self._inside = False

    def _put(self, name: str, value: str) -> None:
        self.found[-1][1].setdefault(name, []).append(value)


def form_of(html: str, page: str, action: str) -> dict[str, list[str]]:
    """What the form that goes to `action` holds; {} where the page has none."""
    reader = _Forms()
    reader.feed(html)
    for where, fields in reader.found:
        if urlsplit(where or page).path == urlsplit(action).path:
            return fields
    return {}


def sent(client: Client, page: str, action: str, typed: dict[str, Any]) -> Any:
    """The answer to a form of a page, sent to `action` with what is typed over what stood there."""
    shown = client.get(page)
    fields: dict[str, Any] = {}
    if shown.status_code == 200 and not shown.streaming:
        fields = dict(form_of(shown.content.decode(), page, action))
    fields |= typed
    return client.post(action, {name: value for name, value in fields.items() if value is not None})
