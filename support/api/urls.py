"""The addresses of the API; whatever else is asked for below it is a 404 in JSON."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import StringConverter
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from support.api import (
    announcements,
    around,
    breaches,
    changes,
    conversation,
    customers,
    fields,
    maintenance,
    outages,
    promises,
    reports,
    services,
    tickets,
    verbs,
)
from support.api.docs import Schema, docs


class Reference(StringConverter):
    """WD-10423, or the number alone."""

    regex = r"(?:WD-)?[0-9]{1,18}"


class Id(StringConverter):
    """A number that a row can have."""

    regex = r"[0-9]{1,18}"

    def to_python(self, value: str) -> int:  # type: ignore[override]
        """The number."""
        return int(value)


register_converter(Reference, "reference")
register_converter(Id, "id")


@extend_schema(exclude=True)
class Unknown(APIView):
    """An address that there is not."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say so, whatever the verb."""
        raise NotFound


urlpatterns: list[URLPattern] = [
    path("tickets/", tickets.Tickets.as_view(), name="api-tickets"),
    path("tickets/<reference:reference>/", tickets.OneTicket.as_view(), name="api-ticket"),
    path("tickets/<reference:reference>/clocks/", tickets.Clocks.as_view(), name="api-clocks"),
    path(
        "tickets/<reference:reference>/messages/",
        conversation.Messages.as_view(),
        name="api-messages",
    ),
    path("tickets/<reference:reference>/around/", around.Around.as_view(), name="api-around"),
    *verbs.patterns(),
    path("fields/", fields.Fields.as_view(), name="api-fields"),
    path("changes/", changes.Changes.as_view(), name="api-changes"),
    path("messages/<id:pk>/", conversation.OneMessage.as_view(), name="api-message"),
    path("attachments/<id:pk>/", conversation.OneAttachment.as_view(), name="api-attachment"),
    path("calls/", conversation.Calls.as_view(), name="api-calls"),
    path("organisations/", customers.Organisations.as_view(), name="api-organisations"),
    path("organisations/<id:pk>/", customers.OneOrganisation.as_view(), name="api-organisation"),
    path("contacts/", customers.Contacts.as_view(), name="api-contacts"),
    path("contacts/<id:pk>/", customers.OneContact.as_view(), name="api-contact"),
    path("agreements/", promises.Agreements.as_view(), name="api-agreements"),
    path("agreements/<slug:key>/", promises.OneAgreement.as_view(), name="api-agreement"),
    path(
        "agreements/<slug:key>/editions/<id:number>/",
        promises.OneEdition.as_view(),
        name="api-edition",
    ),
    path("releases/", promises.Releases.as_view(), name="api-releases"),
    path("releases/<id:pk>/", promises.OneRelease.as_view(), name="api-release"),
    path("services/", services.Services.as_view(), name="api-services"),
    path("services/<id:pk>/", services.OneService.as_view(), name="api-service"),
    path("services/<id:pk>/months/", services.ServiceMonths.as_view(), name="api-service-months"),
    *outages.patterns(),
    *maintenance.patterns(),
    path("announcements/", announcements.AnnouncementList.as_view(), name="api-announcements"),
    path(
        "announcements/<id:pk>/",
        announcements.OneAnnouncement.as_view(),
        name="api-announcement",
    ),
    path("reports/<id:year>-<id:month>/", reports.Month.as_view(), name="api-report"),
    path("reports/breaches/", breaches.Breaches.as_view(), name="api-breaches"),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"", Unknown.as_view()),
]
