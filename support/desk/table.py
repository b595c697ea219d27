"""The table of verbs: what can be done to a ticket, and which faces of the desk offer it.

Every face reads it: the ticket's page, many at once in the queue, the API, the steps of macros and
triggers, the actions of the admin. A face says how it asks for the body (its forms, its JSON); what
is done with it stands here alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from support.desk.course_verbs import COURSE
from support.desk.faces import Face, Verb
from support.desk.keeping_verbs import KEEPING

VERBS: Mapping[str, Verb] = {verb.name: verb for verb in (*COURSE, *KEEPING)}


def on(face: Face) -> list[Verb]:
    """The verbs of a face, in order."""
    return [verb for verb in VERBS.values() if verb.is_on(face)]
