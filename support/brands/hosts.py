"""Host names of brands: their pages answer there too, and nowhere that nobody said."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase

from tickets.models import Brand, BrandHost


class _Known:
    """The host names that this process found last, for when the database can't be asked."""

    hosts: ClassVar[set[str]] = set()


def of(request: HttpRequest) -> str:
    """The host name of a brand at which this was asked; '' at the address of the house."""
    return str(vars(request).get("_brand_host", ""))


def brand_of(request: HttpRequest) -> Brand | None:
    """Whose host name that is."""
    host = of(request)
    return Brand.objects.filter(hosts__host=host).first() if host else None


def is_ours(host: str) -> bool:
    """Is it a brand's? As far as can be told, where the database can't be asked."""
    try:
        found = BrandHost.objects.filter(host=host).exists()
    except DatabaseError:
        return host in _Known.hosts
    (_Known.hosts.add if found else _Known.hosts.discard)(host)
    return found


def origin_at(host: str) -> str:
    """The address of the house under another host name."""
    return settings.ORIGIN.url.replace(f"//{settings.ORIGIN.host}", f"//{host}", 1)


class HostMiddleware:
    """Lets a request in that came to a brand's host name, and remembers which. All others are left
    to ALLOWED_HOSTS. First of all, as what comes after asks for the host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass it on."""
        named = request.META.get("HTTP_HOST", "")
        host, _port = split_domain_port(named)
        allowed = settings.ALLOWED_HOSTS
        if host and not validate_host(host, allowed) and is_ours(host):
            vars(request)["_brand_host"] = host
            vars(request)["get_host"] = lambda: named
        return self.get_response(request)
