"""The planning pages: what hangs on releases, planning, moving, skipping, marking as live."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from sla import changes
from sla.audit import differences
from sla.models import Alert, Clock, Coverage, Release, ReleaseSchedule
from sla.queries import cards_of
from sla.sweep import heal
from support import desk
from support.desk import letters
from support.mail.models import OutgoingMail
from support.notifications import alerts
from support.planning.pages import schedule_words
from support.timeline import line
from tests import people
from tests.people import words
from tickets.models import Channel, Contact, Kind, Role, Status, Ticket, User

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(second=0, microsecond=0)


@pytest.fixture(autouse=True)
def in_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def carla() -> Contact:
    return people.contact(people.organisation())


@pytest.fixture
def manager(client: Client) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def alice(client: Client) -> User:
    user = people.agent()
    client.force_login(user)
    return user


def release(days: float, name: str = "", *, hotfix: bool = False) -> Release:
    """One that is planned so many days from now, and known for long."""
    return Release.objects.create(
        agreement=people.agreement(),
        name=name or f"Release {days:+}",
        planned_at=NOW + timedelta(days=days),
        known_from=NOW - timedelta(days=1000),
        is_hotfix=hotfix,
    )


def opened(
    carla: Contact, priority: str = "middel", *, subject: str = "Export", days: float = 0
) -> Ticket:
    return desk.open_ticket(
        people.reporter(carla),
        words(),
        subject=subject,
        kind=Kind.INCIDENT,
        priority=priority,
        channel=Channel.WEB,
        at=NOW - timedelta(days=days),
    )


def text_of(client: Client, url: str = "/desk/planning/") -> str:
    return plain(client.get(url).content.decode())


def plain(html: str) -> str:
    html = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\N{NO-BREAK SPACE}", " ")


def typed(moment: datetime) -> str:
    """As a browser sends a moment."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def page_of(each: Release) -> str:
    return reverse("planning-release", args=[each.pk])


def live_page_of(each: Release) -> str:
    return reverse("planning-live", args=[each.pk])


# Looking


def test_a_release_shows_what_must_be_in_it_and_what_was_planned_into_it(
    client: Client, carla: Contact, alice: User
) -> None:
    first, second = release(5), release(26)
    opened(carla, subject="Middel moet erin")
    clash, laag = opened(carla, subject="Middel te laat"), opened(carla, "laag", subject="Laag")
    desk.plan(clash, release=second, actor=alice)
    desk.plan(laag, release=first, actor=alice)
    said = text_of(client)
    head = said.index("0 of 3 solved")
    block = said[head : said.index("0 of 1 solved", head)]
    assert re.search(r"Middel moet erin .*? must be in", block)
    assert re.search(r"Middel te laat .*? must be in planned for Release \+26, too late", block)
    assert re.search(r"Laag .*? planned", block)
    assert "Everything that must be planned is in a coming release." in said


def test_badges_say_what_became_of_a_release(client: Client, alice: User) -> None:
    gone, moved, skipped = release(-16), release(5), release(26)
    release(2, hotfix=True)
    release(-2)
    Release.objects.filter(pk=gone.pk).update(live_at=gone.planned_at)
    changes.move_release(moved, to=NOW + timedelta(days=6), now=NOW)
    Release.objects.filter(pk=skipped.pk).update(slot=skipped.planned_at.date())
    changes.skip_release(skipped, now=NOW)
    said = text_of(client)
    for word in ("live since", "not marked as live", "moved from", "skipped", "hotfix"):
        assert word in said


def test_what_is_in_no_release_is_listed_with_its_age_and_a_flag(
    client: Client, carla: Contact, alice: User
) -> None:
    release(5)
    opened(carla, "laag", subject="Vergeten", days=20)
    opened(carla, "laag", subject="Nieuw", days=3)
    said = text_of(client)
    assert "1 for too long" in said
    assert said.index("20 days without a release") < said.index("3 days without a release")


def test_the_page_asks_a_fixed_number_of_questions(
    client: Client, carla: Contact, alice: User, django_assert_max_num_queries: object
) -> None:
    for days in (-2, 5, 26, 47, 68):
        release(days)
    for _ in range(12):
        opened(carla)
        opened(carla, "laag")
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        client.get("/desk/planning/")


def test_without_agreements_or_releases_the_page_says_what_to_do(
    client: Client, manager: User
) -> None:
    assert "No agreement works with releases" in text_of(client)
    people.agreement()
    said = text_of(client)
    assert "No release is planned" in said
    assert "Set up the schedule" in said


