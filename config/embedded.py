"""The bundled PostgreSQL and Valkey: start, wait until ready, stop; used by `up` and by the tests.

Each data folder has two locks beside it. `.lock` is held by the process that looks after the
server: a second one is refused. `.alive` is handed to the server itself, so it stays taken until
the last of its processes is gone: a new start waits for that, and so never meets an old one.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from config.home import (
    Home,
    Unavailable,
    open_folder,
    postgres_bin,
    private_folder,
    valkey_server,
)
from config.locks import FileLock, Held
from config.processes import kill_group, last_lines, spawn

_POSTGRES_MAJOR = 18  # part of the folder's name: another major never opens this one's data
_STATUS_LINE = 7  # of its pid file
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_START_SECONDS = 300  # recovery after a crash may take long; a dead server is noticed at once
_OLD_ONE_SECONDS = 60

Say = Callable[[str], None]


class Failed(Exception):
    """A bundled server did not start; the message holds its last words."""


def _silent(_text: str) -> None:
    """Report nothing."""


class _Server:
    """What both servers share: folders, locks, one child process."""

    title = ""
    death_signal = signal.SIGTERM

    def __init__(self, home: Home, *, name: str, log: Path, say: Say = _silent) -> None:
        self.home = home
        self.data = home.path / name
        self.log = log
        self.say = say
        self.process: subprocess.Popen[bytes] | None = None
        self._lock = FileLock(home.path / f"{name}.lock")
        self._alive = FileLock(home.path / f"{name}.alive")

    def claim(self, *, patience: float = 0, waiting: Callable[[str], bool] | None = None) -> None:
        """Become the one that looks after this data. Raises Held when another does."""
        if self._lock.held:
            return
        open_folder(self.home.path)
        self._lock.acquire(patience=patience, waiting=waiting)
        self.note("")

    def note(self, text: str) -> None:
        """Tell whoever finds the data locked what is going on."""
        self._lock.note(f"process {os.getpid()} {text}".strip())

    @property
    def claimed(self) -> bool:
        """Whether this process looks after the data."""
        return self._lock.held

    @property
    def running(self) -> bool:
        """Whether our own child is alive."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers. Raises Held, Failed or Unavailable."""
        self.claim()
        private_folder(self.home.sockets, self.home.account)
        self._wait_for_old_one()
        try:
            self._prepare()
            self.process = self._launch()
        finally:
            self._alive.release()  # from here on the child alone holds it
        self._wait_until_ready(self.process)

    def stop(self) -> None:
        """Stop the server in an orderly way and give up the data."""
        if self.process is not None and self.process.poll() is None:
            self._stop(self.process)
        self.process = None
        self._lock.release()

    def _wait_for_old_one(self) -> None:
        told = False
        started = time.monotonic()

        def waiting(_note: str) -> bool:
            nonlocal told
            if not told and time.monotonic() - started > 1:
                told = True
                self.say(f"waiting for an earlier {self.title} to stop …")
                self._dismiss_old_one()
            return True

        try:
            self._alive.acquire(patience=_OLD_ONE_SECONDS, waiting=waiting)
        except Held:
            raise Failed(f"An earlier {self.title} of {self.data} is still running") from None

    def _dismiss_old_one(self) -> None:
        """Ask a server that outlived its keeper to stop (Linux does that by itself)."""
        pid = self._recorded_pid()
        if pid is not None:
            try:
                os.kill(pid, self.death_signal)
            except (ProcessLookupError, PermissionError):
                return

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        started = time.monotonic()
        told = False
        while time.monotonic() - started < _START_SECONDS:
            if process.poll() is not None:
                break
            if self._recorded_pid() == process.pid and self._answers():
                return
            if not told and time.monotonic() - started > 2:
                told = True
                self.say(f"{self.title} is recovering its data …")
            time.sleep(0.02)
        self.process = None
        if process.poll() is None:
            self._stop(process)
        words = "\n  ".join(last_lines(self.log)) or "(it wrote nothing)"
        raise Failed(f"{self.title} did not start. Its last words, from {self.log}:\n  {words}")

    def _spawn(self, argv: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        account = self.home.account
        return spawn(
            argv,
            env=_ENVIRONMENT,
            log=self.log,
            death_signal=self.death_signal,
            cwd=Path("/"),
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            pass_fds=[self._alive.descriptor],
        )

    def _recorded_pid(self) -> int | None:
        """The process that the server's own pid file names."""
        return _first_number(self._pid_file())

    def _pid_file(self) -> Path:
        raise NotImplementedError

    def _prepare(self) -> None:
        raise NotImplementedError

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        raise NotImplementedError


class Postgres(_Server):
    """The bundled PostgreSQL: on a socket only, in a folder that only its own account can enter."""

    title = "PostgreSQL"
    death_signal = signal.SIGINT  # a fast, clean shutdown

    def __init__(
        self, home: Home, *, log: Path, say: Say = _silent, settings: Sequence[str] = ()
    ) -> None:
        super().__init__(home, name=f"pg{_POSTGRES_MAJOR}", log=log, say=say)
        self.settings = settings

    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def _prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._create()
        # No process of ours holds .alive, so these are left over. PostgreSQL would refuse to start
        # if the process they name still waits to be reaped, or its number is a stranger's by now.
        for leftover in (self._pid_file(), self.home.sockets / ".s.PGSQL.5432.lock"):
            pid = _first_number(leftover)
            if pid is not None and not _runs_in(pid, self.data):
                leftover.unlink()

    def _create(self) -> None:
        """Make the cluster beside its place: a killed initdb leaves nothing half made."""
        self.say("making a new PostgreSQL database …")
        unfinished = self.data.with_suffix(".init")
        shutil.rmtree(unfinished, ignore_errors=True)
        private_folder(unfinished, self.home.account)
        initdb = postgres_bin(self.home.account) / "initdb"
        # Trust is safe: no TCP, and the socket's folder lets nobody else in.
        options = (
            "--username=postgres --auth=trust --encoding=UTF8 --data-checksums --locale=C "
            "--locale-provider=builtin --builtin-locale=C.UTF-8 "
            "--text-search-config=dutch"
        )
        process = self._spawn([initdb, "-D", unfinished, *options.split()])
        if process.wait() != 0:
            words = "\n  ".join(last_lines(self.log))
            raise Failed(f"PostgreSQL's database could not be made ({self.log}):\n  {words}")
        unfinished.rename(self.data)

    def _launch(self) -> subprocess.Popen[bytes]:
        # As root, Werkdag's processes have another account than the server: the folder guards.
        mode = "0700" if self.home.account is None else "0777"
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.home.sockets}",
            f"unix_socket_permissions={mode}",
            "timezone=UTC",
            "log_timezone=UTC",
            "logging_collector=off",
            "max_connections=60",
            "shared_buffers=128MB",
            # Clusters of before were made with a name that no parallel worker can set.
            "default_text_search_config=pg_catalog.dutch",
            *self.settings,
        ]
        argv: list[str | Path] = [postgres_bin(self.home.account) / "postgres", "-D", self.data]
        for setting in settings:
            argv += ["-c", setting]
        return self._spawn(argv)

    def _answers(self) -> bool:
        """Whether it takes connections, as it notes itself; makes the database at the first."""
        noted = self._pid_file().read_text().split("\n")[_STATUS_LINE:]
        if not noted or noted[0].strip() != "ready":
            return False
        query = "SELECT count(*) FROM pg_database WHERE datname = 'werkdag'"
        if self._asked("psql", "-XAtd", "postgres", "-c", query) == "0":
            self._asked("createdb", "werkdag")
        return True

    def _asked(self, program: str, *given: str) -> str:
        """What one of PostgreSQL's own programs says. Raises Failed. A driver would have to be read
        for this, and kept for as long as the one who looks after the server.
        """
        command = [str(postgres_bin(self.home.account) / program), "-h", str(self.home.sockets)]
        done = subprocess.run(
            [*command, "-U", "postgres", *given],
            env=_ENVIRONMENT,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Failed(f"PostgreSQL does not answer: {done.stderr.strip()}")
        return done.stdout.strip()

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)  # at once; the next start recovers
            process.wait(10)


