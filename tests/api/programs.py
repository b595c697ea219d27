"""Programs that use the API, each with a token of its own."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from support.api.tokens import make_token
from tickets.models import Contact, Ticket, User

REPORT = {
    "subject": "Doelen",
    "text": "De doelen zijn weg.",
    "kind": "incident",
    "priority": "middel",
}


def program(owner: User, *scopes: str, name: str = "koppeling") -> Client:
    """A client that sends a new token of this owner with each request, and asks for English."""
    _token, text = make_token(
        owner, name=name, scopes=scopes or ("read", "write"), now=timezone.now()
    )
    return Client(headers={"Authorization": f"Bearer {text}", "Accept-Language": "en"})


def account(contact: Contact) -> User:
    """A customer's account for a contact."""
    user = User.objects.create_user(contact.email, name=contact.name)
    contact.user = user
    contact.save()
    return user


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    """The answer to a JSON body."""
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def report(client: Client, **changes: Any) -> Ticket:
    """A ticket that was reported through the API."""
    answer = post(client, "tickets/", REPORT | changes)
    assert answer.status_code == 201, answer.content
    return Ticket.objects.get(pk=answer.json()["id"])
