"""Questions that are worked out once say what their querysets say, however often they are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sla.models import Coverage, Edition
from support import desk
from support.mail.models import IncomingMail, OutgoingMail
from tests import people
from tests.people import words
from tickets.models import Channel, Kind, Message, Ticket, User
from tickets.questions import Among, Kept, once, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets() -> list[Ticket]:
    carla = people.contact(people.organisation())
    alice = people.agent()
    found = [
        desk.open_ticket(
            people.reporter(carla),
            words(f"Het is 100% stuk: %s, '{number}' \\ \u2028 ☃"),
            subject=f"Nummer {number}",
            kind=Kind.QUESTION,
            channel=Channel.WEB,
        )
        for number in range(3)
    ]
    desk.assign(found[0], assignee=alice, team=alice.team, actor=alice)
    desk.reply(found[0], words("Wij kijken."), actor=alice)
    return found


def alike(one: Any, other: Any) -> None:
    """The same rows with the same columns, and of whom they name likewise."""
    assert type(one) is type(other)
    for field in one._meta.concrete_fields:
        if field.attname in one.get_deferred_fields():
            assert field.attname in other.get_deferred_fields()
        else:
            assert getattr(one, field.attname) == getattr(other, field.attname), field
    assert set(one._state.fields_cache) == set(other._state.fields_cache)
    for name, related in one._state.fields_cache.items():
        if related is not None and name != "ticket":
            alike(related, other._state.fields_cache[name])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Ticket.objects.with_people().order_by("pk"),
        lambda: Message.objects.select_related("author").defer("html"),
        lambda: Coverage.objects.select_related("edition__agreement", "edition__calendar").defer(
            "edition__agreement__email"
        ),
        lambda: Edition.objects.select_related("calendar"),
        lambda: OutgoingMail.objects.order_by("pk"),
        User.objects.all,
        User.objects.none,
    ],
)
def test_models_come_as_the_queryset_gives_them(tickets: list[Ticket], make: Any) -> None:
    (found,) = together(once(make()))
    assert len(found) == make().count()
    for one, other in zip(found, make(), strict=True):
        alike(one, other)


def test_whoever_listens_hears_of_each_that_is_read(tickets: list[Ticket]) -> None:
    heard: list[int] = []

    def hear(instance: Ticket, **_rest: object) -> None:
        heard.append(instance.pk)

    post_init.connect(hear, sender=Ticket)
    try:
        once(Ticket.objects.order_by("pk")).asked()
    finally:
        post_init.disconnect(hear, sender=Ticket)
    assert heard == [each.pk for each in tickets]


def test_rows_and_annotations_come_too(tickets: list[Ticket]) -> None:
    named = Ticket.objects.order_by("pk").values_list("pk", "subject", "reported_at")
    numbers = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    marked = Ticket.objects.annotate(same=F("version")).order_by("pk")
    rows, flat, annotated = together(once(named), once(numbers), once(marked))
    assert (rows, flat) == (list(named), list(numbers))
    assert [each.same for each in annotated] == [each.version for each in marked]


def test_a_question_is_asked_with_other_values_each_time(tickets: list[Ticket]) -> None:
    since = Kept(
        lambda owner, at: Ticket.objects.filter(assignee=owner, reported_at__lte=at),
        owner=int,
        at=datetime,
    )
    alice, now = User.objects.get(name="Alice"), timezone.now() + timedelta(seconds=5)
    assert since(owner=alice.pk, at=now).asked() == [tickets[0]]
    assert since(owner=0, at=now).asked() == []
    assert since(owner=alice.pk, at=now - timedelta(days=1)).asked() == []
    assert since.count(owner=alice.pk, at=now).asked() == [1]


def test_a_list_is_one_value(tickets: list[Ticket]) -> None:
    these = Kept(lambda pks: Ticket.objects.filter(Among("pk", pks)).order_by("pk"), pks=list)
    assert these(pks=[each.pk for each in tickets[:2]]).asked() == tickets[:2]
    assert these(pks=[]).asked() == []


def test_many_questions_are_one_statement(tickets: list[Ticket]) -> None:
    said = Kept(lambda ticket: Message.objects.filter(ticket=ticket), ticket=int)
    with CaptureQueriesContext(connection) as asked:
        first, second = together(*(said(ticket=each.pk) for each in tickets[:2]))
    assert (len(asked), len(first) - len(second)) == (1, 1)  # the answer


def test_more_questions_than_a_function_takes_arguments_are_one_statement(
    tickets: list[Ticket],
) -> None:
    asked = Kept(lambda pk: Ticket.objects.filter(pk=pk), pk=int)
    with CaptureQueriesContext(connection) as statements:
        found = together(*(asked(pk=each.pk) for each in tickets * 120))
    assert len(statements) == 1
    assert found == [[each] for each in tickets * 120]


def test_a_value_that_is_changed_on_its_way_is_an_error() -> None:
    later = Kept(
        lambda at: Ticket.objects.filter(reported_at__gt=at + timedelta(days=1)), at=datetime
    )
    with pytest.raises(ValueError, match="not asked as it is given"):
        later(at=timezone.now()).asked()


def test_what_json_can_not_say_is_refused() -> None:
    with pytest.raises(TypeError, match="defer it"):
        once(IncomingMail.objects.all())
