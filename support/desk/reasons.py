"""Why a face does not offer a verb, where several lack it for the same reason."""

from __future__ import annotations

from support.desk.faces import Face

PEOPLE_ONLY = "only a person can say that"
BY_ITSELF = {Face.TRIGGER: PEOPLE_ONLY}
ONE = "it is about one ticket"
ITS_PAGE = "it has a page of its own, which says first what will happen"
JUDGED = "each is judged by itself"
EACH = {Face.BULK: JUDGED, Face.MACRO: JUDGED, Face.TRIGGER: PEOPLE_ONLY}
ONE_BY_ONE = {Face.BULK: ONE, Face.ADMIN: ONE}
ONE_BY_HAND = ONE_BY_ONE | {Face.MACRO: ONE, Face.TRIGGER: ONE}
