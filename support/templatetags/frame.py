"""What stands around every page of the desk: the way to the other pages, and whose desk it is."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from support.mail import outbox
from support.menu import shown as menu
from support.templatetags.components import component
from support.templatetags.kept import TOKEN, blank, filled, kept

_PLACE = blank("place")


class Side(NamedTuple):
    """All that it shows. here: the name of the page's address; set_aside: how much mail waits."""

    here: str
    name: str
    lead: bool
    manager: bool
    staff: bool
    outbox: bool
    set_aside: int | None
    folded: tuple[str, ...]


def the_side(
    request: HttpRequest, user: Any, here: str, set_aside: int | None, csrf_token: object
) -> SafeString:
    """The bar at the side of a page, with the menu of whoever looks at it."""
    shown = Side(
        here=here or "",
        name=getattr(user, "name", "") or str(user),
        lead=getattr(user, "is_lead", False),
        manager=getattr(user, "is_manager", False),
        staff=getattr(user, "is_staff", False),
        outbox=outbox.in_use(),
        set_aside=set_aside,
        folded=menu.folded_in(request.COOKIES.get(menu.FOLDED, "")),
    )
    return filled(_side(shown), {TOKEN: csrf_token, _PLACE: request.get_full_path()})


def keys_help() -> SafeString:
    """The list of keyboard shortcuts."""
    return _keys_help(())


def sending_state() -> SafeString:
    """What a form says while it is sent, for scripts to copy."""
    return _sending((reverse("sign-in"),))


@kept(8)
def _sending(sign_in: tuple[str]) -> str:
    return component("sending", *sign_in)


def search_help() -> SafeString:
    """How to search."""
    return _search_help(())


@kept(8)
def _search_help(_nothing: tuple[()]) -> str:
    return render_to_string("workspace/_search_help.html")


@kept(8)
def _keys_help(_nothing: tuple[()]) -> str:
    return component("keys_help")


@kept(512)
def _side(shown: Side) -> str:
    rights = menu.Rights(shown.lead, shown.manager, shown.staff, shown.outbox)
    facts = {
        "shown": shown,
        "menu_work": menu.work(rights),
        "menu_groups": list(menu.groups(rights, here=shown.here, folded=shown.folded)),
        "here": shown.here,
        "place": _PLACE,
        "csrf_token": TOKEN,
    }
    return render_to_string("layouts/_side.html", facts)
