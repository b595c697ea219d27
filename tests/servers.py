"""The tests' own PostgreSQL and Valkey: one pair per run, in a temporary folder, without fsync.

Addresses are settled before Django reads its settings (tests/settings.py); the servers start later,
in the process that the person started (tests/conftest.py). xdist's workers only use them.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import home
from config.embedded import Postgres, Valkey

_FOLDER = "WERKDAG_TEST_FOLDER"  # set by the first process, inherited by xdist's workers
_DATABASES_PER_WORKER = 4  # broker and cache are two apart


def settle_addresses() -> None:
    """Point DATABASE_URL, REDIS_URL and WERKDAG_VAR at this run's own folder."""
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="werkdag-test-")
        Path(os.environ[_FOLDER]).chmod(0o711)  # the servers' folders inside are closed to others
        atexit.register(shutil.rmtree, os.environ[_FOLDER], ignore_errors=True)
    folder = Path(os.environ[_FOLDER])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")
    number = (int(worker.removeprefix("gw")) + 1) * _DATABASES_PER_WORKER
    sockets = home.choose(folder).sockets
    os.environ["DATABASE_URL"] = home.postgres_url(sockets)
    os.environ["REDIS_URL"] = f"{home.valkey_url(sockets)}?db={number}"
    var = folder / f"var-{worker}"
    os.environ["WERKDAG_VAR"] = str(var)
    for made in ("typeface", "icons"):
        if not (var / made).exists():
            var.mkdir(exist_ok=True)
            (var / made).symlink_to(share(made))


def run_folder() -> Path:
    """The temporary folder of this run; it goes when the run ends."""
    return Path(os.environ[_FOLDER])


def share(name: str) -> Path:
    """A folder of what the processes of this run make once for all of them."""
    folder = run_folder() / name
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """No other process of this run is at it meanwhile."""
    with (share("locks") / what).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # given back when it is closed
        yield


def product_environment(**settings: str) -> dict[str, str]:
    """The environment for a program of the product: what the tests set for themselves is out."""
    ours = {
        "DJANGO_SETTINGS_MODULE",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
        "DATABASE_URL",
        "REDIS_URL",
        "WERKDAG_ROLE",
    }
    kept = {name: value for name, value in os.environ.items() if name not in {*ours, "MAKELEVEL"}}
    return {**kept, **settings}


class Servers:
    """Both servers of this run."""

    def __init__(self) -> None:
        self.folder = run_folder()
        place = home.choose(self.folder)
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        # No statement here is worth compiling, and no table stays for long.
        fast += ["jit=off", "autovacuum=off"]
        fast += ["max_connections=200"]  # of as many workers as there are processors
        self.postgres = Postgres(place, log=self.folder / "postgres.log", settings=fast)
        self.valkey = Valkey(place, log=self.folder / "valkey.log", settings=["--databases", "128"])

    def start(self) -> None:
        """Start both."""
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        """Stop both and remove their data."""
        self.valkey.stop()
        self.postgres.stop()
        shutil.rmtree(self.postgres.home.path, ignore_errors=True)
