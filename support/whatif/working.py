"""Asking what-ifs, and working them out in the background, batch by batch."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from sla import whatif
from sla.agreements import target_data
from sla.models import Edition
from sla.whatif import Otherwise, Sample, WhatIfAnswer
from sla.world import Worlds
from support.faults.kinds import fault_of
from support.whatif.models import WhatIf
from tickets.models import User

log = logging.getLogger(__name__)

KEPT = 20  # so many of a user's finished ones stay
SECONDS = 4.0  # less than the beat's five, so that others get their turn
GONE, FAILED = "gone", "failed"


@dataclass(frozen=True)
class Question:
    """What a manager asks: the tickets of `scope` under an edition with some targets edited.

    edits: by target key what is not as in the edition: measure, hours, days, channels,
    phone_required, pauses_while_waiting. waived: reports bind by whatever channel.
    """

    edition: Edition
    scope: Sample
    edits: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    waived: bool = False

    def as_json(self) -> dict[str, object]:
        """All of it, with the targets as they are now: a draft may change while it is worked on."""
        return {
            "edition": self.edition.pk,
            "targets": [target_data(target) for target in self.edition.targets.all()],
            "edits": {key: dict(edit) for key, edit in self.edits.items()},
            "waived": self.waived,
            "first": self.scope.first.isoformat(),
            "last": self.scope.last.isoformat(),
            "agreement": self.scope.agreement,
            "organisation": self.scope.organisation,
        }


def scope_of(question: Mapping[str, Any]) -> Sample:
    """Which tickets a kept question is about."""
    return Sample(
        first=date.fromisoformat(question["first"]),
        last=date.fromisoformat(question["last"]),
        agreement=question["agreement"],
        organisation=question["organisation"],
    )


def edited(question: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The targets of a kept question, as data, with what was edited."""
    edits = question["edits"]
    return [{**target, **edits.get(target["key"], {})} for target in question["targets"]]


@transaction.atomic
def ask(user: User, question: Question, *, now: datetime) -> WhatIf:
    """Keep a question for the worker. ValueError says which target can't be so."""
    asked = question.as_json()
    whatif.otherwise(question.edition, edited(asked), waived=question.waived)
    extent = question.scope.extent()
    old = WhatIf.objects.filter(asked_by=user, finished_at__isnull=False)
    keep = old.order_by("-asked_at", "-pk")[: KEPT - 1]
    old.exclude(pk__in=list(keep.values_list("pk", flat=True))).delete()
    return WhatIf.objects.create(
        asked_by=user,
        asked_at=now,
        # Tickets that come in later are not in the total, so they are not judged either.
        question=asked | {"uncovered": extent.uncovered, "up_to": extent.last},
        total=extent.total,
        last_ticket=max(extent.first - 1, 0),
        outcome=WhatIfAnswer().as_json(),
        finished_at=None if extent.total else now,
    )


class _Progress(Enum):
    MORE = auto()
    DONE = auto()
    TAKEN = auto()  # by another worker


def work(*, now: datetime, seconds: float = SECONDS) -> None:
    """Work on the oldest question, then on the next, for so many seconds; the rest waits.

    Each batch is one transaction that also says how far it is, so whatever is killed is taken up
    where it was, and nothing counts twice.
    """
    ends = monotonic() + seconds
    waiting = unfinished().order_by("asked_at", "pk")
    while monotonic() < ends and (run := waiting.first()) is not None:
        try:
            if _work_on(run, now, ends) is _Progress.TAKEN:
                return
        except Edition.DoesNotExist:
            _give_up(run, GONE, now)
        except Exception as error:
            if fault_of(error) is not None:
                raise
            # Whatever is wrong with one, those behind it go on.
            log.exception("what-if %s failed", run.pk)
            _give_up(run, FAILED, now)


def unfinished() -> QuerySet[WhatIf]:
    """What waits for its answer."""
    return WhatIf.objects.filter(finished_at=None)


def _work_on(run: WhatIf, now: datetime, ends: float) -> _Progress:
    """Batches of one question until it is answered or the time is over."""
    question = run.question
    edition = Edition.objects.select_related("agreement", "calendar").get(pk=question["edition"])
    other = whatif.otherwise(edition, edited(question), waived=question["waived"])
    worlds, progress = Worlds(), _Progress.MORE
    while progress is _Progress.MORE and monotonic() < ends:
        progress = _batch(run.pk, other, worlds, now)
    return progress


@transaction.atomic
def _batch(pk: int, other: Otherwise, worlds: Worlds, now: datetime) -> _Progress:
    waiting = WhatIf.objects.filter(pk=pk, finished_at=None)
    run = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if run is None:
        return _Progress.TAKEN
    answer, up_to = WhatIfAnswer(**run.outcome), run.question["up_to"]
    count, last = whatif.judge(
        scope_of(run.question),
        other,
        worlds,
        answer,
        after=run.last_ticket,
        up_to=up_to,
        now=run.asked_at,
    )
    run.done, run.last_ticket, run.outcome = run.done + count, last, answer.as_json()
    if last >= up_to or not count:
        run.finished_at = now
    run.save(update_fields=["done", "last_ticket", "outcome", "finished_at"])
    return _Progress.MORE if run.finished_at is None else _Progress.DONE


def _give_up(run: WhatIf, error: str, now: datetime) -> None:
    WhatIf.objects.filter(pk=run.pk, finished_at=None).update(error=error, finished_at=now)
