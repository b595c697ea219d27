"""Signing in: by password, once by a link, with a second step; limits, sessions, letters."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail, signing
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support.mail import outbox, post, secrets
from support.mail.models import Mailbox, OutgoingMail
from support.sign_in import devices
from support.sign_in.links import make_link, redeem
from support.sign_in.models import SignInLink
from support.sign_in.sessions import device_name
from tests import people
from tests.at_once import together
from tests.support.intake.test_delivery import bounce
from tickets.models import Contact, Organisation, Role, User

pytestmark = pytest.mark.django_db

WORD = "heel-geheim-woord"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _nobody_tried_before() -> None:
    cache.clear()


@pytest.fixture
def alice() -> User:
    user = people.agent()
    user.set_password(WORD)
    user.save()
    return user


def user_of(client: Client) -> object:
    return client.session.get("_auth_user_id")


def by_password(client: Client, email: str = "alice@desk.example", word: str = WORD) -> Any:
    return client.post(reverse("sign-in"), {"login": email, "password": word})


def with_app(user: User) -> Authenticator:
    kept: Authenticator = TOTP.activate(user, SECRET).instance
    return kept


def code() -> str:
    _before, counter, _after = yield_hotp_counters_from_time()
    return str(format_hotp_value(hotp_value(SECRET, counter)))


def sent() -> list[str]:
    post.send_due(now=timezone.now())
    return [str(letter.body) for letter in mail.outbox]


# -- one-time links


def test_a_link_signs_in_once_and_opening_it_uses_nothing_up(client: Client, alice: User) -> None:
    link = make_link(alice, now=timezone.now())
    assert "Alice" in client.get(link).content.decode()
    assert client.post(link)["Location"] == "/"
    assert user_of(client) == str(alice.pk)
    other = Client()
    assert other.post(link)["Location"] == reverse("sign-in")
    assert user_of(other) is None


def test_a_link_ends_after_a_day_and_a_made_up_one_never_worked(
    client: Client, alice: User
) -> None:
    old = make_link(alice, now=timezone.now() - timedelta(hours=24))
    for link in (old, reverse("sign-in-link", args=["made-up"])):
        assert client.get(link)["Location"] == reverse("sign-in")
        assert client.post(link)["Location"] == reverse("sign-in")
    assert user_of(client) is None


def test_a_link_does_not_let_in_who_left(client: Client, alice: User) -> None:
    link = make_link(alice, now=timezone.now())
    User.objects.update(is_active=False)
    assert client.post(link)["Location"] == reverse("sign-in")


def test_only_the_hash_of_a_link_is_kept(alice: User) -> None:
    link = make_link(alice, now=timezone.now())
    assert SignInLink.objects.get().token_sha256 not in link
    assert link.strip("/").rpartition("/")[2] not in str(SignInLink.objects.values())


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_sign_in_once(alice: User) -> None:
    now = timezone.now()
    token = make_link(alice, now=now).strip("/").rpartition("/")[2]
    outcomes = together(*[lambda: redeem(token, now=now)] * 4)
    assert sorted(str(outcome) for outcome in outcomes) == ["Alice", "None", "None", "None"]


def test_a_link_also_asks_the_second_step(client: Client, alice: User) -> None:
    with_app(alice)
    assert client.post(make_link(alice, now=timezone.now()))["Location"] == reverse(
        "mfa_authenticate"
    )
    assert user_of(client) is None
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert user_of(client) == str(alice.pk)


def test_a_link_for_one_person_does_not_leave_another_signed_in(
    client: Client, alice: User
) -> None:
    with_app(alice)
    client.force_login(people.agent("Bob"))
    client.post(make_link(alice, now=timezone.now()))
    assert user_of(client) is None


# -- passwords


def test_a_password_signs_in_in_any_case_of_the_address(client: Client, alice: User) -> None:
    url = reverse("sign-in")
    assert client.get(url).status_code == 200
    wrong = by_password(client, word="fout")
    assert (wrong.status_code, user_of(client)) == (200, None)
    right = {"login": "Alice@Desk.example", "password": WORD}
    assert client.post(f"{url}?next=/desk/phone/", right)["Location"] == "/desk/phone/"
    assert client.post(reverse("sign-out")).status_code == 302
    assert user_of(client) is None
    assert client.post(f"{url}?next=https://kwaad.example/", right)["Location"] == "/"


def test_a_session_gets_another_key_at_sign_in(client: Client, alice: User) -> None:
    client.get(f"{reverse('account_reset_password')}")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    by_password(client)
    assert user_of(client) == str(alice.pk)
    assert client.session.session_key != before


def test_nobody_makes_an_account_for_themselves(client: Client) -> None:
    for path in ("/sign-up/", "/account/signup/", "/sign-in/signup/", "/accounts/signup/"):
        assert client.post(path, {"email": "x@x.example", "password1": WORD}).status_code in {
            302,
            404,
        }
    assert not User.objects.exists()


def test_a_closed_account_is_told_so_only_with_its_password(client: Client, alice: User) -> None:
    User.objects.update(is_active=False)
    assert by_password(client)["Location"] == reverse("account_inactive")
    assert "belong together" in english(by_password(client, word="fout"))
    assert user_of(client) is None


def english(answer: Any) -> str:
    return re.sub(
        "horen niet bij elkaar|do not belong together", "belong together", answer.content.decode()
    )


def test_what_is_said_of_a_wrong_password_is_said_of_an_unknown_address(
    client: Client, alice: User
) -> None:
    wrong = by_password(client, word="fout").content.decode()
    unknown = by_password(client, "nobody@desk.example", "fout").content.decode()

    def bare(text: str) -> str:
        return re.sub(r'value="[^"]*"', "", text)

    assert bare(wrong) == bare(unknown)


def test_five_failures_and_one_waits_and_is_told_how_long(client: Client, alice: User) -> None:
    for _number in range(5):
        assert by_password(client, word="fout").status_code == 200
    refused = by_password(client)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 300
    assert "5 minut" in refused.content.decode()
    assert user_of(client) is None


def test_who_fails_elsewhere_does_not_keep_the_owner_out(client: Client, alice: User) -> None:
    for _number in range(6):
        client.post(
            reverse("sign-in"),
            {"login": alice.email, "password": "fout"},
            REMOTE_ADDR="198.51.100.7",
        )
    assert by_password(client)["Location"] == "/"


def test_an_account_is_not_guessed_from_many_places(client: Client, alice: User) -> None:
    form = {"login": alice.email, "password": "fout"}
    for number in range(30):
        client.post(reverse("sign-in"), form, REMOTE_ADDR=f"198.51.100.{number}")
    refused = by_password(client)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 3000
    # The other ways stay open.
    assert client.post(make_link(alice, now=timezone.now()))["Location"] == "/"


def from_everywhere(url: str, form: dict[str, str], client: Client | None = None) -> None:
    """Somebody with a thousand addresses uses up all tries of an account."""
    for number in range(30):
        (client or Client()).post(url, form, REMOTE_ADDR=f"198.51.100.{number}")


def test_where_the_owner_signed_in_before_no_failures_elsewhere_keep_them_out(
    client: Client, alice: User
) -> None:
    by_password(client)
    client.post(reverse("sign-out"))
    from_everywhere(reverse("sign-in"), {"login": alice.email, "password": "fout"})
    assert by_password(Client()).status_code == 429
    # Also from the very address that they come from.
    assert by_password(client)["Location"] == "/"


def test_a_known_browser_is_known_for_its_owner_alone_and_has_few_tries(
    client: Client, alice: User
) -> None:
    bob = people.agent("Bob")
    by_password(client)
    client.post(reverse("sign-out"))
    from_everywhere(reverse("sign-in"), {"login": bob.email, "password": "fout"})
    assert by_password(client, email=bob.email).status_code == 429
    for _number in range(5):
        assert by_password(client, word="fout").status_code == 200
    assert by_password(client).status_code == 429


def test_a_made_up_note_of_a_browser_is_none(client: Client, alice: User) -> None:
    from_everywhere(reverse("sign-in"), {"login": alice.email, "password": "fout"})
    for made_up in ("x", "WyJhIixbMV1d:1abc:def", signing.dumps(["a", [alice.pk]])):
        client.cookies[devices.COOKIE] = made_up
        assert by_password(client).status_code == 429


def test_who_knows_the_password_does_not_use_up_the_owners_codes(
    client: Client, alice: User
) -> None:
    with_app(alice)
    by_password(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    client.post(reverse("sign-out"))
    cache.clear()  # a code serves once; this is another half minute
    thief = Client()
    by_password(thief)
    from_everywhere(reverse("mfa_authenticate"), {"code": "000000"}, thief)
    assert (
        "Too many"
        in thief.post(
            reverse("mfa_authenticate"), {"code": code()}, headers={"accept-language": "en"}
        ).content.decode()
    )
    by_password(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert user_of(client) == str(alice.pk)


def test_signing_in_often_is_no_failure(client: Client, alice: User) -> None:
    for _number in range(8):
        assert by_password(client)["Location"] == "/"
        client.post(reverse("sign-out"))


def test_behind_proxies_the_visitor_counts_and_not_the_proxy(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"login": alice.email, "password": "fout"}
    for _number in range(6):
        last = client.post(
            reverse("sign-in"), form, headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.7"}
        )
    assert last.status_code == 429
    right = client.post(
        reverse("sign-in"),
        {"login": alice.email, "password": WORD},
        headers={"X-Forwarded-For": "198.51.100.8"},
    )
    assert right["Location"] == "/"


def test_a_wrong_count_of_proxies_keeps_nobody_out(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    right = client.post(
        reverse("sign-in"),
        {"login": alice.email, "password": WORD},
        headers={"X-Forwarded-For": "198.51.100.8"},
    )
    assert right["Location"] == "/"


def test_without_redis_people_sign_in_and_guessing_is_still_held(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "config.cache.SharedCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "KEY_PREFIX": alice.email,
        }
    }
    assert by_password(client)["Location"] == "/"
    client.post(reverse("sign-out"))
    for _number in range(5):
        assert by_password(client, word="fout").status_code == 200
    assert by_password(client).status_code == 429


# -- forgotten passwords


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_the_outbox_does_not_show(
    client: Client, alice: User
) -> None:
    elsewhere = Client()
    by_password(elsewhere)
    asked = client.post(reverse("account_reset_password"), {"email": "Alice@desk.example"})
    assert asked["Location"] == reverse("account_reset_password_done")
    row = OutgoingMail.objects.get()
    assert "/forgotten/" not in row.text + row.html
    [letter] = sent()
    found = re.search(r"http://[^/]+(/sign-in/forgotten/\S+)", letter)
    assert found
    page = client.get(found[1], follow=True)
    assert page.redirect_chain[-1][0].endswith("/set-password/")
    new = {"password1": "een-heel-ander-woord", "password2": "een-heel-ander-woord"}
    done = client.post(page.redirect_chain[-1][0], new)
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert by_password(client, word="een-heel-ander-woord")["Location"] == "/"
    assert elsewhere.get(reverse("queue")).status_code == 302  # signed out there
    assert Client().get(found[1]).context["token_fail"]
    assert len(sent()) == 2  # and it is told
    # Only what stands in the account is an address to sign in with.
    assert not EmailAddress.objects.exists()
    User.objects.update(email="alice@elsewhere.example")
    client.post(reverse("sign-out"))
    assert by_password(client, word="een-heel-ander-woord").status_code == 200


@pytest.mark.parametrize(("minutes", "good"), [(59, True), (61, False)])
def test_a_letter_for_a_forgotten_password_serves_an_hour(
    client: Client, alice: User, minutes: int, good: bool
) -> None:
    client.post(reverse("account_reset_password"), {"email": alice.email})
    [letter] = sent()
    found = re.search(r"http://[^/]+(/sign-in/forgotten/\S+)", letter)
    assert found
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        page = client.get(found[1], follow=True)
    assert bool(page.context.get("token_fail")) is not good


def test_an_unknown_or_closed_address_gets_the_same_answer_and_no_letter(
    client: Client, alice: User
) -> None:
    User.objects.update(is_active=False)
    for email in ("nobody@desk.example", alice.email):
        answer = client.post(reverse("account_reset_password"), {"email": email})
        assert answer["Location"] == reverse("account_reset_password_done")
    assert not OutgoingMail.objects.exists()


def test_letters_for_one_address_have_a_limit(client: Client, alice: User) -> None:
    for _number in range(3):
        client.post(reverse("account_reset_password"), {"email": alice.email})
    refused = client.post(reverse("account_reset_password"), {"email": alice.email})
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert OutgoingMail.objects.count() == 3


def test_a_secret_copied_into_another_letter_stays_sealed(alice: User) -> None:
    hidden = secrets.hide("https://desk.example/in", to="Alice@desk.example")
    assert secrets.reveal(f"Hier: {hidden}.", to=alice.email) == "Hier: https://desk.example/in."
    assert secrets.reveal(hidden, to="bob@desk.example") == hidden
    assert secrets.reveal("[[sealed:gAAAA]]", to=alice.email) == "[[sealed:gAAAA]]"


def test_the_page_of_letters_as_files_keeps_a_secret_letter_closed(
    client: Client, alice: User, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "support.mail.outbox.OutboxBackend"
    settings.VAR_DIR = tmp_path
    client.post(reverse("account_reset_password"), {"email": alice.email})
    post.send_due(now=timezone.now())
    [letter] = outbox.letters()
    assert "/forgotten/" in (outbox.outbox() / letter.name).read_text()
    assert "/forgotten/" not in letter.text


def test_links_in_a_letter_that_came_back_let_nobody_in(client: Client, alice: User) -> None:
    client.force_login(people.agent("Ada", Role.ADMIN))
    acted(client, "send_sign_in_link", alice)
    client.post(reverse("account_reset_password"), {"email": alice.email})
    letters = " ".join(sent())
    for row in OutgoingMail.objects.all():
        bounce(row.mail_id)
    found = re.findall(r"http://[^/]+(/sign-in/\S+)", letters)
    assert len(found) == 2
    for path in found:
        other = Client()
        answer = other.get(path, follow=True)
        assert (answer.redirect_chain or [("", 0)])[-1][0] == reverse("sign-in") or answer.context[
            "token_fail"
        ]
        other.post(path)
        assert user_of(other) is None


def worked(asked: CaptureQueriesContext) -> list[str]:
    """What the database did, but for keeping or undoing it."""
    verbs = [query["sql"].split()[0] for query in asked]
    return [verb for verb in verbs if verb in {"SELECT", "INSERT", "UPDATE", "DECLARE"}]


def test_an_unknown_address_costs_what_a_known_one_costs(client: Client, alice: User) -> None:
    url = reverse("account_reset_password")
    with CaptureQueriesContext(connection) as known:
        client.post(url, {"email": alice.email})
    with CaptureQueriesContext(connection) as unknown:
        client.post(url, {"email": "nobody@desk.example"})
    assert OutgoingMail.objects.count() == 1
    assert worked(known) == worked(unknown)


def test_a_mailbox_that_agents_read_is_sent_no_link(client: Client, alice: User) -> None:
    Mailbox.objects.create(
        name="Helpdesk", address=alice.email, host="imap.example", username=alice.email
    )
    client.post(reverse("account_reset_password"), {"email": alice.email})
    client.force_login(people.agent("Ada", Role.ADMIN))
    acted(client, "send_sign_in_link", alice)
    assert not OutgoingMail.objects.exists()


# -- second factors


def test_a_password_alone_does_not_do_with_an_app(client: Client, alice: User) -> None:
    with_app(alice)
    assert by_password(client)["Location"] == reverse("mfa_authenticate")
    assert user_of(client) is None
    assert client.get(reverse("queue")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert user_of(client) is None
    assert client.post(reverse("mfa_authenticate"), {"code": code()})["Location"] == "/"
    assert user_of(client) == str(alice.pk)


def test_a_code_is_good_for_one_use(client: Client, alice: User) -> None:
    with_app(alice)
    once = code()
    by_password(client)
    client.post(reverse("mfa_authenticate"), {"code": once})
    other = Client()
    by_password(other)
    other.post(reverse("mfa_authenticate"), {"code": once})
    assert user_of(other) is None


def test_codes_can_not_be_guessed(client: Client, alice: User) -> None:
    with_app(alice)
    by_password(client)
    for _number in range(6):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert user_of(client) is None


def test_what_codes_are_made_from_is_sealed(
    client: Client, alice: User, settings: Settings
) -> None:
    kept = with_app(alice)
    assert SECRET not in str(kept.data)
    settings.SECRET_KEY = "another"
    assert kept.wrap().validate_code(code()) is False


def test_the_second_step_is_asked_before_the_admin_too(client: Client, alice: User) -> None:
    with_app(alice)
    to_admin = client.get("/admin/", follow=True).redirect_chain[-1][0]
    assert to_admin.startswith(f"{reverse('sign-in')}?next=")
    client.post("/admin/login/", {"username": alice.email, "password": WORD})
    assert user_of(client) is None


def test_a_role_that_must_have_a_second_factor_gets_nowhere_without(
    client: Client, settings: Settings
) -> None:
    settings.MFA_REQUIRED_ROLES = frozenset({Role.MANAGER})
    manager, agent = people.agent("Mila", Role.MANAGER), people.agent("Alice")
    client.force_login(manager)
    for url in (reverse("queue"), "/admin/", "/", reverse("account-language")):
        assert client.get(url)["Location"] == reverse("security")
    page = client.get(reverse("security"))
    assert page.context["missing"]
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    kept = with_app(manager)
    assert client.get(reverse("queue")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(pk=kept.pk).exists()
    client.force_login(agent)
    assert client.get(reverse("queue")).status_code == 200


def test_a_misspelt_role_is_refused_at_the_start(settings: Settings) -> None:
    settings.MFA_REQUIRED_ROLES = frozenset({"managers"})
    with pytest.raises(SystemCheckError, match="managers"):
        call_command("check")


# -- sessions and one's own account


def test_each_sees_and_ends_their_own_sessions_and_nobody_elses(alice: User) -> None:
    here, there, bobs = Client(), Client(headers={"User-Agent": "Firefox Windows"}), Client()
    by_password(here)
    by_password(there)
    bob = people.agent("Bob")
    bobs.post(make_link(bob, now=timezone.now()))
    shown = here.get(reverse("security")).context["devices"]
    assert [(device.name, device.here) for device in shown][1] == ("Firefox on Windows", False) or (
        shown[1].name.startswith("Firefox")
    )
    [kept] = UserSession.objects.filter(user=bob)
    assert here.post(reverse("session-end", args=[kept.pk])).status_code == 404
    assert bobs.get(reverse("queue")).status_code == 200
    here.post(reverse("session-end", args=[shown[1].pk]))
    assert there.get(reverse("queue")).status_code == 302
    assert here.get(reverse("queue")).status_code == 200


def test_one_ends_all_other_sessions_at_once(alice: User) -> None:
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        by_password(client)
    here.post(reverse("sessions-end"))
    assert [client.get(reverse("queue")).status_code for client in (here, there, elsewhere)] == [
        200,
        302,
        302,
    ]


def test_a_changed_password_ends_the_other_sessions(alice: User) -> None:
    here, there = Client(), Client()
    by_password(here)
    by_password(there)
    form = {"oldpassword": WORD, "password1": "iets-heel-nieuws", "password2": "iets-heel-nieuws"}
    assert here.post(reverse("account_change_password"), form)["Location"] == reverse("security")
    assert here.get(reverse("queue")).status_code == 200
    assert there.get(reverse("queue")).status_code == 302
    assert len(here.get(reverse("security")).context["devices"]) == 1
    assert OutgoingMail.objects.get().to == alice.email


def test_a_session_says_when_and_where_it_was_last_seen(client: Client, alice: User) -> None:
    by_password(client)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=1))
    client.get(reverse("queue"), REMOTE_ADDR="198.51.100.7")
    assert UserSession.objects.get().ip == "127.0.0.1"  # seen a moment ago
    session = client.session
    session["seen_at"] -= 301
    session.save()
    client.get(reverse("queue"), REMOTE_ADDR="198.51.100.7")
    kept = UserSession.objects.get()
    assert kept.ip == "198.51.100.7"
    assert timezone.now() - kept.last_seen_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130 Safari/537 Edg/130", ("Edge", "Windows")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604", ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130) Firefox/130", ("Firefox", "Linux")),
    ],
)
def test_a_device_is_called_what_people_call_it(sign: str, words: tuple[str, str]) -> None:
    name = device_name(sign)
    assert all(word in name for word in words)


def test_before_a_lock_changes_it_must_be_shown_who_it_is(client: Client, alice: User) -> None:
    by_password(client)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    shown = client.post(asked["Location"], {"password": WORD})
    assert shown["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_language_is_kept_for_pages_and_letters(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.post(reverse("account-language"), {"language": "en"})
    assert User.objects.get().language == "en"
    assert client.post(reverse("account-language"), {"language": "xx"}).status_code == 404
    assert "My account" in client.get(reverse("security")).content.decode()


def test_a_language_comes_along_to_a_new_browser(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.post(reverse("account-language"), {"language": "en"})
    other, chosen = Client(), Client()
    chosen.cookies["django_language"] = "nl"
    for browser in (other, chosen):
        by_password(browser)
    assert "My account" in other.get(reverse("security")).content.decode()
    assert "My account" not in chosen.get(reverse("security")).content.decode()


def test_everybody_starts_where_their_work_is(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("report")
    client.force_login(people.agent())
    assert client.get("/")["Location"] == reverse("start")
    client.force_login(User.objects.create_user("carla@school.example", name="Carla"))
    assert client.get("/")["Location"] == reverse("my-tickets")


# -- what administrators do


def acted(client: Client, action: str, user: User) -> Any:
    form = {"action": action, "_selected_action": [user.pk]}
    return client.post(reverse("admin:tickets_user_changelist"), form, follow=True)


def test_an_administrator_takes_away_a_lost_second_factor_and_it_is_recorded(
    client: Client, alice: User
) -> None:
    hers = Client()
    by_password(hers)
    with_app(alice)
    client.force_login(people.agent("Ada", Role.ADMIN))
    assert alice.name in client.get(reverse("admin:tickets_user_changelist")).content.decode()
    acted(client, "take_away_second_factor", alice)
    assert not Authenticator.objects.exists()
    assert LogEntry.objects.get().object_id == str(alice.pk)
    assert OutgoingMail.objects.get().to == alice.email
    assert hers.get(reverse("queue")).status_code == 302
    assert by_password(hers)["Location"] == "/"


def test_an_administrator_sees_second_factors_and_not_what_they_are_made_from(
    client: Client, alice: User
) -> None:
    kept = with_app(alice)
    client.force_login(people.agent("Ada", Role.ADMIN))
    shown = client.get(reverse("admin:tickets_user_change", args=[alice.pk])).content.decode()
    assert "uthenticator" in shown
    assert SECRET not in shown
    assert kept.data["secret"] not in shown


def test_a_new_role_signs_out(client: Client, alice: User) -> None:
    by_password(client)
    ada = Client()
    ada.force_login(people.agent("Ada", Role.ADMIN))
    form = {"name": "Alice", "email": alice.email, "role": Role.LEAD, "language": "nl"}
    ada.post(reverse("admin:tickets_user_change", args=[alice.pk]), form | {"is_active": "on"})
    alice.refresh_from_db()
    assert alice.role == Role.LEAD
    assert client.get(reverse("queue")).status_code == 302


def test_a_manager_may_not_take_away_a_second_factor(client: Client, alice: User) -> None:
    with_app(alice)
    client.force_login(people.agent("Mila", Role.MANAGER))
    acted(client, "take_away_second_factor", alice)
    acted(client, "send_sign_in_link", alice)
    assert Authenticator.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_an_administrator_sends_a_link_that_only_its_reader_sees(
    client: Client, alice: User
) -> None:
    client.force_login(people.agent("Ada", Role.ADMIN))
    acted(client, "send_sign_in_link", alice)
    assert "/sign-in/" not in OutgoingMail.objects.get().text
    [letter] = sent()
    found = re.search(r"http://[^/]+(/sign-in/\S+)", letter)
    assert found
    hers = Client()
    hers.post(found[1])
    assert user_of(hers) == str(alice.pk)


def test_who_is_closed_out_is_signed_out_at_once(client: Client, alice: User) -> None:
    by_password(client)
    User.objects.update(is_active=False)
    assert client.get(reverse("queue")).status_code == 302


@pytest.mark.parametrize(
    "model",
    [
        "account_emailaddress",
        "mfa_authenticator",
        "usersessions_usersession",
        "socialaccount_socialapp",
    ],
)
def test_what_allauth_keeps_is_not_shown_in_the_admin(client: Client, model: str) -> None:
    client.force_login(people.agent("Ada", Role.ADMIN))
    app, name = model.split("_")
    assert client.get(f"/admin/{app}/{name}/").status_code == 404


def test_a_password_of_five_million_letters_is_refused_before_it_is_hashed(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda _self, password, _salt: seen.append(len(password))
    )
    given = {"login": alice.email, "password": "w" * 5_000_000}
    assert client.post(reverse("sign-in"), given).status_code == 200
    client.force_login(alice)
    more = {"oldpassword": "w" * 5_000_000, "password1": "w" * 5_000_000}
    client.post(reverse("account_change_password"), more | {"password2": "w" * 5_000_000})
    client.post(reverse("account_reauthenticate"), {"password": "w" * 5_000_000})
    assert seen == []


def test_what_is_shown_to_somebody_stays_in_no_cache(client: Client, alice: User) -> None:
    assert "no-store" not in client.get(reverse("report")).get("Cache-Control", "")
    client.force_login(alice)
    for name in ("queue", "search", "security", "report", "admin:index"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"], name


@pytest.mark.parametrize(
    ("role", "hours", "stays"),
    [(Role.AGENT, 11, True), (Role.AGENT, 13, False), (Role.CUSTOMER, 13, True)],
)
def test_staff_who_did_nothing_for_half_a_day_sign_in_again(
    client: Client, alice: User, role: str, hours: int, stays: bool
) -> None:
    User.objects.filter(pk=alice.pk).update(role=role)
    client.post(make_link(alice, now=timezone.now()))
    session = client.session
    session["seen_at"] -= hours * 3600
    session.save()
    client.get(reverse("notification-count"), headers={"HX-Trigger": "bell-count"})
    assert (client.get(reverse("security")).status_code == 200) is stays
    assert UserSession.objects.filter(user=alice).exists() is stays


def test_a_page_that_is_left_open_is_no_use(client: Client, alice: User) -> None:
    client.post(make_link(alice, now=timezone.now()))
    session = client.session
    session["seen_at"] -= 3600
    session.save()
    client.get(reverse("notification-count"), headers={"HX-Trigger": "bell-count"})
    assert client.session["seen_at"] == session["seen_at"]
    client.get(reverse("queue"))
    assert client.session["seen_at"] > session["seen_at"]


# -- a link that is asked for ---------------------------------------------------------------------

ASK = reverse("sign-in-ask")


@pytest.fixture
def carla() -> Contact:
    """A customer's contact without an account."""
    return people.contact(people.organisation(), "Carla")


