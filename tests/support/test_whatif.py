"""What-if at the desk: asked by managers, worked out in batches, taken up again after a crash."""

from __future__ import annotations

import csv
import io
from datetime import date
from html import unescape
from typing import Any

import pytest
from celery import Celery
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sla import agreements, editions
from sla import whatif as rules
from sla.contracts import contract
from sla.models import Alert, Clock, Edition
from sla.whatif import Sample
from support import desk, tasks
from support.whatif import working
from support.whatif.models import WhatIf
from support.whatif.tasks import work_whatifs
from tests import people
from tests.at_once import together
from tests.people import at, words
from tickets.models import Channel, Kind, Role, User

pytestmark = pytest.mark.django_db

NOW = at("2026-05-27 14:00")
MAY = Sample(date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


def solved_incidents(count: int = 5) -> None:
    """Hoog on the 18th of May at nine, the first solved at ten, the next at eleven, …"""
    carla = people.contact(people.organisation())
    alice = people.agent()
    for number in range(count):
        ticket = desk.open_ticket(
            people.reporter(carla),
            words(),
            subject=f"=Storing {number}",
            kind=Kind.INCIDENT,
            priority="hoog",
            channel=Channel.PHONE,
            answered=True,
            actor=alice,
            at=at("2026-05-18 09:00"),
        )
        desk.resolve(ticket, words(), actor=alice, at=at(f"2026-05-18 {10 + number}:00"))


def asked(
    user: User, *, hours: float = 2.5, scope: Sample = MAY, edition: Edition | None = None
) -> WhatIf:
    question = working.Question(
        edition=edition or people.agreement().editions.get(),
        scope=scope,
        edits={"resolution-hoog": {"hours": hours}},
    )
    return working.ask(user, question, now=NOW)


def posted(**changes: Any) -> dict[str, Any]:
    """The form as a manager sends it, with what was changed in it."""
    edition = people.agreement().editions.order_by("number").first()
    assert edition
    fields: dict[str, Any] = {
        "edition": edition.pk,
        "shown": edition.pk,
        "period": "own",
        "first": "2026-05-01",
        "last": "2026-05-31",
        "whose": "agreement",
    }
    for target in edition.targets.all():
        if target.measure == "work":
            fields[f"target-{target.key}-hours"] = f"{target.hours.normalize():f}"
        for name in ("phone_required", "pauses_while_waiting"):
            if getattr(target, name):
                fields[f"target-{target.key}-{name}"] = "on"
    return fields | changes


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args), headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_only_managers_ask_and_read(client: Client) -> None:
    solved_incidents()
    run = asked(people.agent("Mila", Role.MANAGER))
    work_whatifs()
    urls = [
        reverse("what-if"),
        reverse("what-if-answer", args=[run.pk]),
        reverse("what-if-csv", args=[run.pk]),
    ]
    assert [client.get(url).status_code for url in urls] == [302] * 3
    for somebody in (
        User.objects.create_user("charlie@school.example", name="Charlie"),
        User.objects.get(name="Alice"),
    ):
        client.force_login(somebody)
        assert [client.get(url).status_code for url in urls] == [403] * 3
        assert client.post(urls[0], posted()).status_code == 403
    client.force_login(User.objects.get(name="Mila"))
    assert [client.get(url).status_code for url in urls] == [200] * 3
    assert WhatIf.objects.count() == 1


@pytest.mark.usefixtures("manager")
def test_asked_worked_out_and_read_as_a_page_and_as_a_file(client: Client) -> None:
    solved_incidents()
    answer = client.post(reverse("what-if"), posted(**{"target-resolution-hoog-hours": "2,5"}))
    run = WhatIf.objects.get()
    assert answer["Location"] == reverse("what-if-answer", args=[run.pk])
    waiting = page(client, "what-if-answer", run.pk)
    assert "5 tickets to judge" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    work_whatifs()
    shown = page(client, "what-if-answer", run.pk)
    assert "every 1s" not in shown
    for said in (
        "Solution time High: was within one working day, becomes within 2.5 working hours",
        "3 promises would have ended otherwise, on 3 tickets of 5.",
        "−60",
        "deadline is earlier",
        "=Storing 4",
    ):
        assert said in shown
    lines = client.get(reverse("what-if-csv", args=[run.pk])).getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(lines), delimiter=";"))
    assert len(rows) == 4
    assert rows[1][1] == "'=Storing 2"
    assert rows[1][6:9] == ["2026-05-18 17:00:00", "2026-05-18 11:30:00", "2026-05-18 12:00:00"]
    assert "3 promises would end otherwise" in page(client, "what-if")