# Who may


def test_a_customer_and_a_stranger_see_no_planning(client: Client) -> None:
    found = release(5)
    assert client.get("/desk/planning/").status_code == 302
    client.force_login(User.objects.create_user("klant@school.example"))
    for url in ("/desk/planning/", page_of(found), live_page_of(found)):
        assert client.get(url).status_code == 403
    assert client.get(reverse("planning-progress", args=["dialog"])).status_code == 403


def test_an_agent_plans_but_changes_no_release(client: Client, carla: Contact, alice: User) -> None:
    found, ticket = release(5), opened(carla, "laag")
    urls = [
        page_of(found),
        live_page_of(found),
        reverse("planning-add", args=["dialog"]),
        reverse("planning-schedule", args=["dialog"]),
    ]
    assert [client.get(url).status_code for url in urls] == [403] * 4
    moved = client.post(page_of(found), {"do": "move", "to": typed(NOW + timedelta(days=9))})
    assert moved.status_code == 403
    said = text_of(client)
    assert "Mark as live" not in said
    assert "Change the schedule" not in said
    client.post(reverse("planning-plan", args=[ticket.reference]), {"release": found.pk})
    assert Coverage.objects.get(ticket=ticket).planned_for == found


# Planning


def test_planning_says_where_it_went_and_nothing_goes_into_what_went_live(
    client: Client, carla: Contact, alice: User
) -> None:
    gone, coming, ticket = release(-1), release(5), opened(carla, "laag", days=2)
    url = reverse("planning-plan", args=[ticket.reference])
    answer = client.post(url, {"release": gone.pk}, follow=True)
    assert "Choose a coming release" in plain(answer.content.decode())
    assert not ticket.events.filter(kind="planned").exists()
    answer = client.post(url, {"release": coming.pk}, follow=True)
    said = plain(answer.content.decode())
    assert f"{ticket.reference} is planned into {coming.name}." in said
    assert "Everything that must be planned" in said


def test_what_was_solved_meanwhile_is_said(client: Client, carla: Contact, alice: User) -> None:
    coming, ticket = release(5), opened(carla, "laag", days=1)
    desk.resolve(ticket, words(), actor=alice)
    url = reverse("planning-plan", args=[ticket.reference])
    answer = client.post(url, {"release": coming.pk}, follow=True)
    assert "This can't be done while" in unescape(plain(answer.content.decode()))


# Moving and skipping


def test_a_move_is_looked_at_first_and_changes_nothing_yet(
    client: Client, carla: Contact, manager: User
) -> None:
    found, ticket = release(5), opened(carla)
    to = NOW + timedelta(days=9)
    answer = client.post(page_of(found), {"do": "preview", "to": typed(to)})
    said = plain(answer.content.decode())
    assert "1 running deadline gets later:" in said
    assert "Their customers are told by e-mail." in said
    found.refresh_from_db()
    assert found.planned_at == Clock.objects.get(ticket=ticket, promise="resolution").due_at
    assert typed(to) in answer.content.decode()


def test_a_moved_release_says_how_many_tickets_follow_until_they_did(
    client: Client, carla: Contact, manager: User
) -> None:
    found = release(5)
    opened(carla)
    opened(carla)
    to = NOW + timedelta(days=9)
    answer = client.post(page_of(found), {"do": "move", "to": typed(to)}, follow=True)
    said = plain(answer.content.decode())
    assert "2 running tickets are being read again." in said
    assert "2 tickets are still to be read again" in said
    progress = reverse("planning-progress", args=["dialog"])
    assert "2 tickets" in text_of(client, progress)
    heal(now=timezone.now())
    assert "Every running ticket has been read again." in text_of(client, progress)
    assert set(Clock.objects.filter(promise="resolution").values_list("due_at", flat=True)) == {to}


@pytest.mark.parametrize("days", [-3, 26])
def test_a_move_to_the_past_or_onto_another_release_is_refused_and_keeps_what_was_typed(
    client: Client, manager: User, days: int
) -> None:
    found = release(5)
    release(26)
    to = typed(NOW + timedelta(days=days))
    answer = client.post(page_of(found), {"do": "move", "to": to})
    said = plain(answer.content.decode())
    assert answer.status_code == 422
    assert to in answer.content.decode()
    reasons = ("must be planned in the future", "There is a release at that moment already")
    assert any(reason in said for reason in reasons)
    assert not found.moves.exists()


