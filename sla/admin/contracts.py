"""What was signed with whom: agreement, start, renewal, and what it costs a month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from sla import rates
from sla.admin.many import UncountedAdmin
from sla.admin.named import NamedAdmin, NamedFormSet
from sla.models import Contract, Credit, Rate, Service


class RateForm(forms.ModelForm):
    """A rate is announced as it is added; refused in words inside the notice."""

    def clean(self) -> dict[str, Any]:
        """Ask whether it can hold from that day."""
        data: dict[str, Any] = super().clean() or {}
        contract = self.instance.contract if self.instance.contract_id else None
        if contract is None or not contract.pk or data.get("from_on") is None or self.errors:
            return data
        problem = rates.refusal(
            contract,
            data["amount"],
            data["from_on"],
            service=data.get("service"),
            today=timezone.localdate(),
        )
        if problem:
            raise ValidationError(problem)
        return data


class RateInline(admin.TabularInline):
    """What it costs from which day. Who is under the contract is mailed of every change."""

    model = Rate
    form = RateForm
    formset = NamedFormSet
    extra = 1
    readonly_fields = ("announced_at",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was announced is fixed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Likewise."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only services of this contract can be paid apart under it."""
        if db_field.name == "service" and request.resolver_match is not None:
            contract = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Service.objects.filter(contract=contract)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Contract)
class ContractAdmin(NamedAdmin, UncountedAdmin):
    """Contracts; an organisation may have several, and its reports come under one."""

    list_display = (
        *("organisation", "agreement", "number", "for_reports", "starts_on", "renewal"),
        *("monthly_sum", "ends_on"),
    )
    list_filter = ("agreement", "for_reports")
    list_select_related = ("organisation", "agreement")
    search_fields = ("organisation__name", "number")
    autocomplete_fields = ("organisation",)
    inlines = (RateInline,)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Promises were made under it: let it end instead."""
        return False

    @admin.display(description=gettext_lazy("next renewal"))
    def renewal(self, contract: Contract) -> Any:
        """The first renewal after today."""
        return rates.renewal_after(contract, timezone.localdate()) or "-"

    @admin.display(description=gettext_lazy("monthly fee"))
    def monthly_sum(self, contract: Contract) -> Decimal | str:
        """What it costs a month today."""
        fee = rates.monthly_sum(contract, timezone.localdate())
        return "-" if fee is None else fee

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A rate is announced by the one way there is."""
        if formset.model is not Rate:
            super().save_formset(request, form, formset, change)
            return
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        now, today = timezone.now(), timezone.localdate()
        for row in formset.forms:
            if row.has_changed() and row.instance.pk is None:
                data = row.cleaned_data
                formset.new_objects.append(
                    rates.announce(
                        form.instance,
                        data["amount"],
                        data["from_on"],
                        service=data.get("service"),
                        now=now,
                        today=today,
                    )
                )


@admin.register(Credit)
class CreditAdmin(UncountedAdmin):
    """What was proposed for which month and what became of it, to look at."""

    list_display = (
        *("contract", "month", "number", "ground", "total", "amount", "state", "granted"),
        *("decided_by", "decided_at", "billed_at"),
    )
    list_filter = ("state", "ground")
    list_select_related = ("contract__organisation", "contract__agreement", "decided_by")
    date_hierarchy = "month"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They are proposed by themselves, and decided at the desk."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Likewise."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What was proposed stays."""
        return False
