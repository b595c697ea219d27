"""Calls of jobs, as their programs make them, and what becomes of backups and heartbeats."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from sla import backups, measuring
from sla.measuring import Finding
from sla.models import BackupJob, Check, Outage, Ping, Service
from support.backups import following
from support.checks import following as checks
from support.pings import pages
from support.pings.reading import KEPT_BYTES
from tests import people
from tickets.models import Channel, Kind, Message, Status, Ticket

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOW = timezone.now().replace(microsecond=0)
Trouble = BackupJob.Trouble


@pytest.fixture
def shop() -> Service:
    """A website of a customer of hosting."""
    contract = people.organisation("Winkel", "diploc").contracts.get()
    return Service.objects.create(
        agreement=contract.agreement,
        contract=contract,
        name="Webwinkel",
        starts_on=date(2026, 1, 1),
    )


@pytest.fixture
def job(shop: Service) -> BackupJob:
    """Its nightly backup."""
    return BackupJob.objects.create(
        service=shop,
        name="nacht",
        destination="backup2",
        made_at=NOW - 48 * HOUR,
        watched_from=NOW - 48 * HOUR,
    )


@pytest.fixture
def jobs_program() -> Client:
    """A program without cookies, with the checks that browsers' forms get."""
    return Client(enforce_csrf_checks=True)


def address(job: BackupJob | Check, said: str = "") -> str:
    return f"/ping/{job.ping_key}{said}"


def good(job: BackupJob, *, at: datetime, kept: int | None = None) -> None:
    backups.hear(job, backups.Call(kind=Ping.Kind.SUCCESS, kept=kept), now=at)


@pytest.mark.parametrize("method", ["get", "head", "post"])
@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("", ("success", None)),
        ("/start", ("start", None)),
        ("/fail", ("fail", None)),
        ("/log", ("log", None)),
        ("/0", ("success", 0)),
        ("/3", ("fail", 3)),
        ("/255", ("fail", 255)),
    ],
)
def test_a_job_says_how_it_goes_in_its_address(
    job: BackupJob, jobs_program: Client, method: str, said: str, heard: tuple[str, int | None]
) -> None:
    answer = getattr(jobs_program, method)(address(job, said))
    assert answer.status_code == 200
    assert answer.content == (b"" if method == "head" else b"OK")
    assert not answer.cookies
    ping = Ping.objects.get()
    assert (ping.kind, ping.exit_status) == heard


def test_the_end_of_what_it_sends_is_kept(job: BackupJob, jobs_program: Client) -> None:
    body = b"begin" + b"x" * 3_000_000 + "klaar: 7 bestanden, \x00 één fout".encode()
    answer = jobs_program.post(address(job), body, content_type="text/plain")
    assert answer.status_code == 200
    kept = Ping.objects.get().body
    assert kept.endswith("klaar: 7 bestanden,  één fout")
    assert len(kept.encode()) <= KEPT_BYTES
    assert answer["Ping-Body-Limit"] == "10000"


@pytest.mark.parametrize("by", ["query", "body"])
def test_a_job_states_what_is_kept(job: BackupJob, jobs_program: Client, by: str) -> None:
    if by == "query":
        jobs_program.get(address(job) + "?kept=7&oldest=2026-11-23T02:00:00Z")
    else:
        text = "pruned\nkept=7 oldest=2026-11-23T03:00:00+01:00\n"
        jobs_program.post(address(job, "/0"), text, content_type="text/plain")
    job.refresh_from_db()
    assert job.kept == 7
    assert job.oldest_at == datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "stated", ["kept=-1", "kept=9x", "oldest=gisteren", "oldest=2026-13-45", "kept=99999999999"]
)
def test_what_it_states_wrongly_is_not_believed_and_the_call_counts(
    job: BackupJob, jobs_program: Client, stated: str
) -> None:
    assert jobs_program.get(f"{address(job)}?{stated}").status_code == 200
    job.refresh_from_db()
    assert (job.kept, job.oldest_at) == (None, None)
    assert job.last_good_at is not None