def test_killed_half_way_and_taken_up_again_it_comes_to_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)
    solved_incidents(7)
    mila = people.agent("Mila", Role.MANAGER)
    whole, killed = asked(mila), asked(mila)
    working.work(now=NOW)
    whole.refresh_from_db()
    WhatIf.objects.filter(pk=killed.pk).update(
        done=0,
        last_ticket=killed.last_ticket,
        outcome=killed.outcome,
        finished_at=None,
    )
    judge, batches = rules.judge, iter(range(10))

    def killed_in_the_third(*args: Any, **kwargs: Any) -> tuple[int, int]:
        judged = judge(*args, **kwargs)
        if next(batches) == 2:
            raise SystemExit
        return judged

    monkeypatch.setattr(rules, "judge", killed_in_the_third)
    with pytest.raises(SystemExit):
        working.work(now=NOW)
    killed.refresh_from_db()
    assert (killed.done, killed.finished_at) == (4, None)
    working.work(now=NOW)
    killed.refresh_from_db()
    assert (killed.done, killed.total, killed.finished_at) == (7, 7, NOW)
    assert killed.outcome == whole.outcome
    assert whole.outcome["ways"] == {"kept|breached": 5}


def test_it_stops_when_its_time_is_over_and_goes_on_with_the_next_task() -> None:
    solved_incidents()
    run = asked(people.agent("Mila", Role.MANAGER))
    working.work(now=NOW, seconds=0)
    run.refresh_from_db()
    assert (run.done, run.finished_at) == (0, None)
    working.work(now=NOW)
    run.refresh_from_db()
    assert run.finished_at == NOW


def test_what_comes_in_after_the_question_is_not_judged() -> None:
    solved_incidents(2)
    run = asked(people.agent("Mila", Role.MANAGER))
    carla = people.contact(people.organisation("Later"))
    desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Later",
        kind=Kind.INCIDENT,
        priority="hoog",
        channel=Channel.PHONE,
        at=at("2026-05-19 09:00"),
    )
    working.work(now=NOW)
    run.refresh_from_db()
    assert (run.done, run.total) == (2, 2)


def test_nothing_of_it_touches_clocks_alerts_or_versions() -> None:
    solved_incidents()
    before = list(Clock.objects.order_by("pk").values()), list(Alert.objects.values())
    asked(people.agent("Mila", Role.MANAGER))
    work_whatifs()
    assert WhatIf.objects.get().outcome["ways"]
    assert (list(Clock.objects.order_by("pk").values()), list(Alert.objects.values())) == before


@pytest.mark.usefixtures("manager")
def test_bad_input_is_refused_and_what_was_typed_stays(client: Client) -> None:
    wrong = posted(
        **{
            "first": "2026-05-31",
            "last": "2026-05-01",
            "target-resolution-hoog-hours": "vier",
            "target-reaction-setting-hours": "-1",
            "target-reaction-middel-hours": "6",
        },
        waived="on",
    )
    answer = client.post(reverse("what-if"), wrong, headers={"Accept-Language": "en"})
    shown = unescape(answer.content.decode())
    assert answer.status_code == 422
    for said in (
        "The last day can't be before the first.",
        "Enter a number.",
        'value="vier"',
        'value="-1"',
        'value="6"',
        'value="2026-05-31"',
    ):
        assert said in shown
    assert not WhatIf.objects.exists()


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first": ""}, "Say which day."),
        ({"first": "2099-01-01", "last": "2099-01-02"}, "Nothing has been reported yet"),
        ({"first": "2001-01-01"}, "Choose at most 5 years."),
        ({"period": "ooit"}, "Select a valid choice."),
        ({"whose": "0"}, "Select a valid choice."),
        ({"edition": "0"}, "Select a valid choice."),
        ({"edition": "x"}, "Select a valid choice."),
        ({"target-resolution-hoog-hours": "9999"}, "less than or equal to 2000"),
        ({"target-resolution-hoog-hours": ""}, "This field is required."),
    ],
)
def test_each_slip_is_named(client: Client, changes: dict[str, str], said: str) -> None:
    people.agreement()
    answer = client.post(reverse("what-if"), posted(**changes), headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())


@pytest.mark.usefixtures("manager")
def test_another_edition_shows_its_own_promises_before_it_is_asked_about(client: Client) -> None:
    people.agreement()
    draft = editions.draft(people.agreement(), now=timezone.now())
    draft.targets.filter(key="resolution-hoog").update(hours=6)
    sent = posted(edition=draft.pk, first="2026-04-01", **{"target-resolution-hoog-hours": "3"})
    refused = client.post(reverse("what-if"), sent, headers={"Accept-Language": "en"})
    shown = client.post(reverse("what-if"), sent | {"show": "1"})
    assert refused.status_code == 422
    assert "Look, then ask again." in unescape(refused.content.decode())
    for answer in (refused, shown):
        text = answer.content.decode()
        assert f'name="shown" value="{draft.pk}"' in text
        assert 'name="target-resolution-hoog-hours" value="6"' in text
        assert 'value="2026-04-01"' in text
    assert not WhatIf.objects.exists()


