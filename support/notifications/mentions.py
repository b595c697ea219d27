"""Colleagues named in a note with an @: by name, or by address where two have the same name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from tickets.models import User


def colleagues() -> QuerySet[User]:
    """Who can be named: people of the helpdesk that are active."""
    return User.objects.can_be_given_work()


def handles(people: Iterable[User]) -> Mapping[str, User]:
    """What to write after the @ for each of these people."""
    people = list(people)
    times = Counter(person.name.casefold() for person in people)
    return {
        person.name if times[person.name.casefold()] == 1 else person.email: person
        for person in people
    }


def named_in(text: str) -> list[User]:
    """The colleagues that a text names, each once."""
    if "@" not in text:
        return []
    known = {handle.casefold(): person for handle, person in handles(colleagues()).items()}
    # The longest first: “@Jan de Boer” does not name Jan. Not inside a word: a@jan is an address.
    longest = sorted(known, key=len, reverse=True)
    if not longest:
        return []
    named = re.compile(rf"(?<![\w@.])@({'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
    found = {known[match[1].casefold()] for match in named.finditer(text)}
    return sorted(found, key=lambda person: person.pk)
