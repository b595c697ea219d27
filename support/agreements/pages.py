"""Agreements and their editions, for managers: read, drafted, announced, and who was told."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sla import comparing
from sla import editions as kept
from sla.models import Agreement, Contract, Edition
from sla.written import export as as_toml
from sla.written import written
from support import access
from support.agreements import worded
from support.agreements.letters import address_of, contacts_of
from support.agreements.models import EditionNotice

PER_PAGE = 50
STAGE_ICONS = {
    Edition.Stage.DRAFT: "pencil",
    Edition.Stage.ANNOUNCED: "send",
    Edition.Stage.IN_FORCE: "circle-check",
    Edition.Stage.REPLACED: "history",
}


@access.managers_only
def agreements(request: HttpRequest) -> HttpResponse:
    """Every agreement with its editions, newest first, and the organisations under it."""
    contracts = Contract.objects.select_related("organisation").order_by("organisation__name")
    editions = Edition.objects.select_related("calendar").order_by("-number")
    found = Agreement.objects.prefetch_related(
        Prefetch("editions", editions), Prefetch("contracts", contracts)
    )
    today = timezone.localdate()
    context = {"cards": [_card(agreement, today) for agreement in found]}
    return render(request, "promises/agreements.html", context)


@access.managers_only
def edition(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One edition in words a reader understands, what it changes, and who was told."""
    found, now = _edition(key, number), timezone.now()
    context = _about(found, now) | {
        "promises": worded.promises(written(found)),
        "sections": worded.sections(written(found)),
        "escalation": worded.escalation(written(found)),
        "readings": worded.readings(written(found)),
        "told": _notice_context(request, found) if found.announced_at else None,
        "may_draft": not found.agreement.editions.filter(announced_at=None).exists(),
    }
    return render(request, "promises/edition.html", context)


@access.managers_only
def announce(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What announcing would do; and doing it, once a manager has read that and says so."""
    found, now = _edition(key, number), timezone.now()
    if request.method == "POST":
        try:
            fixed = kept.announce(found, now=now)
        except kept.EditionError as error:
            messages.error(request, str(error))
        else:
            mailing = _("Announced. The contacts are being mailed.")
            quiet = _("Announced. Nobody has to be told of a first edition.")
            messages.success(request, quiet if fixed.told_at else mailing)
        return redirect("edition", key, number)
    contacts = list(contacts_of(found))
    unreachable = [contact for contact in contacts if not address_of(contact)]
    first = not kept.announced(found.agreement).exists()
    context = _about(found, now) | {
        "refusal": kept.refusal(found, now=now),
        "contacts": 0 if first else len(contacts),
        "mails": 0 if first else len(contacts) - len(unreachable),
        "unreachable": [] if first else unreachable,
        "organisations": found.agreement.contracts.count(),
    }
    return render(request, "promises/announce.html", context)


@access.managers_only
@require_POST
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """A new edition, copied from the last."""
    agreement = get_object_or_404(Agreement, key=key)
    try:
        made = kept.draft(agreement, now=timezone.now())
    except kept.EditionError as error:
        messages.error(request, str(error))
        return redirect("agreements")
    messages.success(request, _("This is the draft: change what must change, then announce it."))
    return redirect("edition", key, made.number)


@access.managers_only
def export(_request: HttpRequest, key: str, number: int) -> HttpResponse:
    """The edition as a TOML file."""
    found = _edition(key, number)
    response = HttpResponse(as_toml(found), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}-{number}.toml"'
    return response


def _edition(key: str, number: int) -> Edition:
    found = Edition.objects.select_related("agreement", "calendar")
    edition = found.filter(agreement__key=key, number=number).first()
    if edition is None:
        raise Http404
    return edition


def _card(agreement: Agreement, today: date) -> dict[str, object]:
    editions = list(agreement.editions.all())
    return {
        "agreement": agreement,
        "editions": [_row(edition, today) for edition in editions],
        "organisations": [contract.organisation for contract in agreement.contracts.all()],
        "may_draft": bool(editions) and all(edition.announced_at for edition in editions),
    }


def _row(edition: Edition, today: date) -> dict[str, object]:
    stage = kept.stage(edition, today=today)
    return {
        "edition": edition,
        "stage": stage.label,
        "icon": STAGE_ICONS[stage],
        "current": stage is Edition.Stage.IN_FORCE,
        "url": reverse("edition", args=[edition.agreement.key, edition.number]),
    }


def _about(edition: Edition, now: datetime) -> dict[str, object]:
    """What the pages about one edition have in common."""
    before = kept.predecessor(edition)
    first = kept.first_possible_date(edition, now=now)
    return {
        "edition": edition,
        "row": _row(edition, kept.today_of(edition, now=now)),
        "before": before,
        "changes": comparing.promised_changes(before, edition) if before else [],
        "internal": _internal(before, edition) if before else [],
        "untouched": comparing.untouched_words(before, edition)
        if before and not edition.announced_at
        else [],
        "first_possible": None if first == date.min else first,
        "too_early": "" if edition.announced_at else kept.too_early(edition, now=now),
        "edit_url": reverse("admin:sla_edition_change", args=[edition.pk]),
    }


def _internal(before: Edition, after: Edition) -> list[str]:
    promised = comparing.promised_changes(before, after)
    return [line for line in comparing.changes(before, after) if line not in promised]


def _notice_context(request: HttpRequest, edition: Edition) -> dict[str, object]:
    """Who was told, when, and how far it is."""
    notices = EditionNotice.objects.filter(edition=edition)
    listed = notices.select_related("contact__organisation", "mail")
    page = Paginator(
        listed.order_by("contact__organisation__name", "contact__name", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    done = notices.count()
    # Whoever became a contact since then is not who was to be told.
    todo = done if edition.told_at else max(contacts_of(edition).count(), done)
    mails = notices.exclude(mail=None)
    return {
        "page": page,
        "done": done,
        "todo": todo,
        "sent": mails.filter(mail__state="sent").count(),
        "failed": mails.filter(mail__state="failed").count(),
        "without": notices.filter(mail=None).count(),
        "busy": edition.told_at is None or mails.filter(mail__state="queued").exists(),
    }
