"""The bundled servers: they start, refuse a second keeper, and lose nothing to kill -9."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config import home
from config.embedded import Held, Postgres, Valkey
from config.home import Home, Unavailable
from tests.servers import run_folder


@pytest.fixture
def place() -> Iterator[Home]:
    folder = run_folder() / f"embedded-{os.getpid()}"
    home.open_folder(folder)
    place = home.choose(folder)
    yield place
    shutil.rmtree(place.path)


def postgres_in(place: Home) -> Postgres:
    return Postgres(place, log=place.path / "postgres.log")


def rows(place: Home, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(host=str(place.sockets), user="postgres", dbname="werkdag") as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_postgres_keeps_every_row_through_kill_9_and_starts_again(place: Home) -> None:
    first = postgres_in(place)
    first.start()
    rows(place, "CREATE TABLE kept AS SELECT generate_series(1, 100) AS n")
    assert first.process is not None
    first.process.kill()
    first.process.wait()

    first.start()  # by the same keeper, as the supervisor does
    assert rows(place, "SELECT count(*) FROM kept") == [(100,)]
    first.stop()

    second = postgres_in(place)  # and by the next one
    second.start()
    assert rows(place, "SELECT upper('één'), count(*) FROM kept") == [("ÉÉN", 100)]
    second.stop()


def test_a_keeper_that_is_killed_takes_its_server_along_and_the_next_start_works(
    place: Home,
) -> None:
    script = (
        "import pathlib, sys; from config import home; from config.embedded import Postgres\n"
        "p = home.choose(pathlib.Path(sys.argv[1]))\n"
        "s = Postgres(p, log=p.path / 'postgres.log'); s.start(); print('up', flush=True)\n"
        "sys.stdin.read()"
    )
    keeper = subprocess.Popen(
        [sys.executable, "-c", script, str(place.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert keeper.stdout is not None
    assert keeper.stdin is not None
    assert keeper.stdout.readline() == b"up\n"

    server = postgres_in(place)
    with pytest.raises(Held) as refusal:
        server.start()
    assert f"process {keeper.pid}" in refusal.value.note

    keeper.send_signal(signal.SIGKILL)
    keeper.wait()
    keeper.stdin.close()
    keeper.stdout.close()
    server.start()
    assert rows(place, "SELECT 1") == [(1,)]
    server.stop()


def test_leftover_pid_files_that_name_a_stranger_do_not_stop_a_start(place: Home) -> None:
    server = postgres_in(place)
    server.start()
    server.stop()
    stranger = f"{os.getpid()}\n"
    (server.data / "postmaster.pid").write_text(stranger)
    (place.sockets / ".s.PGSQL.5432.lock").write_text(stranger)

    server.start()
    assert server.running
    server.stop()


def test_valkey_keeps_its_work_and_starts_without_data_that_it_cannot_read(place: Home) -> None:
    server = Valkey(place, log=place.path / "valkey.log")
    client = redis.Redis(unix_socket_path=str(place.sockets / "valkey.sock"))
    server.start()
    client.set("work", "kept")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start()
    assert client.get("work") == b"kept"
    server.stop()

    (server.data / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    server.start()
    assert client.get("work") is None
    client.close()
    server.stop()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of somebody else")
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(Unavailable, match="belongs to user 12345"):
        home.private_folder(tmp_path, None)


def test_a_long_path_gets_short_sockets() -> None:
    deep = Path("/tmp") / ("long" * 30)
    assert len(str(home.choose(deep).sockets / ".s.PGSQL.5432")) < 108
