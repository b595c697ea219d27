"""The pages of webhooks: for managers alone, with what was sent and a way to send it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from support.secrets.sealing import unseal
from support.webhooks import switching
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tests import people
from tests.receivers import Receiver, receiving, signature
from tickets.models import Role, User

pytestmark = pytest.mark.django_db

FORM = {"name": "Chat", "url": "https://hooks.example/in", "events": ["ticket.opened"]}


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.OUTGOING_PRIVATE_ALLOWED = True
    with receiving() as receiver:
        yield receiver


def webhook(name: str = "Chat", url: str = "https://hooks.example/in") -> Webhook:
    hook = Webhook(name=name, url=url, events=[WebhookEvent.OPENED])
    switching.make(hook, now=timezone.now())
    return hook


def delivery(hook: Webhook, **given: object) -> WebhookDelivery:
    now = timezone.now()
    values: dict[str, object] = {
        "event_id": uuid4(),
        "kind": WebhookEvent.OPENED,
        "payload": '{"kind":"ticket.opened","ticket":{"subject":"<b>Doelen</b>"}}',
        "state": "failed",
        "fault": "answer",
        "status": 500,
        "attempts": 8,
        "answer": "<i>stuk</i>",
        "created_at": now,
        "finished_at": now,
    }
    return WebhookDelivery.objects.create(webhook=hook, **(values | given))


def test_nobody_but_managers_gets_in(client: Client) -> None:
    hook = webhook()
    row = delivery(hook)
    gets = [
        reverse("webhooks"),
        reverse("webhook-add"),
        reverse("webhook", args=[hook.pk]),
        reverse("webhook-change", args=[hook.pk]),
        reverse("webhook-delivery", args=[hook.pk, row.pk]),
    ]
    posts = [
        reverse("webhook-add"),
        reverse("webhook-switch", args=[hook.pk]),
        reverse("webhook-secret", args=[hook.pk]),
        reverse("webhook-remove", args=[hook.pk]),
        reverse("webhook-test", args=[hook.pk]),
        reverse("webhook-again", args=[hook.pk, row.pk]),
    ]

    def statuses() -> set[int]:
        got = {client.get(url).status_code for url in gets}
        return got | {client.post(url, FORM).status_code for url in posts}

    assert statuses() == {302, 403}  # what was typed is not lost: it stands on the page
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    assert statuses() == {403}
    client.force_login(people.agent("Alice"))
    assert statuses() == {403}
    assert 'href="/desk/webhooks/"' not in client.get(reverse("phone")).content.decode()
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (1, 1)
    client.force_login(people.agent("Mila", Role.MANAGER))
    assert {client.get(url).status_code for url in gets} == {200}
    assert 'href="/desk/webhooks/"' in client.get(reverse("phone")).content.decode()


def test_the_secret_is_shown_once_and_lies_sealed(client: Client, manager: User) -> None:
    page = client.post(reverse("webhook-add"), FORM)
    hook = Webhook.objects.get()
    secret = unseal(hook.sealed_secret)
    assert secret.startswith("whsec_")
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert secret not in hook.sealed_secret
    for name in ("webhook", "webhook-change"):
        shown = client.get(reverse(name, args=[hook.pk])).content.decode()
        assert secret not in shown
        assert hook.sealed_secret not in shown
    another = client.post(reverse("webhook-secret", args=[hook.pk]))
    hook.refresh_from_db()
    assert unseal(hook.sealed_secret) in another.content.decode()
    assert unseal(hook.sealed_old_secret) == secret
    assert hook.old_secret_until is not None
    assert hook.old_secret_until - timezone.now() > timedelta(hours=23)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("url", {"url": "https://127.0.0.1/"}),
        ("url", {"url": "https://2130706433/"}),
        ("url", {"url": "https://[::1]/"}),
        ("url", {"url": "https://10.1.2.3:8080/in"}),
        ("url", {"url": "https://localhost/"}),
        ("url", {"url": "https://user:secret@hooks.example/"}),
        ("url", {"url": "http://hooks.example/"}),
        ("url", {"url": "ftp://hooks.example/"}),
        ("events", {"events": []}),
        ("events", {"events": ["ticket.noted"]}),
        ("name", {"name": "Bezet"}),
    ],
)
def test_what_cannot_be_is_refused_at_the_field(
    client: Client, manager: User, field: str, given: dict[str, object]
) -> None:
    webhook("Bezet")
    page = client.post(reverse("webhook-add"), FORM | given)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert Webhook.objects.count() == 1


def test_a_webhook_is_changed_and_switched_off_and_on(client: Client, manager: User) -> None:
    hook = webhook()
    Webhook.objects.update(heard_events=7)
    changed = FORM | {"name": "Bord", "events": ["clock.breached", "ticket.status"]}
    client.post(reverse("webhook-change", args=[hook.pk]), changed)
    hook.refresh_from_db()
    assert (hook.name, hook.heard_events) == ("Bord", 7)
    assert hook.events == ["clock.breached", "ticket.status"]
    waiting = delivery(hook, state="queued", finished_at=None, next_try_at=timezone.now())
    switch = reverse("webhook-switch", args=[hook.pk])
    client.post(switch, {"to": "off"})
    hook.refresh_from_db()
    waiting.refresh_from_db()
    assert (hook.active, hook.disabled_why) == (False, Webhook.Off.HAND)
    assert (waiting.state, waiting.fault) == ("failed", "off")
    assert str(Webhook.Off.HAND.label) in client.get(switch[: -len("switch/")]).content.decode()
    client.post(switch, {"to": "on"})
    hook.refresh_from_db()
    assert (hook.active, hook.disabled_at) == (True, None)


def test_only_one_that_is_switched_off_is_removed(client: Client, manager: User) -> None:
    hook = webhook()
    delivery(hook)
    remove = reverse("webhook-remove", args=[hook.pk])
    assert client.post(remove).status_code == 404
    switching.switch_off(hook, why=Webhook.Off.HAND, now=timezone.now())
    assert client.post(remove).status_code == 302
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_a_test_event_says_what_came_of_it(
    client: Client, manager: User, receiver: Receiver
) -> None:
    hook = webhook(url=receiver.url)
    test = reverse("webhook-test", args=[hook.pk])
    page = client.post(test, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success"]
    (got,) = receiver.got
    assert got.headers["webhook-signature"] == signature(unseal(hook.sealed_secret), got)
    receiver.status, receiver.said = 418, b"<script>thee</script>"
    page = client.post(test, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    shown = page.content.decode()
    assert "&lt;script&gt;thee" in shown
    assert "418" in shown


def test_what_failed_is_shown_with_its_answer_and_sent_again(
    client: Client, manager: User, receiver: Receiver
) -> None:
    hook = webhook(url=receiver.url)
    row = delivery(hook)
    shown = client.get(reverse("webhook-delivery", args=[hook.pk, row.pk])).content.decode()
    assert "&lt;b&gt;Doelen&lt;/b&gt;" in shown
    assert "&lt;i&gt;stuk&lt;/i&gt;" in shown
    again = reverse("webhook-again", args=[hook.pk, row.pk])
    page = client.post(again, follow=True)
    new = WebhookDelivery.objects.latest("pk")
    assert (new.redelivery_of, new.state) == (row, "sent")
    assert receiver.got[0].headers["webhook-id"] == str(row.event_id)
    assert reverse("webhook-delivery", args=[hook.pk, row.pk]) in page.content.decode()


def test_what_is_still_on_its_way_is_not_sent_twice(
    client: Client, manager: User, receiver: Receiver
) -> None:
    hook = webhook(url=receiver.url)
    row = delivery(hook, state="queued", finished_at=None, next_try_at=timezone.now())
    client.post(reverse("webhook-again", args=[hook.pk, row.pk]))
    assert (receiver.got, WebhookDelivery.objects.count()) == ([], 1)


def test_a_delivery_is_found_under_its_own_webhook_alone(client: Client, manager: User) -> None:
    row, other = delivery(webhook()), webhook("Ander")
    assert client.get(reverse("webhook-delivery", args=[other.pk, row.pk])).status_code == 404


def test_the_log_can_be_narrowed(client: Client, manager: User) -> None:
    hook = webhook()
    delivery(hook)
    delivery(hook, state="sent", fault="", status=204)
    url = reverse("webhook", args=[hook.pk])
    counts = [
        len(client.get(url, {"state": state}).context["page_obj"]) for state in ("", "sent", "x")
    ]
    assert counts == [2, 1, 2]


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_ask_a_fixed_number_of_queries(
    rows: int, client: Client, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        hook = webhook(f"Hook {number}")
        for _each in range(rows):
            ticket = people.setting(
                people.contact(people.organisation(f"S{uuid4()}")), when=timezone.now()
            )
            delivery(hook, ticket=ticket)
    client.get(reverse("webhooks"))
    with django_assert_num_queries(5):
        client.get(reverse("webhooks"))
    with django_assert_num_queries(6):
        client.get(reverse("webhook", args=[hook.pk]))
