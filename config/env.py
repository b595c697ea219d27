"""What the environment says: folders, secrets and addresses, each read in one place."""

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import home

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def var_dir() -> Path:
    """The folder for everything that Werkdag writes: WERKDAG_VAR, else var/ beside the code."""
    return Path(env.str("WERKDAG_VAR", default=str(BASE_DIR / "var"))).absolute()


def secret_key(var: Path) -> str:
    """SECRET_KEY from the environment, else one made once and kept in var/secret-key."""
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    path = var / "secret-key"
    if not path.exists():
        home.open_folder(var)
        fresh = var / f"secret-key.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # fails if another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        return path.read_text().strip()
    except PermissionError:
        raise ImproperlyConfigured(
            f"{path} belongs to another account: start Werkdag as before, or set SECRET_KEY"
        ) from None


@dataclass(frozen=True)
class Origin:
    """Where people reach Werkdag, like https://desk.example.nl."""

    url: str
    host: str
    secure: bool

    @property
    def is_loopback(self) -> bool:
        """Does it lead to this machine alone?"""
        return self.host in {"localhost", "127.0.0.1", "::1"} or self.host.endswith(".localhost")


def origin() -> Origin:
    """WERKDAG_ORIGIN, else http://localhost on PORT; ImproperlyConfigured for no web address."""
    default = f"http://localhost:{env.int('PORT', default=8000)}"
    url = env.str("WERKDAG_ORIGIN", default=default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f"WERKDAG_ORIGIN must look like https://desk.example.nl, not {url!r}"
        )
    return Origin(url=url, host=parts.hostname, secure=parts.scheme == "https")


# Seconds. A page that takes longer than this is broken; a nightly task may take its time. Whoever
# says nothing for a minute within a transaction is frozen, and holds clocks that others must judge.
_TIMEOUTS = {
    "web": {"statement_timeout": 30, "lock_timeout": 10, "idle_in_transaction_session_timeout": 60},
    "worker": {
        "statement_timeout": 300,
        "lock_timeout": 20,
        "idle_in_transaction_session_timeout": 60,
    },
}


# A page is one of many: its statements don't take the other processors too, unless it is a report,
# and are not compiled, which takes longer than most of them.
_PLANS = {"web": {"parallel_setup_cost": "100000", "jit": "off"}}


def database(var: Path, role: str) -> dict[str, Any]:
    """The database of DATABASE_URL, else the bundled one, set up for `role` (web, worker, command).

    Web threads share a pool per process; a Celery process keeps its one connection.
    """
    config: dict[str, Any] = env.db_url(
        "DATABASE_URL", default=home.postgres_url(home.choose(var).sockets)
    )
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database (postgres://...)")
    config["HOST"] = unquote(config["HOST"])  # a socket folder arrives as %2Fpath
    # A command by its name: what it changes stands in the log under it.
    known = f"werkdag {role} {' '.join(sys.argv[1:2])}" if role == "command" else f"werkdag {role}"
    options = {"application_name": known.strip()[:63], **config.get("OPTIONS", {})}
    # A statement that a connection asks again and again is read and planned by PostgreSQL once.
    options |= {"server_side_binding": True, "prepare_threshold": 3}
    config["CONN_HEALTH_CHECKS"] = True
    if role == "web":
        options["pool"] = {"min_size": 1, "max_size": 4, "timeout": 10}
    if role == "worker":
        config["CONN_MAX_AGE"] = 60
    limits = {name: f"{seconds}s" for name, seconds in _TIMEOUTS.get(role, {}).items()}
    said = [f"-c {name}={value}" for name, value in {**limits, **_PLANS.get(role, {})}.items()]
    if said:
        options["options"] = " ".join(said)
    return {**config, "OPTIONS": options}


@dataclass(frozen=True)
class RedisAddresses:
    """One Redis server as Celery writes it and as the cache writes it."""

    broker: str
    cache: str


def redis_addresses(var: Path) -> RedisAddresses:
    """REDIS_URL, else the bundled server. The broker takes the database named, the cache two on."""
    url = env.str("REDIS_URL", default=home.valkey_url(home.choose(var).sockets))
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = int(parts.query.removeprefix("db=") or 0)
        return RedisAddresses(
            broker=f"redis+socket://{parts.path}?virtual_host={number}",
            cache=f"unix://{parts.path}?db={number + 2}",
        )
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("REDIS_URL must start with redis://, rediss:// or unix://")
    number = int(parts.path.strip("/") or 0)
    server = parts._replace(path="")
    return RedisAddresses(
        broker=server._replace(path=f"/{number}").geturl(),
        cache=server._replace(path=f"/{number + 2}").geturl(),
    )
