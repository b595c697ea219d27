"""Keeps Werkdag's processes running: starts, watches, restarts and stops them in order."""

import contextlib
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from config import home
from config.embedded import Postgres, Valkey
from config.env import env
from config.nursery import Nursery
from config.processes import bury_strangers, can_adopt, last_lines
from config.programs import Program, Web, say

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_SETTLED = 30.0  # seconds of life after which the next death counts as the first again


class Stopped(BaseException):
    """Somebody asked Werkdag to stop. Not an Exception: no clean-up code may swallow it."""


class _Watch:
    """When to start one child again."""

    def __init__(self) -> None:
        self.pause = _FIRST_PAUSE
        self.started = time.monotonic()
        self.due: float | None = None

    def died(self) -> float:
        """Note a death; return the seconds until the next start."""
        if time.monotonic() - self.started > _SETTLED:
            self.pause = _FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, _LONGEST_PAUSE)
        self.due = time.monotonic() + pause
        return pause

    def restarted(self) -> None:
        """Note a start."""
        self.started = time.monotonic()
        self.due = None


class Supervisor:
    """All children of one `manage.py up`: the bundled servers first, then our own programs."""

    def __init__(
        self,
        servers: Sequence[Postgres | Valkey],
        programs: Sequence[Program],
        tell: Callable[[bool], None] = lambda _renewed: None,
        *,
        nursery: Nursery | None = None,
    ) -> None:
        self.servers = servers
        self.programs = programs
        self.nursery = nursery  # of what the programs are forked
        self.tell = tell  # whoever asked for a renewal, whether it was done
        self._asked = 0
        self._stopping = False
        self._renew = self._renewing = False

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked > 0

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Within this block Ctrl-C, SIGTERM and a closed terminal end in an orderly stop."""
        names = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup keeps it running
            names.append(signal.SIGHUP)
        before = {name: signal.signal(name, self._on_signal) for name in names}
        before[signal.SIGUSR1] = signal.signal(signal.SIGUSR1, self._on_renewal)
        try:
            yield
        except Stopped:
            pass
        finally:
            self.stop()
            for name, handler in before.items():
                signal.signal(name, handler)

    def watch(self) -> None:
        """Start again what dies, for ever. Ends only by Stopped."""
        watches = [(child, _Watch()) for child in (*self.servers, *self.programs)]
        while True:
            for child, watch in watches:
                if child.running:
                    continue
                if watch.due is None:
                    _report_death(child, again_in=watch.died())
                elif time.monotonic() >= watch.due:
                    _start_again(child, watch)
            self._go_on_renewing()
            bury_strangers(self._known())
            time.sleep(0.5)

    def _known(self) -> set[int | None]:
        """Children that somebody asks after."""
        own = [process.pid for program in self.programs for process in program.runs]
        servers = [each.process.pid for each in self.servers if each.process is not None]
        return {*own, *servers, None if self.nursery is None else self.nursery.pid}

    def _go_on_renewing(self) -> None:
        """Put fresh processes in the place of all programs; the web server's beside the old one."""
        (web,) = (program for program in self.programs if isinstance(program, Web))
        if self._renew:
            self._renew, self._renewing = False, True
            if self.nursery is not None:
                self.nursery.end()  # it reads the house anew
            web.renew()
        web.look()
        if not self._renewing or web.renewed is None:
            return
        self._renewing = False
        if web.renewed:
            for program in self.programs:
                if program is not web:
                    program.stop(hurry=lambda: self.interrupted)
                    program.start()
        say("Everything runs anew." if web.renewed else "Nothing was changed.")
        self.tell(web.renewed)

    def stop(self) -> None:
        """Stop everything: web, beat, workers, Valkey, PostgreSQL. A second Ctrl-C hurries."""
        self._stopping = True
        if any(program.running for program in self.programs):
            say("\nWerkdag is stopping (Ctrl-C again to hurry) …")
        for server in self.servers:
            if server.claimed:
                server.note("stopping")
        for program in self.programs:
            program.stop(hurry=lambda: self._asked > 1)
        if self.nursery is not None:
            self.nursery.end()
        for server in reversed(self.servers):
            server.stop()

    def _on_renewal(self, _signum: int, _frame: FrameType | None) -> None:
        self._renew = True

    def _on_signal(self, signum: int, _frame: FrameType | None) -> None:
        self._asked += 1
        if not self._stopping:
            self._stopping = True
            raise Stopped(signum)


def _report_death(child: Program | Postgres | Valkey, *, again_in: float) -> None:
    name = child.name if isinstance(child, Program) else child.title
    code = child.process.returncode if child.process is not None else None
    how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    say(f"{name} stopped by itself ({how}); starting it again in {again_in:g} s")
    if code is not None and code != -signal.SIGKILL:
        for line in _last_words(child):
            say(f"  {line}")


def _last_words(child: Program | Postgres | Valkey) -> list[str]:
    if isinstance(child, Program):
        return child.last_words(child.process)
    return last_lines(child.log)


def _start_again(child: Program | Postgres | Valkey, watch: _Watch) -> None:
    try:
        child.start()
    except Exception as error:  # noqa: BLE001 - whatever is wrong now, trying again is the job
        say(str(error))
        watch.died()
    else:
        watch.restarted()


def bundled_servers(var: Path) -> list[Postgres | Valkey]:
    """The servers that no address in the environment replaces."""
    place = home.choose(var)
    servers: list[Postgres | Valkey] = []
    if not env.str("DATABASE_URL", default=""):
        servers.append(Postgres(place, log=var / "log" / "postgres.log", say=say))
    if not env.str("REDIS_URL", default=""):
        servers.append(Valkey(place, log=var / "log" / "valkey.log", say=say))
    return servers


def nursery(log: Path) -> Nursery | None:
    """Of what programs can be forked, where the system gives us what it forked."""
    return Nursery(log=log / "nursery.log") if can_adopt() else None


def programs(
    log: Path, *, listening: socket.socket, nursery: Nursery | None = None
) -> list[Program]:
    """Web, beat and workers, in the order in which they are stopped."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    quiet = ["--loglevel", "INFO"]
    # There is no other worker to talk to, and nobody who listens whether they live.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Web(listening, log=log / "web.log", nursery=nursery),
        Program(
            "beat",
            [sys.executable, "-m", "celery", "-A", "config.beat", "beat", "--pidfile", ""],
            role="command",
            log=log / "beat.log",
            nursery=nursery,
            patience=5,
        ),
        # What keeps promises has a slot that nothing else can take.
        Program(
            "clock",
            [*celery, "worker", "-Q", "clock", "-n", "clock@%h", "-c", "1", *alone, *quiet],
            role="worker",
            log=log / "clock.log",
            nursery=nursery,
            patience=30,
        ),
        Program(
            "worker",
            [*celery, "worker", "-Q", "celery", "-n", "work@%h", "-c", "2", *alone, *quiet],
            role="worker",
            log=log / "worker.log",
            nursery=nursery,
            patience=30,
        ),
    ]
