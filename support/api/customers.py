"""Organisations and their contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sla.models import Contract
from support import access
from support.api.answers import Named
from support.api.bodies import ChosenBy, Flag, Number, Strict, Text
from support.api.etags import require_same, tagged
from support.api.idempotency import once
from support.api.resource import Page, Resource, found
from tickets.addresses import bare_address
from tickets.models import Contact, ContactAddress, ContactNumber, Organisation
from tickets.validators import PHONE

MOST = 20


class OrganisationAnswer(serializers.Serializer[Organisation]):
    """A customer: under which agreement and brand, and who of us is theirs (3.F)."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    agreement = serializers.SerializerMethodField()
    fixed_contact = Named(source="present_contact", allow_null=True)
    brand = serializers.CharField(source="brand.name", allow_null=True, default=None)
    domains = serializers.SerializerMethodField()

    def get_agreement(self, organisation: Organisation) -> str | None:
        """The agreement's key."""
        governing: list[Contract] = organisation.governing  # type: ignore[attr-defined]
        return governing[0].agreement.key if governing else None

    def get_domains(self, organisation: Organisation) -> list[str]:
        """The mail domains by which it is recognised."""
        return [row.domain for row in organisation.domains.all()]


class ContactAnswer(serializers.Serializer[Contact]):
    """A person at a customer, and whether they may phone (3.C)."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    organisation = Named()
    may_phone = serializers.BooleanField()
    emails = serializers.SerializerMethodField()
    numbers = serializers.SerializerMethodField()

    def get_emails(self, contact: Contact) -> list[str]:
        """Where they write from."""
        return [row.email for row in contact.addresses.all()]

    def get_numbers(self, contact: Contact) -> list[str]:
        """Where they phone from."""
        return [row.number for row in contact.numbers.all()]


_NO_PHONE = {"pattern": gettext_lazy("Enter a telephone number, such as 030 760 02 90.")}


class ContactBody(Strict):
    """A contact. `emails` and `numbers` are the whole lists, as they are to be."""

    organisation = Number(queryset=Organisation.objects.all())
    name = Text(max_length=120)
    may_phone = Flag(required=False)
    emails = serializers.ListField(
        child=serializers.EmailField(max_length=254), max_length=MOST, required=False
    )
    numbers = serializers.ListField(
        child=Text(max_length=32, pattern=PHONE, error_messages=_NO_PHONE),
        max_length=MOST,
        required=False,
    )

    def validate_emails(self, emails: list[str]) -> list[str]:
        """Each address once, and of nobody else."""
        lower = list(dict.fromkeys(bare_address(email) for email in emails))
        others = ContactAddress.objects.filter(email__in=lower)
        if self.instance is not None:
            others = others.exclude(contact=self.instance)
        if taken := others.first():
            raise serializers.ValidationError(
                _("%(email)s is the address of another contact.") % {"email": taken.email}, "unique"
            )
        return lower


class ContactChange(ContactBody):
    """What is to change of a contact. Their organisation stays."""

    organisation = None  # type: ignore[assignment]


class OrganisationsAsked(Strict):
    """Which organisations."""

    name = serializers.CharField(max_length=120, required=False, help_text="A part of the name.")


class ContactsAsked(Strict):
    """Which contacts."""

    organisation = ChosenBy(required=False)
    email = serializers.CharField(max_length=254, required=False)
    may_phone = serializers.BooleanField(required=False)


class Organisations(Page):
    """Customers."""

    asks = OrganisationsAsked

    @extend_schema(responses=OrganisationAnswer(many=True), summary="List organisations")
    def get(self, request: Request) -> Response:
        """List organisations, the newest first."""
        rows = _with_agreement(access.organisations_of(self.user))
        if "name" in self.asked:
            rows = rows.filter(name__icontains=self.asked["name"])
        return self.page(rows, OrganisationAnswer)


class OneOrganisation(Resource):
    """A customer."""

    @extend_schema(responses=OrganisationAnswer, summary="An organisation")
    def get(self, request: Request, pk: int) -> Response:
        """An organisation."""
        row = found(_with_agreement(access.organisations_of(self.user)).filter(pk=pk))
        return tagged(request, OrganisationAnswer(row).data)


class Contacts(Page):
    """People at customers."""

    asks = ContactsAsked
    roles = {"POST": lambda user: user.is_agent}

    @extend_schema(responses=ContactAnswer(many=True), summary="List contacts")
    def get(self, request: Request) -> Response:
        """List contacts, the newest first."""
        rows = _with_addresses(access.contacts_of(self.user))
        if "email" in self.asked:
            rows = rows.filter(addresses__email=bare_address(self.asked["email"]))
        for name in ("organisation", "may_phone"):
            if name in self.asked:
                rows = rows.filter(**{name: self.asked[name]})
        return self.page(rows, ContactAnswer)

    @extend_schema(request=ContactBody, responses={201: ContactAnswer}, summary="Add a contact")
    def post(self, request: Request) -> HttpResponseBase:
        """Add a contact."""
        return once(request, lambda: self._add(request))

    def _add(self, request: Request) -> Response:
        body = ContactBody(data=request.data)
        body.is_valid(raise_exception=True)
        contact = Contact(organisation=body.validated_data["organisation"])
        data = _changed(contact, body.validated_data)
        place = reverse("api-contact", args=[contact.pk])
        return tagged(request, data, status=201, headers={"Location": place})


class OneContact(Resource):
    """A person at a customer."""

    guarded = True
    roles = {"PATCH": lambda user: user.is_agent}

    @extend_schema(responses=ContactAnswer, summary="A contact")
    def get(self, request: Request, pk: int) -> Response:
        """A contact."""
        row = found(_with_addresses(access.contacts_of(self.user)).filter(pk=pk))
        return tagged(request, ContactAnswer(row).data)

    @extend_schema(request=ContactChange, responses=ContactAnswer, summary="Change a contact")
    def patch(self, request: Request, pk: int) -> HttpResponseBase:
        """Change what is given of a contact."""
        return once(request, lambda: self._change(request, pk))

    def _change(self, request: Request, pk: int) -> Response:
        mine = access.contacts_of(self.user)
        contact: Contact = found(mine.select_for_update(no_key=True).filter(pk=pk))
        body = ContactChange(contact, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        require_same(request, _data(contact.pk))
        return tagged(request, _changed(contact, body.validated_data))


def _with_agreement(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    governing = Contract.objects.for_reports().select_related("agreement")
    return rows.select_related("fixed_contact", "brand").prefetch_related(
        "domains", Prefetch("contracts", governing, to_attr="governing")
    )


def _with_addresses(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    return rows.select_related("organisation").prefetch_related("addresses", "numbers")


def _data(pk: int) -> Mapping[str, Any]:
    return ContactAnswer(found(_with_addresses(Contact.objects.filter(pk=pk)))).data


def _changed(contact: Contact, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Save what was given, and tell the contact as it is then."""
    for name in ("name", "may_phone"):
        if name in given:
            setattr(contact, name, given[name])
    contact.save()
    if "emails" in given:
        _replace_addresses(contact, given["emails"])
    if "numbers" in given:
        contact.numbers.all().delete()
        for number in given["numbers"]:
            ContactNumber.objects.create(contact=contact, number=number)
    return _data(contact.pk)


def _replace_addresses(contact: Contact, emails: Sequence[str]) -> None:
    """The first address is where mail goes, so their order is kept."""
    contact.addresses.all().delete()
    ContactAddress.objects.bulk_create(
        ContactAddress(contact=contact, email=email) for email in emails
    )