@pytest.mark.usefixtures("manager")
def test_of_each_promise_only_that_is_asked_which_it_can_have(client: Client) -> None:
    each = {"clause": "2.1", "ticket_kinds": ["support"], "hours": 4}
    targets = [
        each | {"key": promise, "promise": promise}
        for promise in ("reaction", "next_response", "resolution")
    ]
    agreements.load(contract("diploc") | {"targets": targets}, in_force_on=date(2020, 1, 1))
    asks = page(client, "what-if")
    assert 'name="target-reaction-phone_required"' in asks
    assert 'name="target-reaction-channels"' in asks
    assert 'name="target-next_response-hours"' in asks
    assert 'name="target-next_response-channels"' not in asks
    assert 'name="target-resolution-phone_required"' not in asks


@pytest.mark.usefixtures("manager")
def test_an_earlier_question_can_be_asked_again_with_a_change(client: Client) -> None:
    people.agreement()
    client.post(reverse("what-if"), posted(**{"target-resolution-hoog-hours": "2.5"}, waived="on"))
    run = WhatIf.objects.get()
    again = client.get(reverse("what-if"), {"again": run.pk}, headers={"Accept-Language": "en"})
    text = again.content.decode()
    assert 'name="target-resolution-hoog-hours" value="2.5"' in text
    assert 'value="2026-05-01"' in text
    assert "checked" in text.split('name="waived"')[1].split(">")[0]


@pytest.mark.usefixtures("manager")
def test_a_period_without_tickets_and_a_desk_without_agreements_say_so(client: Client) -> None:
    assert "No agreements yet" in page(client, "what-if")
    assert client.post(reverse("what-if"), {}).status_code == 302
    client.post(reverse("what-if"), posted())
    shown = page(client, "what-if-answer", WhatIf.objects.get().pk)
    assert "No tickets in this period" in shown


@pytest.mark.usefixtures("manager")
def test_a_draft_that_is_gone_and_a_fault_end_their_run_and_not_those_behind(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved_incidents()
    mila = User.objects.get(name="Mila")
    draft = editions.draft(people.agreement(), now=NOW)
    gone = asked(mila, edition=draft)
    faulty = asked(mila, edition=people.agreement().editions.get(number=1))
    good = asked(mila, edition=people.agreement().editions.get(number=1))
    draft.delete()
    otherwise, faults = rules.otherwise, iter([True])

    def fails_once(*args: Any, **kwargs: Any) -> rules.Otherwise:
        if next(faults, False):
            raise RuntimeError("broken")
        return otherwise(*args, **kwargs)

    monkeypatch.setattr(rules, "otherwise", fails_once)
    work_whatifs()
    errors = [WhatIf.objects.get(pk=run.pk).error for run in (gone, faulty, good)]
    assert errors == ["gone", "failed", ""]
    assert "no longer there" in page(client, "what-if-answer", gone.pk)
    assert "It has been logged" in page(client, "what-if-answer", faulty.pk)
    assert WhatIf.objects.get(pk=good.pk).outcome["ways"] == {"kept|breached": 3}
    assert "failed" in page(client, "what-if")


def test_a_users_last_twenty_stay_and_what_is_not_finished_too() -> None:
    people.agreement()
    mila, otto = people.agent("Mila", Role.MANAGER), people.agent("Otto", Role.MANAGER)
    others = asked(otto)
    unfinished = asked(mila)
    WhatIf.objects.filter(pk=unfinished.pk).update(finished_at=None)
    runs = [asked(mila) for _ in range(22)]
    left = set(WhatIf.objects.values_list("pk", flat=True))
    assert left == {others.pk, unfinished.pk, *(run.pk for run in runs[2:])}


@pytest.mark.usefixtures("manager")
def test_without_a_broker_it_waits_for_the_beat(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved_incidents()
    nowhere = Celery("nowhere", broker="redis://127.0.0.1:1/0", set_as_current=False)
    monkeypatch.setattr(tasks, "work_whatifs", nowhere.task(work_whatifs.run))
    answer = client.post(reverse("what-if"), posted())
    assert answer.status_code == 302
    work_whatifs()
    assert WhatIf.objects.get().finished_at


@pytest.mark.usefixtures("manager")
def test_the_list_of_earlier_ones_asks_no_more_the_longer_it_is(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    customer = people.organisation()
    mila = User.objects.get(name="Mila")
    for hours in range(1, 12):
        asked(mila, hours=hours + 0.25, scope=Sample(MAY.first, MAY.last, organisation=customer.pk))
    with django_assert_max_num_queries(18):
        shown = page(client, "what-if")
    assert "becomes within 11.25 working hours" in shown


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_judge_every_ticket_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    solved_incidents(6)
    run = asked(people.agent("Mila", Role.MANAGER))
    results = together(*[lambda: working.work(now=NOW)] * 3)
    assert results == [None] * 3
    working.work(now=NOW)
    run.refresh_from_db()
    assert (run.done, run.finished_at) == (6, NOW)
    assert run.outcome["ways"] == {"kept|breached": 4}
    assert sum(run.outcome["counts"]["resolution|hoog|"]["before"].values()) == 6
