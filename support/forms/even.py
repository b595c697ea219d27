"""As long for one as for another: what somebody asks must not tell whom we know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


@contextmanager
def evenly() -> Iterator[None]:
    """Take a set time over what is done within, where that takes less: what is done for somebody
    whom we know takes some milliseconds longer, and nobody must read that off.
    """
    until = time.monotonic() + settings.FORM_EVENLY.total_seconds()
    yield
    time.sleep(max(0.0, until - time.monotonic()))