def test_what_has_gone_live_is_not_moved_or_skipped(client: Client, manager: User) -> None:
    gone = release(-1)
    assert "can no longer be changed" in text_of(client, page_of(gone))
    later = {"do": "move", "to": typed(NOW + timedelta(days=9))}
    for data in (later, {"do": "skip"}):
        answer = client.post(page_of(gone), data)
        assert answer.status_code == 422
        assert "can no longer be changed" in plain(answer.content.decode())


def test_a_skipped_release_leaves_its_tickets_to_be_planned_anew(
    client: Client, carla: Contact, manager: User
) -> None:
    found, ticket = release(5), opened(carla, "laag", days=1)
    desk.plan(ticket, release=found, actor=manager)
    assert "1 open ticket is planned into it" in text_of(client, page_of(found))
    answer = client.post(page_of(found), {"do": "skip"}, follow=True)
    said = plain(answer.content.decode())
    assert f"{found.name} is skipped." in said
    assert f"{found.name} was skipped" in said  # why the ticket is listed again


def test_a_customer_whose_date_got_later_is_told_both_dates_and_the_ticket_says_so(
    client: Client, carla: Contact, manager: User
) -> None:
    found, ticket = release(5), opened(carla)
    to = NOW + timedelta(days=9)
    client.post(page_of(found), {"do": "move", "to": typed(to)})
    heal(now=timezone.now())
    Alert.objects.update(tell_at=NOW)
    alerts.tell(later=letters.tell_moved, now=timezone.now())
    mail = OutgoingMail.objects.filter(ticket=ticket, to=ticket.reporter_email).latest("pk")
    dates = [f"{timezone.localtime(each):%H:%M}" for each in (found.planned_at, to)]
    before, after = (f"{timezone.localtime(each).day} " for each in (found.planned_at, to))
    assert all(part in mail.text for part in (*dates, before, after, found.name))
    assert any(found.name in item.text and "→" in item.text for item in line.whole(ticket))
    alerts.tell(later=letters.tell_moved, now=timezone.now())
    told = OutgoingMail.objects.filter(ticket=ticket, to=ticket.reporter_email)
    assert told.count() == 2  # the confirmation, and this


def test_a_customer_whose_date_got_earlier_is_not_mailed(
    client: Client, carla: Contact, manager: User
) -> None:
    found, ticket = release(5), opened(carla)
    client.post(page_of(found), {"do": "move", "to": typed(NOW + timedelta(days=4))})
    heal(now=timezone.now())
    Alert.objects.update(tell_at=NOW)
    alerts.tell(later=letters.tell_moved, now=timezone.now())
    assert Alert.objects.get(kind="moved").due_at == NOW + timedelta(days=4)
    assert OutgoingMail.objects.filter(ticket=ticket, to=ticket.reporter_email).count() == 1


# Adding, and the schedule


def test_a_release_and_a_hotfix_are_added_and_only_the_release_moves_deadlines(
    client: Client, carla: Contact, manager: User
) -> None:
    ticket = opened(carla)
    url = reverse("planning-add", args=["dialog"])
    day = NOW + timedelta(days=3)
    client.post(url, {"kind": "hotfix", "planned_at": typed(day), "name": ""})
    hotfix = Release.objects.get()
    assert hotfix.is_hotfix
    assert hotfix.name == f"Hotfix {timezone.localtime(day):%Y-%m-%d}"
    heal(now=timezone.now())
    assert Clock.objects.get(ticket=ticket, promise="resolution").due_at is None
    later = NOW + timedelta(days=8)
    answer = client.post(
        url, {"kind": "planned", "planned_at": typed(later), "name": "Extra"}, follow=True
    )
    assert "Extra was added. 1 running ticket" in plain(answer.content.decode())
    heal(now=timezone.now())
    assert Clock.objects.get(ticket=ticket, promise="resolution").due_at == later


def test_a_taken_name_or_moment_is_said_at_the_field(client: Client, manager: User) -> None:
    found = release(5, "Winter")
    url = reverse("planning-add", args=["dialog"])
    data = {"kind": "planned", "planned_at": typed(found.planned_at), "name": "Winter"}
    answer = client.post(url, data)
    said = plain(answer.content.decode())
    assert answer.status_code == 422
    assert "There is a release at that moment already." in said
    assert "There is a release with that name already." in said
    assert Release.objects.count() == 1


