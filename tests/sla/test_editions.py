"""Editions: drafted from the last, announced in time and in words, then fixed for good."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from sla import editions
from sla.editions import EditionError
from sla.models import Agreement, Edition, EscalationStep, Target
from tests import people
from tests.at_once import together
from tests.people import at

pytestmark = pytest.mark.django_db

MARCH = at("2026-03-01 10:00")


def drafted(key: str = "dialog", when: str = "2026-03-01 10:00", *, customers: int = 1) -> Edition:
    """A draft with a change in it."""
    agreement = people.agreement(key)
    for number in range(customers):
        people.organisation(f"Klant {number}", key)
    edition = editions.draft(agreement, now=at(when))
    edition.targets.filter(measure="work", hours__gt=0).update(hours=2)
    return edition


def test_a_draft_is_the_last_announced_edition_with_the_next_number() -> None:
    first = people.agreement().editions.get()
    draft = editions.draft(first.agreement, now=MARCH)
    assert (draft.number, draft.announced_at, draft.calendar) == (2, None, first.calendar)
    assert draft.terms == first.terms
    assert editions.changes(first, draft) == []
    assert EscalationStep.objects.filter(edition=draft).count() == 4


def test_a_second_draft_is_refused_while_the_first_waits() -> None:
    drafted()
    with override("en"), pytest.raises(EditionError, match="draft already: edition 2"):
        editions.draft(Agreement.objects.get(), now=MARCH)


@pytest.mark.parametrize(
    ("key", "announced", "first"),
    [
        ("dialog", "2026-03-01 00:00", date(2026, 3, 31)),
        ("dialog", "2026-03-01 23:59", date(2026, 3, 31)),
        ("dialog", "2026-12-15 12:00", date(2027, 1, 14)),
        ("diploc", "2026-01-31 12:00", date(2026, 2, 28)),
        ("diploc", "2028-01-31 12:00", date(2028, 2, 29)),
        ("diploc", "2026-12-31 12:00", date(2027, 1, 31)),
        ("diploc", "2026-04-15 12:00", date(2026, 5, 15)),
    ],
)
def test_a_date_inside_the_notice_is_refused_with_the_first_possible_one(
    key: str, announced: str, first: date
) -> None:
    draft = drafted(key, announced)
    assert draft.in_force_on == first
    draft.in_force_on = date.fromordinal(first.toordinal() - 1)
    draft.save()
    said = f"first possible date is {editions.date_format(first, 'j F Y')}"
    with override("en"):
        said = f"first possible date is {editions.date_format(first, 'j F Y')}"
        with pytest.raises(EditionError, match=said):
            editions.announce(draft, now=at(announced))
    draft.in_force_on = first
    draft.save()
    assert editions.announce(draft, now=at(announced)).announced_at == at(announced)


def test_an_agreement_that_nobody_has_needs_no_notice() -> None:
    draft = drafted(customers=0)
    assert draft.in_force_on == date(2026, 3, 1)
    editions.announce(draft, now=MARCH)


def test_an_edition_takes_force_after_every_announced_one() -> None:
    draft = drafted()
    draft.in_force_on = date(2026, 12, 1)
    draft.save()
    editions.announce(draft, now=MARCH)
    third = editions.draft(draft.agreement, now=MARCH)
    assert third.in_force_on == date(2026, 12, 2)
    assert editions.predecessor(third) == draft


def test_what_promises_nothing_or_changes_nothing_is_not_announced() -> None:
    draft = editions.draft(people.agreement(), now=MARCH)
    with override("en"), pytest.raises(EditionError, match="changes nothing"):
        editions.announce(draft, now=MARCH)
    draft.targets.all().delete()
    with override("en"), pytest.raises(EditionError, match="promises nothing"):
        editions.announce(draft, now=MARCH)


def test_what_the_clock_can_not_read_is_not_announced() -> None:
    draft = drafted()
    draft.targets.filter(key="reaction-hoog").update(promise="next_response")
    with override("en"), pytest.raises(EditionError, match=r"can't be read.*reaction-hoog"):
        editions.announce(draft, now=MARCH)


def test_the_first_edition_of_an_agreement_may_have_any_date_and_nobody_is_told() -> None:
    other = people.agreement().editions.get()
    agreement = Agreement.objects.create(key="acme", name="Acme", provider="Acme")
    first = Edition.objects.create(
        agreement=agreement, number=1, in_force_on=date(2025, 1, 1), calendar=other.calendar
    )
    Target.objects.create(
        edition=first, key="r", promise="reaction", clause="1", ticket_kinds=["setting"], hours=8
    )
    assert editions.announce(first, now=MARCH).told_at == MARCH


def test_stages_follow_the_date() -> None:
    first = people.agreement().editions.get()
    draft = drafted()
    days = [date(2026, 3, 30), date(2026, 3, 31)]

    def stages() -> list[list[str]]:
        pair = [Edition.objects.get(pk=each.pk) for each in (first, draft)]
        return [[str(editions.stage(each, today=day)) for each in pair] for day in days]

    assert stages() == [["in_force", "draft"], ["in_force", "draft"]]
    editions.announce(draft, now=MARCH)
    assert stages() == [["in_force", "announced"], ["replaced", "in_force"]]
    assert editions.in_force(first.agreement, today=days[0]) == first
    assert editions.in_force(first.agreement, today=days[1]) == draft


def test_the_database_refuses_to_change_what_was_announced() -> None:
    edition = people.agreement().editions.get()
    target, step = edition.targets.first(), edition.escalation.first()
    assert target
    assert step
    target.hours, step.share = 1, 70
    edition.in_force_on = date(2027, 1, 1)
    for act in (
        edition.save,
        target.save,
        step.save,
        target.delete,
        edition.delete,
        lambda: EscalationStep.objects.create(edition=edition, share=90, to=["team"]),
    ):
        with (
            pytest.raises(IntegrityError, match="announced edition is fixed"),
            transaction.atomic(),
        ):
            act()
    edition.refresh_from_db()
    edition.told_at = timezone.now()
    edition.save(update_fields=["told_at"])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_announce_at_once_one_is_told_that_it_is_done() -> None:
    draft = drafted()
    outcomes = together(
        lambda: editions.announce(draft, now=MARCH), lambda: editions.announce(draft, now=MARCH)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Edition", "EditionError"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_draft_at_once_one_gets_the_draft() -> None:
    agreement = people.agreement()
    outcomes = together(
        lambda: editions.draft(agreement, now=MARCH), lambda: editions.draft(agreement, now=MARCH)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Edition", "EditionError"]
