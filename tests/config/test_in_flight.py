"""Tests of pages wait until the server is idle before the database is emptied."""

from threading import Thread

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIHandler

from tests.in_flight import InFlight


def test_it_waits_for_what_was_asked_and_for_nothing_else() -> None:
    counted = InFlight()
    assert counted.wait(0)
    counted.began(WSGIHandler)
    counted.began(BaseHandler)
    assert not counted.wait(0)
    answering = Thread(target=counted.ended, args=[WSGIHandler])
    answering.start()
    assert counted.wait()
    answering.join()