def test_a_schedule_is_looked_at_and_then_set_up(client: Client, manager: User) -> None:
    agreement = people.agreement()
    url = reverse("planning-schedule", args=[agreement.key])
    first = timezone.localdate() + timedelta(days=7)
    data = {"every_weeks": 3, "first_on": first.isoformat(), "at_time": "06:00"}
    answer = client.post(url, {**data, "do": "preview"})
    assert answer.context["dates"][1] - answer.context["dates"][0] >= timedelta(days=20, hours=23)
    assert len(answer.context["dates"]) == 6
    assert not ReleaseSchedule.objects.exists()
    client.post(url, {**data, "do": "save"})
    schedule = ReleaseSchedule.objects.get()
    assert (schedule.first_on, schedule.at_time) == (first, time(6))
    assert Release.objects.filter(agreement=agreement).count() > 15
    assert "every 3 weeks on" in text_of(client)


def test_a_changed_schedule_says_what_falls_out_and_what_must_be_planned_anew(
    client: Client, carla: Contact, manager: User
) -> None:
    agreement = people.agreement()
    url = reverse("planning-schedule", args=[agreement.key])
    first = timezone.localdate() + timedelta(days=7)
    data = {"every_weeks": 3, "first_on": first.isoformat(), "at_time": "06:00", "do": "save"}
    client.post(url, data)
    ticket = opened(carla, "laag")
    desk.plan(ticket, release=Release.objects.all()[1], actor=manager)
    answer = client.post(url, {**data, "every_weeks": 5, "do": "preview"})
    said = plain(answer.content.decode())
    assert "no longer fit and are skipped" in said
    assert "1 open ticket is planned into one of those" in said
    refused = client.post(url, {**data, "every_weeks": 0})
    assert refused.status_code == 422
    assert ReleaseSchedule.objects.get().every_weeks == 3
    client.post(url, {**data, "every_weeks": 5})
    said = text_of(client)
    assert "was skipped" in said  # the ticket is listed again, and why
    assert 'data-state="skipped"' not in client.get("/desk/planning/").content.decode()


@pytest.mark.parametrize(
    ("weeks", "said"),
    [(1, "every week on Wednesday at 06:00"), (3, "every 3 weeks on Wednesday at 06:00")],
)
def test_a_schedule_in_words(weeks: int, said: str) -> None:
    schedule = ReleaseSchedule(first_on=date(2026, 12, 2), at_time=time(6), every_weeks=weeks)
    with translation.override("en"):
        assert schedule_words(schedule) == said


# Live


def test_marking_as_live_solves_what_was_chosen_and_tells_the_reporters(
    client: Client, carla: Contact, manager: User
) -> None:
    gone = release(-1)
    must, planned, left = opened(carla, days=2), opened(carla, "laag"), opened(carla, days=2)
    Coverage.objects.filter(ticket=planned).update(planned_for=gone)
    page = client.get(live_page_of(gone)).content.decode()
    assert page.count('name="tickets"') == 3
    assert page.count(" checked>") >= 3
    since = NOW - timedelta(hours=2)
    data = {"live_at": typed(since), "tickets": [must.pk, planned.pk], "text": ""}
    answer = client.post(live_page_of(gone), data, follow=True)
    said = plain(answer.content.decode())
    assert "is live." in said
    assert "2 tickets were solved and their reporters told." in said
    assert "1 of 1 solved" not in said
    gone.refresh_from_db()
    assert gone.live_at == since
    statuses = Ticket.objects.in_bulk([must.pk, planned.pk, left.pk])
    assert statuses[must.pk].status == statuses[planned.pk].status == Status.RESOLVED
    assert statuses[left.pk].status == Status.NEW
    mail = OutgoingMail.objects.filter(ticket=must).latest("pk")
    assert gone.name in mail.text
    assert f"{timezone.localtime(since):%H:%M}" in mail.text
    assert "Solve what is left" in said


def test_each_reporter_reads_the_standard_text_in_their_own_language(
    client: Client, manager: User
) -> None:
    gone = release(-1)
    dutch, english = (
        people.contact(people.organisation()),
        people.contact(people.organisation("College"), "Emily"),
    )
    english.user = User.objects.create_user("emily@college.example", language="en")
    english.save()
    tickets = [opened(dutch, days=2), opened(english, days=2)]
    data = {"live_at": typed(gone.planned_at), "tickets": [ticket.pk for ticket in tickets]}
    client.post(live_page_of(gone), data)
    last = [ticket.messages.latest("at").text for ticket in tickets]
    assert last[0].startswith(f"Opgelost in {gone.name}, live sinds")
    assert last[1].startswith(f"Solved in {gone.name}, live since")


