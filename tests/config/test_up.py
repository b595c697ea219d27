"""`manage.py up`, the whole of it, as a person starts and ends it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config import home, renewing
from config.env import BASE_DIR
from tests.servers import product_environment, run_folder
from tests.web_server import load


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def eventually(condition: Callable[[], bool], *, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Up:
    """One place with its own data and port."""

    def __init__(self, folder: Path) -> None:
        home.open_folder(folder)
        self.output = folder / "output.txt"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = product_environment(WERKDAG_VAR=str(folder), PORT=str(self.port))

    def command(self) -> list[str]:
        return [sys.executable, str(BASE_DIR / "manage.py"), "up"]

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command(), env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        eventually(lambda: "Ctrl-C stops" in self.output.read_text() or self.ended())
        assert not self.ended(), self.output.read_text()

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return [psutil.Process(self.process.pid), *self.children()]

    def children(self) -> list[psutil.Process]:
        assert self.process is not None
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def web_processes(self) -> set[int]:
        return {child.pid for child in self.children() if child.name() == "werkdag-web"}

    def ready(self) -> bool:
        try:
            address = f"http://127.0.0.1:{self.port}/readyz"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, signum: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(signum)
        return self.process.wait(60)


@pytest.fixture
def up() -> Iterator[Up]:
    up = Up(run_folder() / f"up-{os.getpid()}")
    yield up
    if not up.ended():
        up.stop()


def test_up_heals_what_is_killed_loses_nothing_and_ends_cleanly(up: Up) -> None:
    up.start()
    links = re.findall(r"http://localhost:\d+(/\S+/)", up.output.read_text())
    assert len(links) == 5, "an agent, a manager, an administrator and two customers can sign in"
    eventually(up.ready)

    before = up.web_processes()
    with load(up.port, "/sign-in/") as found:
        renewal = subprocess.run(
            [sys.executable, str(BASE_DIR / "manage.py"), "reload"],
            env=up.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert renewal.returncode == 0, renewal.stderr
    assert set(found.answers) == {200}, "no visitor was turned away"
    assert before
    assert not before & up.web_processes()
    eventually(up.ready)

    second = subprocess.run(
        up.command(), env=up.environment, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert "already running here: process" in second.stderr
    assert len(second.stderr.splitlines()) == 1

    for child in up.children():  # servers, web, worker and beat, all at once
        child.kill()
    eventually(lambda: up.output.read_text().count("starting it again") >= 6)
    eventually(up.ready)

    family = up.family()
    for process in family:
        with suppress(psutil.NoSuchProcess):  # the kernel was quicker: its supervisor went first
            process.kill()
    assert up.process is not None
    up.process.wait()
    up.start()
    assert "demo data" not in up.output.read_text(), "it was all still there"
    eventually(up.ready)

    family = up.family()
    up.process.kill()  # alone: the kernel ends the others
    up.process.wait()
    _gone, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
    up.start()

    family = up.family()
    assert up.stop(signal.SIGTERM) == 0
    _gone, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_a_renewal_where_nobody_runs_says_so(tmp_path: Path) -> None:
    with pytest.raises(renewing.NotRunning):
        renewing.ask(tmp_path)


def test_a_port_in_use_is_one_line_that_says_what_to_do(up: Up) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", up.port))
        taken.listen()
        answer = subprocess.run(
            up.command(), env=up.environment, capture_output=True, text=True, check=False
        )
    assert answer.returncode == 1
    assert f"port {up.port} is in use: PORT={up.port + 1} make up" in answer.stderr
    assert len((answer.stdout + answer.stderr).splitlines()) == 1
