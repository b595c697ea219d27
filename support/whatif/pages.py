"""What-if, for managers: asking how tickets would have fared under other terms, and reading it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from kombu.exceptions import OperationalError

from sla import terms
from sla.agreements import target_data
from sla.calendars import length_of_a_day
from sla.models import Edition
from support import access
from support.documents.spreadsheets import download
from support.forms.numbers import number_in
from support.whatif import answer as answers
from support.whatif import working
from support.whatif.forms import QuestionForm, TargetForm, as_asked, usual
from support.whatif.models import WhatIf
from support.whatif.tasks import work_whatifs
from tickets.models import User

log = logging.getLogger(__name__)
LAST_ANNOUNCED = F("announced_at").desc(nulls_last=True)
POSTED = ("edition", "period", "first", "last", "whose", "waived")


@access.managers_only
def what_if(request: HttpRequest) -> HttpResponse:
    """The question, filled in as usual or as it was asked before; posted, it is asked."""
    user = access.signed_in(request)
    if request.method == "POST" and "show" not in request.POST:
        return _asked(request, user)
    initial, edits = _start(request)
    edition = _edition(initial.get("edition"))
    if edition is None:
        return render(request, "promises/whatif.html", {"form": None})
    form = QuestionForm(initial={**usual(edition), **initial, "edition": edition.pk})
    targets = [TargetForm(target, edits=edits.get(target.key)) for target in _targets(edition)]
    return _page(request, user, form, edition, targets)


@access.managers_only
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the answer is; in the end how the tickets would have fared, beside how they did."""
    run = get_object_or_404(WhatIf.objects.select_related("asked_by"), pk=pk)
    context = answers.about(run) | (answers.answer(run) if run.finished_at else {})
    return render(request, "promises/whatif_answer.html", context)


@access.managers_only
def answer_csv(_request: HttpRequest, pk: int) -> HttpResponseBase:
    """The promises that change, as a file that Dutch spreadsheets open as it is."""
    run = get_object_or_404(WhatIf, pk=pk, finished_at__isnull=False)
    return download(f"werkdag-what-if-{run.pk}", answers.csv_rows(run))


def _start(request: HttpRequest) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What stood in the form when another edition was chosen, or an earlier question to change."""
    if request.method == "POST":
        return {name: request.POST[name] for name in POSTED if name in request.POST}, {}
    again = number_in(request.GET.get("again"))
    run = WhatIf.objects.filter(pk=again).first() if again is not None else None
    return (as_asked(run.question), run.question["edits"]) if run else (request.GET.dict(), {})


def _edition(pk: object) -> Edition | None:
    """The edition chosen; else the first agreement's that was announced last, else any."""
    editions = Edition.objects.select_related("agreement", "calendar")
    number = number_in(str(pk))
    chosen = editions.filter(pk=number).first() if number is not None else None
    return chosen or editions.order_by("agreement_id", LAST_ANNOUNCED).first()


def _targets(edition: Edition) -> list[Any]:
    return list(edition.targets.all())


def _asked(request: HttpRequest, user: User) -> HttpResponse:
    form = QuestionForm(request.POST)
    valid = form.is_valid()
    edition = form.cleaned_data.get("edition") or _edition(request.POST.get("edition"))
    if edition is None:
        return redirect("what-if")
    # What was typed under another edition's promises means nothing under this one's.
    seen = request.POST.get("shown", "") in ("", str(edition.pk))
    typed = request.POST if seen else None
    targets = [TargetForm(target, typed) for target in _targets(edition)]
    wrong = [target for target in targets if not target.is_valid()]
    if wrong or not valid:
        return _page(request, user, form, edition, targets, status=422)
    question = working.Question(
        edition=edition,
        scope=form.scope(),
        edits={target.target.key: target.edits for target in targets if target.edits},
        waived=form.cleaned_data["waived"],
    )
    run = working.ask(user, question, now=timezone.now())
    # A worker that is told before it is there finds nothing.
    transaction.on_commit(lambda: _begin(run))
    return redirect("what-if-answer", run.pk)


def _begin(run: WhatIf) -> None:
    """Have it started at once; without a broker the next beat finds it."""
    if run.finished_at is not None:
        return
    task = work_whatifs
    try:
        # Else the page waits for six seconds before it believes that there is no broker.
        with task.app.connection_for_write(transport_options={"max_retries": 0}) as connection:
            producer = connection.Producer(auto_declare=False)
            task.apply_async(producer=producer, retry=False, expires=60)
    except OperationalError:
        log.warning("what-if %s waits: no broker", run.pk)


def _page(
    request: HttpRequest,
    user: User,
    form: QuestionForm,
    edition: Edition,
    targets: list[TargetForm],
    *,
    status: int = 200,
) -> HttpResponse:
    data = [target_data(target.target) for target in targets]
    names = terms.target_names(data)
    day = length_of_a_day(edition.calendar)
    context = {
        "form": form,
        "edition": edition,
        "rows": [
            {
                "form": target,
                "name": names[each["key"]],
                "short": terms.short_words(each),
                "clause": each["clause"],
                "time": terms.time_words(each, day),
            }
            for target, each in zip(targets, data, strict=True)
        ],
        "invalid": bool(form.errors or any(target.errors for target in targets)),
        "earlier": answers.earlier(user),
    }
    return render(request, "promises/whatif.html", context, status=status)