def test_what_is_refused_says_why_and_what_was_typed_is_kept(
    client: Client, carla: Contact, manager: User
) -> None:
    gone = release(-1)
    solved, mute = opened(carla, days=2), opened(carla, days=2)
    Ticket.objects.filter(pk=mute.pk).update(reporter_email="")
    text = "Dit werkt weer."
    data = {"live_at": typed(gone.planned_at), "tickets": [solved.pk, mute.pk], "text": text}
    answer = client.post(live_page_of(gone), data)
    said = plain(answer.content.decode())
    assert answer.status_code == 422
    assert "1 ticket could not be solved" in said
    assert "the reporter has no e-mail address" in said
    assert "1 ticket was solved and its reporter told." in said
    assert text in answer.content.decode()
    gone.refresh_from_db()
    assert gone.live_at
    again = client.post(live_page_of(gone), {"tickets": [mute.pk], "text": text})
    assert "1 ticket could not be solved" in plain(again.content.decode())


@pytest.mark.parametrize("days", [1, -3])
def test_live_in_the_future_or_before_its_moment_is_refused_and_nothing_is_solved(
    client: Client, carla: Contact, manager: User, days: int
) -> None:
    gone, ticket = release(-1), opened(carla, days=2)
    data = {
        "live_at": typed(NOW + timedelta(days=days)),
        "tickets": [ticket.pk],
        "text": "Klaar!",
    }
    answer = client.post(live_page_of(gone), data)
    assert answer.status_code == 422
    assert "Klaar!" in answer.content.decode()
    gone.refresh_from_db()
    ticket.refresh_from_db()
    assert (gone.live_at, ticket.status) == (None, Status.NEW)


def test_going_live_early_is_asked_and_keeps_the_promise_of_what_is_solved(
    client: Client, carla: Contact, manager: User
) -> None:
    coming = release(5)
    solved, left = opened(carla, days=2), opened(carla, days=2)
    data = {"tickets": [solved.pk], "text": ""}
    refused = client.post(live_page_of(coming), data)
    assert refused.status_code == 422
    assert "Say that it goes live now" in plain(refused.content.decode())
    assert client.post(live_page_of(coming), {**data, "early": "on"}).status_code == 302
    heal(now=timezone.now())
    met, due = (Clock.objects.get(ticket=each, promise="resolution") for each in (solved, left))
    assert (met.state, met.due_at) == ("met", NOW + timedelta(days=5))
    coming.refresh_from_db()
    assert due.due_at == coming.planned_at == coming.live_at
    assert "1 of 2 solved" in text_of(client)
    (card,) = (
        card for card in cards_of(solved, now=timezone.now()) if card.promise == "resolution"
    )
    assert card.state == "met"
    assert list(differences(now=timezone.now())) == []


def test_a_skipped_release_is_never_live(client: Client, manager: User) -> None:
    coming = release(5)
    changes.skip_release(coming, now=NOW)
    answer = client.post(live_page_of(coming), {"early": "on"})
    assert answer.status_code == 422
    assert "was skipped already" in plain(answer.content.decode())


# The admin


def test_the_admin_sets_up_a_schedule_and_shows_what_is_live_without_a_way_to_change_it(
    client: Client, manager: User
) -> None:
    manager.is_superuser, manager.role = True, Role.ADMIN
    manager.save()
    agreement = people.agreement()
    first = timezone.localdate() + timedelta(days=7)
    data = {
        "agreement": agreement.pk,
        "every_weeks": 3,
        "first_on": first.isoformat(),
        "at_time": "06:00",
        "minutes_down": 2,
    }
    client.post(reverse("admin:sla_releaseschedule_add"), data)
    assert Release.objects.filter(agreement=agreement).count() > 15
    gone = release(-2)
    Release.objects.filter(pk=gone.pk).update(live_at=gone.planned_at)
    page = client.get(reverse("admin:sla_release_change", args=[gone.pk])).content.decode()
    assert "_save" not in page
    coming = Release.objects.filter(planned_at__gt=NOW).first()
    assert coming is not None
    chosen = {"action": "skip", "_selected_action": [coming.pk, gone.pk]}
    answer = client.post(reverse("admin:sla_release_changelist"), chosen, follow=True)
    coming.refresh_from_db()
    assert coming.skipped_at
    assert "can no longer be changed" in plain(answer.content.decode())