def link_in_mail() -> str:
    mail = OutgoingMail.objects.get()
    found = re.search(r"/sign-in/[\w-]+/", secrets.reveal(mail.text, to=mail.to))
    assert found
    return found[0]


def test_a_known_contact_signs_in_by_a_link_and_has_an_account_with_it(
    client: Client, carla: Contact
) -> None:
    answer = client.post(ASK, {"email": "Carla@School.example"})
    assert answer["Location"] == reverse("sign-in-asked")
    link = link_in_mail()
    scanner = Client()
    assert "Carla" in scanner.get(link).content.decode()  # opens what is mailed
    assert not User.objects.filter(email=carla.email).exists()
    assert client.post(link)["Location"] == "/"
    carla.refresh_from_db()
    assert carla.user
    made = carla.user
    assert (made.email, made.role, made.name) == (carla.email, Role.CUSTOMER, "Carla")
    assert user_of(client) == str(carla.user.pk)
    assert Client().post(link)["Location"] == reverse("sign-in")  # once


def test_who_has_an_account_gets_the_link_at_its_address(client: Client, carla: Contact) -> None:
    carla.user = User.objects.create_user("carla@thuis.example", name="Carla")
    carla.save()
    client.post(ASK, {"email": carla.email})
    assert OutgoingMail.objects.get().to == "carla@thuis.example"
    client.post(link_in_mail())
    assert user_of(client) == str(carla.user.pk)