class Valkey(_Server):
    """The bundled Valkey. It carries work and holds no truth: damaged data is thrown away."""

    title = "Valkey"

    def __init__(
        self, home: Home, *, log: Path, say: Say = _silent, settings: Sequence[str] = ()
    ) -> None:
        super().__init__(home, name="valkey", log=log, say=say)
        self.settings = settings

    def start(self) -> None:
        """Start it; when its data cannot be read, start it without."""
        try:
            super().start()
        except Failed:
            if not (self.data / "appendonlydir").exists():
                raise
            self.say("Valkey could not read its data and starts without; no work is lost by that")
            shutil.rmtree(self.data)
            super().start()

    def _pid_file(self) -> Path:
        return self.data / "valkey.pid"

    def _prepare(self) -> None:
        private_folder(self.data, self.home.account)

    def _launch(self) -> subprocess.Popen[bytes]:
        mode = "700" if self.home.account is None else "777"
        options: dict[str, str | Path] = {
            "--port": "0",
            "--unixsocket": self._socket(),
            "--unixsocketperm": mode,
            "--dir": self.data,
            "--pidfile": self._pid_file(),
            "--appendonly": "yes",
            "--save": "",
            "--hz": "2",  # how often a second it looks after itself while nobody asks anything
            "--maxmemory-policy": "noeviction",  # a broker must not forget work
            "--daemonize": "no",
        }
        pairs = [part for pair in options.items() for part in pair]
        return self._spawn([valkey_server(self.home.account), *pairs, *self.settings])

    def _socket(self) -> Path:
        return self.home.sockets / "valkey.sock"

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            try:
                link.connect(str(self._socket()))
                link.sendall(b"PING\r\n")
                return link.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            kill_group(process.pid, signal.SIGKILL)
            process.wait(10)


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _runs_in(pid: int, data: Path) -> bool:
    """Whether process `pid` is a server started on this folder; true when that cannot be told."""
    try:
        return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except OSError:
        return True


__all__ = ["Failed", "Held", "Postgres", "Say", "Unavailable", "Valkey"]
