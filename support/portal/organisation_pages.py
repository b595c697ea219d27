"""Who may what at an organisation: kept by whom it named for that, and read by the others."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import calling
from sla.editions import in_force
from sla.models import Contract
from sla.projection import waived_on
from support import access
from support.portal.forms import (
    RIGHTS,
    HouseRulesForm,
    InviteForm,
    RightsForm,
    is_last_keeper,
)
from support.sign_in import letters, links, sessions
from tickets.models import Contact, ContactAddress, Organisation, Role, User

INVITATIONS = 20
"""So many a day from one organisation: a list is not a way to send mail to the world."""
_INVITED = "invited"


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Who may phone, and to whoever keeps the list, all that each may do."""
    user = access.signed_in(request)
    if not Contact.objects.filter(user=user).exists():
        return render(request, "portal/people.html", {"organisation": None})
    return _page(request, *_of(user))


def _of(user: User) -> tuple[Organisation, QuerySet[Contact]]:
    """Their organisation, and whom they may change; Http404 for whoever has none."""
    mine = Contact.objects.filter(user=user).select_related("organisation").first()
    if mine is None:
        raise Http404
    return mine.organisation, access.kept_contacts_of(user)


def _page(
    request: HttpRequest,
    organisation: Organisation,
    kept: QuerySet[Contact],
    *,
    tried: RightsForm | None = None,
    invited: InviteForm | None = None,
) -> HttpResponse:
    user, today = access.signed_in(request), timezone.localdate()
    contract = Contract.objects.governing(organisation)
    edition = in_force(contract.agreement, today=today) if contract else None
    waived = contract is not None and waived_on(
        today, since=contract.waived_from, until=contract.waived_until
    )
    everybody = kept.select_related("user").prefetch_related("addresses").order_by("name", "pk")
    context = {
        "organisation": organisation,
        "edition": edition,
        "callers": access.callers_of(user).order_by("name"),
        "keeps": everybody.exists(),
        "rows": [
            {
                "person": person,
                "form": tried
                if tried and tried.instance.pk == person.pk
                else RightsForm(instance=person, auto_id=f"person_{person.pk}_%s"),
                "is_me": person.user_id == user.pk,
            }
            for person in everybody
        ],
        "rules_form": HouseRulesForm(instance=organisation, auto_id="rules_%s"),
        "phoning": calling.what_calls_do(edition, waived=waived),
        "invite_form": invited or InviteForm(auto_id="invite_%s"),
        "fixed_contact": access.fixed_contact_of(user),
    }
    status = 422 if tried or invited else 200
    return render(request, "portal/people.html", context, status=status)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what one of them may do."""
    organisation, kept = _of(access.signed_in(request))
    with transaction.atomic():
        person = get_object_or_404(kept.select_for_update(of=("self",)), pk=pk)
        before = {name: getattr(person, name) for name in RIGHTS}
        form = RightsForm(request.POST, instance=person, auto_id=f"person_{pk}_%s")
        if form.is_valid():
            person.save(update_fields=RIGHTS)
            changed = [name for name in RIGHTS if before[name] != getattr(person, name)]
            _log(request, person, CHANGE, {"changed": {"fields": changed}} if changed else None)
    if form.errors:
        return _page(request, organisation, kept, tried=form)
    messages.success(request, _("Kept: what %(name)s may do.") % {"name": person.name})
    return redirect("our-people")


@login_required
@require_POST
def rules(request: HttpRequest) -> HttpResponse:
    """Say what holds for everybody there."""
    organisation, kept = _of(access.signed_in(request))
    if not kept.exists():
        raise PermissionDenied
    form = HouseRulesForm(request.POST, instance=organisation)
    if form.is_valid():
        organisation.save(update_fields=["sign_in_links", "asks_opinion"])
        messages.success(request, _("Kept: what holds for everybody."))
    return redirect("our-people")


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Give a colleague an account; a link to sign in goes to their address."""
    user, now = access.signed_in(request), timezone.now()
    organisation, kept = _of(user)
    if not kept.exists():
        raise PermissionDenied
    form = InviteForm(request.POST, auto_id="invite_%s")
    if form.is_valid() and _too_many(organisation):
        form.add_error(None, _("That were many invitations for one day. Ask us for more."))
    if not form.is_valid():
        return _page(request, organisation, kept, invited=form)
    with transaction.atomic():
        account = User(
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            role=Role.CUSTOMER,
            language=user.language,
        )
        account.set_unusable_password()
        account.save()
        person = form.save(commit=False)
        person.organisation, person.user = organisation, account
        person.save()
        ContactAddress.objects.create(contact=person, email=account.email)
        _log(request, person, ADDITION, {"added": {"name": _INVITED}})
        letters.invite(
            account,
            link=links.make_link(account, now=now),
            by=user.name,
            organisation=organisation.name,
            now=now,
        )
    messages.success(request, _("%(name)s gets a link to sign in.") % {"name": person.name})
    return redirect("our-people")


def _too_many(organisation: Organisation) -> bool:
    since = timezone.now() - timedelta(days=1)
    recent = User.objects.filter(contact__organisation=organisation, date_joined__gte=since)
    return recent.count() >= INVITATIONS


@login_required
@require_POST
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody no longer works there: their account is closed, and they may nothing more."""
    user = access.signed_in(request)
    _organisation, kept = _of(user)
    person = get_object_or_404(kept.select_related("user"), pk=pk)
    if person.user_id == user.pk or is_last_keeper(person):
        messages.error(request, _("Nobody else keeps the list: give it to somebody else first."))
        return redirect("our-people")
    with transaction.atomic():
        for name in RIGHTS:
            setattr(person, name, False)
        person.save(update_fields=RIGHTS)
        if person.user is not None:
            person.user.is_active = False
            person.user.save(update_fields=["is_active"])
            sessions.end_all(person.user)
        _log(request, person, CHANGE, {"changed": {"fields": ["left"]}})
    messages.success(request, _("The account of %(name)s is closed.") % {"name": person.name})
    return redirect("our-people")


def _log(request: HttpRequest, person: Contact, flag: int, said: dict[str, object] | None) -> None:
    """In the admin's log, where changes of contacts stand."""
    if said is not None:
        actor = access.signed_in(request)
        LogEntry.objects.log_actions(actor.pk, [person], flag, [said], single_object=True)
