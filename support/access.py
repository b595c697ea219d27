"""What each person may see: every list and every page starts here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from sla.models import Agreement, Edition, Release
from tickets.models import (
    Attachment,
    Contact,
    Message,
    Organisation,
    Ticket,
    TicketQuerySet,
    User,
)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def tickets_of(user: User) -> TicketQuerySet:
    """Agents see every ticket; a customer those that they reported themselves."""
    if user.is_agent:
        return Ticket.objects.all()
    contact = Contact.objects.filter(user=user).first()
    own = Q(reporter_email__iexact=user.email, contact=None)
    if contact is not None:
        own |= Q(contact=contact)
    return Ticket.objects.filter(own)


def messages_of(user: User) -> QuerySet[Message]:
    """Agents read everything; a customer the public messages on their own tickets."""
    messages = Message.objects.filter(ticket__in=tickets_of(user))
    return messages if user.is_agent else messages.filter(public=True)


def attachments_of(user: User) -> QuerySet[Attachment]:
    """The files of the messages that somebody may read."""
    return Attachment.objects.filter(message__in=messages_of(user))


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Agents see every organisation; a customer their own."""
    if user.is_agent:
        return Organisation.objects.all()
    return Organisation.objects.filter(contacts__user=user)


def contacts_of(user: User) -> QuerySet[Contact]:
    """Agents see every contact; a customer themselves."""
    return Contact.objects.all() if user.is_agent else Contact.objects.filter(user=user)


def callers_of(user: User) -> QuerySet[Contact]:
    """Who may phone (3.C), at the organisations that somebody may see."""
    return Contact.objects.filter(organisation__in=organisations_of(user), may_phone=True)


def fixed_contact_of(user: User) -> User | None:
    """Our own person for a customer's organisation (3.F), if it has one who works here."""
    found = User.objects.filter(fixed_contact_of__contacts__user=user).first()
    return found if found is not None and found.is_agent else None


def agreements_of(user: User) -> QuerySet[Agreement]:
    """Agents see every agreement; a customer the one made with their organisation."""
    if user.is_agent:
        return Agreement.objects.all()
    return Agreement.objects.filter(contracts__organisation__in=organisations_of(user))


def editions_of(user: User) -> QuerySet[Edition]:
    """The editions of the agreements that somebody may see; drafts are for the helpdesk."""
    editions = Edition.objects.filter(agreement__in=agreements_of(user))
    return editions if user.is_agent else editions.filter(announced_at__isnull=False)


def releases_of(user: User) -> QuerySet[Release]:
    """The releases of the agreements that somebody may see."""
    return Release.objects.filter(agreement__in=agreements_of(user))


def signed_in(request: HttpRequest) -> User:
    """Who is asking. PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def agents_only(view: View[P]) -> View[P]:
    """A page for people of the helpdesk: others sign in, or learn that they may not."""
    return _only(lambda user: user.is_agent, view)


def leads_only(view: View[P]) -> View[P]:
    """A page for leads of a team, and for managers."""
    return _only(lambda user: user.is_lead, view)


def managers_only(view: View[P]) -> View[P]:
    """A page for managers."""
    return _only(lambda user: user.is_manager, view)


def _only(may: Callable[[User], bool], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(signed_in(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View[P]", login_required(guarded))
