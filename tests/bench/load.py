"""Visitors of a web server, in a process of their own: `python -m tests.bench.load` reads what they
do as JSON from standard input, and writes how long each request took.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from statistics import median, quantiles
from time import perf_counter


@dataclass(frozen=True)
class Visit:
    """What is asked: addresses in turn, by so many clients, so often together, or for so long.

    every: one client asks once in so many seconds, instead of again and again.
    """

    port: int
    cookies: list[str]
    addresses: list[str]
    clients: int
    times: int
    every: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    expects: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Visited:
    """How it went: seconds for all of it, and milliseconds for each request."""

    seconds: float
    took: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    @property
    def middle(self) -> float:
        """The median, in milliseconds."""
        return median(self.took)

    @property
    def most(self) -> float:
        """The 95th percentile."""
        return quantiles(self.took, n=20)[-1]


def visit(what: Visit) -> Visited:
    """Let them come, and wait until they have gone."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(asdict(what)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Visited(**json.loads(done.stdout))


# In the head of an answer that shows nothing new, or in the page itself.
_SEEN = re.compile(rb'(?i)X-Seen(?:: |": ")([^\s"]+)')


async def _ask(what: Visit, number: int, headers: dict[str, str]) -> float:
    began = perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", what.port)
    address = what.addresses[number % len(what.addresses)]
    cookie = what.cookies[number % len(what.cookies)]
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(
        f"GET {address} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n{more}\r\n".encode()
    )
    answer = await reader.read()
    writer.close()
    status = int(answer[9:12])
    if told := _SEEN.search(answer):  # a page that is left open asks with what it was told
        headers["X-Seen"] = told[1].decode()
    if status not in what.expects:
        raise AssertionError(f"{address} answered {status}: the figure would mean nothing")
    return (perf_counter() - began) * 1000


async def _all(what: Visit) -> Visited:
    coming = iter(range(what.times))
    took: list[float] = []

    async def client(first: float) -> None:
        headers = dict(what.headers)
        await asyncio.sleep(first)
        for number in coming:
            began = perf_counter()
            took.append(await _ask(what, number, headers))
            if what.every:
                await asyncio.sleep(max(0.0, what.every - (perf_counter() - began)))

    began = perf_counter()
    apart = what.every / what.clients
    await asyncio.gather(*(client(apart * each) for each in range(what.clients)))
    return Visited(perf_counter() - began, took)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(asdict(asyncio.run(_all(Visit(**asked)))), sys.stdout)
