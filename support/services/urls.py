"""The addresses of services, outages, claims and credits."""

from django.urls import path

from support.services import granting, ours, outage_list, pages, reporters

urlpatterns = [
    path("desk/services/", pages.services, name="services"),
    path("desk/services/<int:pk>/", pages.service, name="service"),
    path("desk/outages/", outage_list.outage_list, name="outage-list"),
    path("desk/outages/<int:pk>/", pages.outage, name="outage"),
    path("desk/outages/<int:pk>/answer/", reporters.answer_reporters, name="outage-answer"),
    path("desk/tickets/<str:reference>/outage/", reporters.ticket_outage, name="ticket-outage"),
    path("desk/claims/<int:pk>/", pages.claim, name="claim"),
    path("desk/credits/", granting.credits_page, name="credits"),
    path("desk/credits/negligence/", granting.negligence, name="credit-negligence"),
    path("desk/credits/billed/", granting.billed, name="credits-billed"),
    path("desk/credits/<int:pk>/", granting.decide, name="credit-decide"),
    path("desk/credits/export.<str:form>", granting.export, name="credits-export"),
    path("services/", ours.our_services, name="our-services"),
    path("services/claim/", ours.claim_afterwards, name="claim-afterwards"),
    path("services/<int:pk>/", ours.our_service, name="our-service"),
]
