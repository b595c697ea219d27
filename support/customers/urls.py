"""The addresses of the pages about customers."""

from django.urls import path

from support.customers import contacts, exchange, pages

urlpatterns = [
    path("desk/organisations/<int:pk>/", pages.organisation, name="organisation"),
    path("desk/organisations/<int:pk>/agreement/", pages.agreement, name="organisation-agreement"),
    path(
        "desk/organisations/<int:pk>/agreement/<int:number>/",
        pages.agreement,
        name="organisation-edition",
    ),
    path("desk/organisations/<int:pk>/notes/", pages.add_note, name="organisation-note"),
    path("desk/contacts/<int:pk>/", pages.contact, name="contact-change"),
    path("desk/contacts/<int:pk>/merge/", contacts.merge, name="contact-merge"),
    path("desk/customers/", exchange.exchange, name="customers-exchange"),
    path("desk/customers/<slug:kind>.<slug:form>", exchange.export, name="customers-export"),
]