def test_nobody_else_gets_a_link_and_all_read_the_same(
    client: Client, alice: User, carla: Contact
) -> None:
    closed = people.contact(carla.organisation, "Lies")
    closed.user = User.objects.create_user(closed.email, is_active=False)
    closed.save()
    strict = people.contact(people.organisation("Streng"), "Stef")
    Organisation.objects.filter(pk=strict.organisation_id).update(sign_in_links=False)
    loose = User.objects.create_user("los@ergens.example")
    answers = set()
    addresses = (alice.email, closed.email, strict.email, loose.email, "niemand@x.example")
    for email in addresses:
        answer = client.post(ASK, {"email": email})
        answers.add((answer.status_code, answer["Location"], answer.content))
    assert len(answers) == 1
    assert not OutgoingMail.objects.exists()
    assert not SignInLink.objects.exists()


def test_a_link_ends_with_what_it_leans_on(client: Client, carla: Contact) -> None:
    client.post(ASK, {"email": carla.email})
    link = link_in_mail()
    Organisation.objects.update(sign_in_links=False)
    assert client.get(link)["Location"] == reverse("sign-in")
    assert client.post(link)["Location"] == reverse("sign-in")
    assert not User.objects.filter(email=carla.email).exists()


def test_asking_has_a_limit_and_costs_the_same_for_an_unknown_address(
    client: Client, carla: Contact
) -> None:
    email = carla.email
    with CaptureQueriesContext(connection) as known:
        client.post(ASK, {"email": email})
    with CaptureQueriesContext(connection) as unknown:
        client.post(ASK, {"email": "niemand@x.example"})
    assert worked(known) == worked(unknown)
    for _number in range(2):
        client.post(ASK, {"email": carla.email})
    refused = client.post(ASK, {"email": carla.email})
    assert refused.status_code == 429
    assert OutgoingMail.objects.count() == 3
