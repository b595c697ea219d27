"""Programs of their own in this test's database."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection

from config.env import BASE_DIR
from tests.servers import product_environment


def begin(program: str) -> subprocess.Popen[str]:
    """Start a program, given as its text, with Django set up; its output comes through a pipe."""
    return subprocess.Popen(
        _command(program), stdout=subprocess.PIPE, text=True, env=environment(), cwd=BASE_DIR
    )


def run(program: str) -> subprocess.CompletedProcess[str]:
    """Run one to its end, and give what it wrote and complained."""
    return subprocess.run(
        _command(program),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
        cwd=BASE_DIR,
    )


def _command(program: str) -> list[str]:
    return [sys.executable, "-c", f"import django; django.setup()\n{program}"]


def environment() -> dict[str, str]:
    """What a program needs to work in this test's database."""
    database = connection.settings_dict["NAME"]
    return product_environment(
        DATABASE_URL=os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database}",
        REDIS_URL=os.environ["REDIS_URL"],
        DJANGO_SETTINGS_MODULE="config.settings",
        SECRET_KEY=settings.SECRET_KEY,
        PYTHONPATH=str(BASE_DIR),
    )
