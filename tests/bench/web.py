"""Gunicorn as `manage.py up` starts it, and how much of the processors it takes."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.db import connection

from config.env import BASE_DIR
from tests.servers import product_environment

_TICK = os.sysconf("SC_CLK_TCK")


class Web:
    """A web server that runs: its port, and its processes."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self._pid = port, pid

    def processor(self) -> float:
        """Seconds of processor time that its processes took so far."""
        return sum(_taken(pid) for pid in self._all()) / _TICK

    def memory(self) -> float:
        """What its processes hold, each its part of what they share, in MB."""
        found = 0
        for pid in self._all():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found += int(line.split()[1])
        return found / 1024

    def _all(self) -> list[int]:
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        return [self._pid, *map(int, children)]


def _taken(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@contextmanager
def served(settings: str = "config.settings") -> Iterator[Web]:
    """With these settings, on the servers of the bench."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    names = ("DATABASE_URL", "REDIS_URL", "WERKDAG_VAR")
    given = {name: os.environ[name] for name in names} | {"DJANGO_SETTINGS_MODULE": settings}
    environment = product_environment(**given, WERKDAG_ROLE="web", PORT=str(port))
    connection.close()
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, cwd=BASE_DIR, env=environment, check=True)
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"],
        cwd=BASE_DIR,
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _until_ready(port)
            yield Web(port, process.pid)
        finally:
            process.terminate()


def _until_ready(port: int) -> None:
    deadline = monotonic() + 60
    while True:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            link.request("GET", "/healthz")
            if link.getresponse().status == http.client.OK:
                return
        except OSError:
            if monotonic() > deadline:
                raise
        sleep(0.1)
