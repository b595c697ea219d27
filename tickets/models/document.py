"""What a ticket is found by: its words, kept ready for the search."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class SearchDocument(models.Model):
    """The words of a ticket, its messages and its files. Dropped and rebuilt at will.

    version: up to which event of the ticket it was read. stemmer: the major version of the
    PostgreSQL that took the endings off; another one takes them off otherwise.
    Weights: A number and subject, B people, organisation and files, C what the customer may read,
    D what only the helpdesk may read.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="document")
    version = models.PositiveIntegerField()
    stemmer = models.PositiveSmallIntegerField()
    words = SearchVectorField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="document_words"),
            # To be made anew: its contact has another name (a trigger of migration 0013).
            models.Index(fields=["ticket"], name="document_again", condition=models.Q(version=0)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}.{self.version}"
