"""Form fields for what an agreement keeps as JSON: words by language, steps of credit, warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize_input
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.agreements import number
from tickets.translated import Translated

LANGUAGES = {"nl": gettext_lazy("In Dutch"), "en": gettext_lazy("In English")}
SPARE_ROWS = 2


class WordsWidget(forms.MultiWidget):
    """A text area for each language."""

    def __init__(self, rows: int = 2) -> None:
        areas: dict[str, forms.Widget | type[forms.Widget]] = {
            language: forms.Textarea({"rows": rows, "placeholder": label, "aria-label": label})
            for language, label in LANGUAGES.items()
        }
        super().__init__(areas)

    def decompress(self, value: Any) -> list[str]:
        """The texts in the order of the languages."""
        return [(value or {}).get(language, "") for language in LANGUAGES]


class WordsField(forms.MultiValueField):
    """A text in each language; an empty one is left out."""

    def __init__(self, *, label: Translated, rows: int = 2, **kwargs: Any) -> None:
        fields = [forms.CharField(required=False) for _language in LANGUAGES]
        super().__init__(
            fields=fields, label=label, widget=WordsWidget(rows), required=False, **kwargs
        )

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        """By language."""
        return {name: text for name, text in zip(LANGUAGES, data_list, strict=False) if text}


class HoursField(forms.DecimalField):
    """Hours as people write them: 4 rather than 4.00, and never less than none."""

    def __init__(self, *, min_value: int = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, **kwargs)

    def prepare_value(self, value: object) -> object:
        """Without zeros that say nothing; what somebody typed stays as it was."""
        return number(value) if isinstance(value, Decimal) else value


class WarningsField(forms.CharField):
    """Percentages of the working time, written as "50, 80"."""

    def prepare_value(self, value: object) -> object:
        """A list as it is typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: object) -> list[int]:
        """Whole percentages from 1 to 99, each once, in order."""
        parts = [part.strip().removesuffix("%").strip() for part in str(value or "").split(",")]
        shares = [part for part in parts if part]
        if any(not share.isdecimal() or not 0 < int(share) < 100 for share in shares):
            raise ValidationError(_("Give whole percentages from 1 to 99, such as 50, 80."))
        return sorted({int(share) for share in shares})


class CreditRows(forms.Widget):
    """Rows of an availability, whether that edge itself belongs to the step, and a credit."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        """The rows as they were typed."""
        rows: list[dict[str, str]] = []
        while f"{name}-{len(rows)}-edge" in data:
            start = f"{name}-{len(rows)}"
            rows.append(
                {part: data.get(f"{start}-{part}", "") for part in ("edge", "side", "percent")}
            )
        return rows

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """A row each, and some to spare."""
        spare = {"edge": "", "side": "at_most", "percent": ""}
        filled = [row for row in value or () if row["edge"] or row["percent"]]
        rows = enumerate([*filled, *[spare] * SPARE_ROWS])
        return format_html(
            '<div class="credit-rows">{}</div>',
            format_html_join(
                "", "{}", ((_credit_row(f"{name}-{number}", row),) for number, row in rows)
            ),
        )


def _credit_row(name: str, row: Mapping[str, object]) -> SafeString:
    sides = {"at_most": _("or lower"), "below": _("not itself, only below it")}
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (side, format_html("{}", " selected") if side == row["side"] else "", label)
            for side, label in sides.items()
        ),
    )
    return format_html(
        '<p><input type="text" inputmode="decimal" name="{0}-edge" value="{1}" size="6"'
        ' aria-label="{2}"> % <select name="{0}-side" aria-label="{3}">{4}</select> → '
        '<input type="text" inputmode="numeric" name="{0}-percent" value="{5}" size="4"'
        ' aria-label="{6}"> %</p>',
        name,
        row["edge"],
        _("Availability"),
        _("Does the edge itself belong to it?"),
        options,
        row["percent"],
        _("Credit"),
    )


class CreditField(forms.Field):
    """Steps of credit as an agreement writes them, the heaviest first."""

    widget = CreditRows

    def prepare_value(self, value: Any) -> list[Mapping[str, object]]:
        """Rows for the widget; what somebody typed stays as it was."""
        return [step if "edge" in step else _as_row(step) for step in value or ()]

    def clean(self, value: Any) -> list[dict[str, object]]:
        """A row that is empty is none."""
        steps = []
        for row in value or ():
            edge, percent = row["edge"].strip().replace(",", "."), row["percent"].strip()
            if not edge and not percent:
                continue
            if not _is_share(edge) or row["side"] not in ("at_most", "below"):
                raise ValidationError(_("An availability is a number up to 100, such as 99.5."))
            if not percent.isdecimal() or int(percent) > 100:
                raise ValidationError(_("A credit is a whole percentage up to 100."))
            steps.append({row["side"]: edge, "percent": int(percent)})
        return sorted(steps, key=lambda step: -int(step["percent"]))


def _as_row(step: Mapping[str, Any]) -> dict[str, Any]:
    side = "at_most" if "at_most" in step else "below"
    edge = localize_input(Decimal(step[side]))
    return {"edge": edge, "side": side, "percent": step["percent"]}


def _is_share(text: str) -> bool:
    try:
        return 0 <= Decimal(text) <= 100
    except InvalidOperation:
        return False
