"""Mail addresses and domains in one form, however they are written.

A name with letters beyond ASCII travels in ASCII (xn--…). Programs that send mail write either
form, people the one that they can read: both are the same address, kept in ASCII as mail servers
and certificates have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import idna
from django.db import models
from django.db.models.expressions import Combinable


def domain_in_ascii(domain: str) -> str:
    """A domain as the net knows it, in lower case; as it is where it is none."""
    lower = domain.strip().lower().rstrip(".")
    if lower.isascii():
        return lower
    try:
        return idna.encode(lower, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return lower


def in_ascii(address: str) -> str:
    """An address with its domain in ASCII; what is in ASCII already stays as it is."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{domain_in_ascii(domain)}"


if TYPE_CHECKING:
    _EmailField = models.EmailField[str | Combinable, str]
    _CharField = models.CharField[str | Combinable, str]
else:  # Django's take no argument
    _EmailField, _CharField = models.EmailField, models.CharField


def bare_address(address: str) -> str:
    """An address as it is compared: in lower case, its domain in ASCII."""
    return in_ascii(address.strip()).lower()


class AddressField(_EmailField):
    """An e-mail address whose domain is kept, and looked for, in ASCII."""

    def get_prep_value(self, value: object) -> object:
        """As the row has it."""
        found = super().get_prep_value(value)
        return in_ascii(found) if isinstance(found, str) else found

    def pre_save(self, model_instance: models.Model, add: bool) -> object:
        """As the row has it, in the object that is saved too."""
        found = super().pre_save(model_instance, add)
        if isinstance(found, str):
            found = in_ascii(found)
            setattr(model_instance, self.attname, found)
        return found


class DomainField(_CharField):
    """A mail domain that is kept, and looked for, in ASCII."""

    def get_prep_value(self, value: object) -> object:
        """As the row has it."""
        found = super().get_prep_value(value)
        return found if not isinstance(found, str) or found.isascii() else domain_in_ascii(found)