def test_addresses_that_nobody_has_are_all_alike(job: BackupJob, jobs_program: Client) -> None:
    heart = Check.objects.create(service=job.service, name="web", targets=["http://x.example/"])
    asked = [
        f"/ping/{uuid4()}",
        f"/ping/{uuid4()}/fail",
        "/ping/nonsense",
        "/ping/1/start",
        address(heart),  # a check that we ask ourselves has no address to call
        address(job, "/256"),
        address(job, "/nonsense"),
    ]
    answers = [jobs_program.post(one) for one in asked]
    assert {(one.status_code, one.content) for one in answers} == {(404, b"not found")}
    assert not Ping.objects.exists()


def test_floods_are_braked(job: BackupJob, jobs_program: Client) -> None:
    answers = [jobs_program.get(address(job)).status_code for _ in range(pages.PER_MINUTE + 3)]
    assert answers[: pages.PER_MINUTE // 2] == [200] * (pages.PER_MINUTE // 2)
    if 429 not in answers:  # a new minute began in the middle
        answers += [jobs_program.get(address(job)).status_code for _ in range(pages.PER_MINUTE)]
    assert 429 in answers
    assert Ping.objects.count() == answers.count(200)


def test_how_long_a_run_took_is_from_its_own_start(job: BackupJob) -> None:
    run, other = uuid4(), uuid4()
    backups.hear(job, backups.Call(kind=Ping.Kind.START, run=run), now=NOW - HOUR)
    backups.hear(job, backups.Call(kind=Ping.Kind.START, run=other), now=NOW - 2 * MINUTE)
    done = backups.hear(job, backups.Call(kind=Ping.Kind.SUCCESS, run=run), now=NOW)
    assert done.duration_seconds == 3600


def test_a_backup_that_failed_is_one_incident_at_once(job: BackupJob) -> None:
    good(job, at=NOW - 2 * HOUR)
    for minute in (2, 1):
        failed = backups.Call(kind=Ping.Kind.FAIL, exit_status=1)
        backups.hear(job, failed, now=NOW - minute * MINUTE)
        following.watch(now=NOW)
    ticket = Ticket.objects.get()
    assert ticket.subject == "Back-up nacht van Webwinkel is mislukt"
    assert (ticket.kind, ticket.channel) == (Kind.INCIDENT, Channel.MONITOR)
    assert ticket.organisation == job.service.organisation
    assert "backup2" in Message.objects.get(ticket=ticket).text


def test_a_backup_is_missing_a_day_and_its_grace_after_the_last_good_one(job: BackupJob) -> None:
    good(job, at=NOW)
    following.watch(now=NOW + 24 * HOUR + 90 * MINUTE)
    assert not Ticket.objects.exists()
    following.watch(now=NOW + 24 * HOUR + 91 * MINUTE)
    following.watch(now=NOW + 30 * HOUR)
    assert Ticket.objects.get().subject == "Back-up nacht van Webwinkel ontbreekt"


def test_the_night_in_which_the_clock_goes_back_is_within_the_grace(job: BackupJob) -> None:
    good(job, at=people.at("2026-10-25 02:30"))
    # Half past two of the next day's wall clock is 25 real hours later.
    following.watch(now=people.at("2026-10-26 02:30"))
    assert not Ticket.objects.exists()


def test_one_incident_goes_on_until_there_is_a_good_one_and_says_so(job: BackupJob) -> None:
    good(job, at=NOW - HOUR)
    backups.hear(job, backups.Call(kind=Ping.Kind.FAIL), now=NOW)
    following.watch(now=NOW)
    following.watch(now=NOW + 48 * HOUR)
    good(job, at=NOW + 49 * HOUR)
    following.watch(now=NOW + 49 * HOUR)
    following.watch(now=NOW + 50 * HOUR)
    ticket = Ticket.objects.get()
    assert ticket.messages.count() == 3
    said = ticket.messages.order_by("pk").last()
    assert said is not None
    assert said.text.startswith("Er is weer een goede back-up sinds ")
    assert ticket.status == Status.NEW
    backups.hear(job, backups.Call(kind=Ping.Kind.FAIL), now=NOW + 60 * HOUR)
    following.watch(now=NOW + 60 * HOUR)
    assert Ticket.objects.count() == 2


def test_right_after_we_stood_still_nothing_is_called_missing(job: BackupJob) -> None:
    good(job, at=NOW - 30 * HOUR)
    measuring.look(now=NOW)
    following.watch(now=NOW + MINUTE)
    assert not Ticket.objects.exists()
    following.watch(now=NOW + 11 * MINUTE)
    assert Ticket.objects.exists()


def test_a_job_that_is_not_watched_is_not_missed_and_what_it_says_is_kept(
    job: BackupJob, jobs_program: Client
) -> None:
    job.active = False
    job.save()
    assert jobs_program.get(address(job, "/fail")).status_code == 200
    following.watch(now=NOW + 100 * HOUR)
    assert not Ticket.objects.exists()
    assert Ping.objects.count() == 1
    BackupJob.objects.update(active=True, watched_from=NOW + 100 * HOUR)
    following.watch(now=NOW + 101 * HOUR)
    assert not Ticket.objects.exists()


def heartbeat(shop: Service) -> Check:
    return Check.objects.create(
        service=shop, name="cron", kind=Check.Kind.HEARTBEAT, failures_needed=1, targets=[]
    )


def test_a_heartbeat_that_calls_that_it_failed_is_an_outage_until_it_calls_again(
    shop: Service, jobs_program: Client
) -> None:
    heart = heartbeat(shop)
    jobs_program.post(address(heart), "goed", content_type="text/plain")
    jobs_program.post(address(heart, "/1"), "a\nschijf vol\n", content_type="text/plain")
    assert Outage.objects.get().restored_at is None
    heart.refresh_from_db()
    assert (heart.fault, heart.said) == ("called", "schijf vol")
    jobs_program.get(address(heart))
    assert Outage.objects.get().restored_at is not None
    assert [ping.kind for ping in heart.pings.all()] == ["success", "fail", "success"]


def test_a_start_of_a_heartbeat_is_no_result(shop: Service, jobs_program: Client) -> None:
    heart = heartbeat(shop)
    jobs_program.get(address(heart, "/start"))
    assert not heart.results.exists()
    assert heart.pings.count() == 1


def test_a_month_of_a_job_names_its_gaps(job: BackupJob) -> None:
    begin, end = people.at("2026-11-01 00:00"), people.at("2026-12-01 00:00")
    job.made_at = job.watched_from = people.at("2026-10-31 02:00")
    job.save()
    for day in range(-1, 40):
        if day in (9, 10):
            continue
        good(job, at=begin + timedelta(days=day, hours=2), kept=7)
    backups.hear(job, backups.Call(kind=Ping.Kind.FAIL), now=begin + timedelta(days=10, hours=2))
    job.refresh_from_db()
    (row,) = backups.statement([job], begin, end, now=end + timedelta(days=9))
    assert (row.good, row.failed, row.kept) == (28, 1, 7)
    (gap,) = row.gaps
    assert gap.begin == begin + timedelta(days=8, hours=2)
    assert gap.end == begin + timedelta(days=11, hours=2)


def test_a_gap_that_goes_on_is_told_without_an_end(job: BackupJob) -> None:
    begin = people.at("2026-11-01 00:00")
    BackupJob.objects.update(made_at=begin, watched_from=begin)
    good(job, at=begin + 2 * HOUR)
    job.refresh_from_db()
    later = begin + timedelta(days=3)
    (row,) = backups.statement([job], begin, begin + timedelta(days=30), now=later)
    assert [(gap.begin, gap.end) for gap in row.gaps] == [(begin + 2 * HOUR, None)]


def test_missed_heartbeats_are_gone_when_it_calls(shop: Service, jobs_program: Client) -> None:
    heart = heartbeat(shop)
    checks.note(heart, Finding(at=NOW - HOUR, fault=Check.Fault.MISSED), now=NOW)
    jobs_program.get(address(heart))
    assert Outage.objects.get().restored_at is not None
