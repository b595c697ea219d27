"""What the environment says, and that production settings pass Django's own examination."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.env import BASE_DIR
from config.logs import masked
from config.translations import compile_stale
from tests.servers import product_environment


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=product_environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_check_without_a_warning() -> None:
    answer = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        WERKDAG_ORIGIN="https://desk.example.nl",
        SECRET_KEY="0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        EMAIL_URL="smtp+tls://user:password@mail.example.nl:587",
        DATABASE_URL="postgres://desk:password@db.example.nl/desk",
        REDIS_URL="rediss://:password@redis.example.nl:6380/0",
    )
    assert answer.returncode == 0, answer.stderr


def test_what_an_older_key_sealed_can_be_opened_when_it_is_named_as_a_fallback() -> None:
    older, newer = "an older key that is long enough", "the key of today that is long enough"
    seal = "from support.secrets.sealing import seal; print(seal('wachtwoord'))"
    sealed = manage("shell", "-v0", "-c", seal, SECRET_KEY=older).stdout.strip()
    unseal = f"from support.secrets.sealing import unseal; print(unseal({sealed!r}))"
    fallbacks = {"SECRET_KEY": newer, "SECRET_KEY_FALLBACKS": f"something else,{older}"}
    assert manage("shell", "-v0", "-c", unseal, SECRET_KEY=newer).returncode != 0
    assert manage("shell", "-v0", "-c", unseal, **fallbacks).stdout.strip() == "wachtwoord"


def test_without_https_or_mail_the_deployment_check_says_what_to_set() -> None:
    answer = manage("check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 1
    assert "Set WERKDAG_ORIGIN" in answer.stderr
    assert "Set EMAIL_URL" in answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WERKDAG_ORIGIN", "desk.example.nl"),
        ("WERKDAG_ORIGIN", "https://desk.example.nl/path"),
        ("DATABASE_URL", "sqlite:///desk.db"),
        ("REDIS_URL", "http://redis.example.nl"),
        ("PORT", "eighty"),
    ],
)
def test_a_setting_that_makes_no_sense_is_one_clear_line(name: str, value: str) -> None:
    answer = manage("check", **{name: value})
    assert answer.returncode == 1
    assert answer.stderr.startswith("Werkdag's settings are not right: ")
    assert len(answer.stderr.splitlines()) == 1


def test_web_threads_share_a_pool_and_workers_keep_one_connection() -> None:
    var = env.var_dir()
    assert env.database(var, "web")["OPTIONS"]["pool"]["max_size"] == 4
    assert "CONN_MAX_AGE" not in env.database(var, "web")
    assert env.database(var, "worker")["CONN_MAX_AGE"] == 60
    assert "pool" not in env.database(var, "worker")["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "broker", "cache"),
    [
        ("redis://h:1/0", "redis://h:1/0", "redis://h:1/2"),
        ("rediss://:p@h", "rediss://:p@h/0", "rediss://:p@h/2"),
        ("redis://h/5", "redis://h/5", "redis://h/7"),
        ("redis://h/?ssl_cert_reqs=none", "redis://h/0?ssl_cert_reqs=none", None),
        ("unix:///run/r.sock?db=4", "redis+socket:///run/r.sock?virtual_host=4", None),
        ("unix:///run/r.sock", None, "unix:///run/r.sock?db=2"),
    ],
)
def test_broker_and_cache_use_two_databases_of_one_redis(
    monkeypatch: pytest.MonkeyPatch, url: str, broker: str | None, cache: str | None
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    addresses = env.redis_addresses(env.var_dir())
    assert broker in {None, addresses.broker}
    assert cache in {None, addresses.cache}


def test_a_secret_key_is_made_once_and_readable_by_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = env.secret_key(tmp_path / "var")
    assert len(first) >= 50
    assert env.secret_key(tmp_path / "var") == first
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret-key"]


def test_an_address_that_is_no_web_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WERKDAG_ORIGIN", "ftp://desk.example.nl")
    with pytest.raises(ImproperlyConfigured, match=r"https://desk\.example\.nl"):
        env.origin()


def test_log_lines_show_no_passwords_and_no_tokens() -> None:
    line = "GET /sign-in/HyqqItT9D49NNmfSuffCAJ_SiiYiSwslwKVORDcsAJo/ on postgres://u:geheim@h/d"
    assert masked(line) == "GET /sign-in/***/ on postgres://u:***@h/d"
    assert masked("GET /desk/tickets/WD-10423/") == "GET /desk/tickets/WD-10423/"


def test_translations_are_compiled_when_they_are_newer(tmp_path: Path) -> None:
    source = tmp_path / "nl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    assert compile_stale(tmp_path) == [source.with_suffix(".mo")]
    assert compile_stale(tmp_path) == []
