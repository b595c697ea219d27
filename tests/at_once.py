"""Things done at the same moment, in real threads with connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def together(*acts: Callable[[], object]) -> list[object]:
    """Do things in threads that start at the same moment; gives what each returned or raised."""
    start = Barrier(len(acts))

    def act(do: Callable[[], object]) -> object:
        start.wait(timeout=10)
        try:
            return do()
        except Exception as error:  # noqa: BLE001 - the test judges what each raised
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))
