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
    """Start a program, given as its text, with Django set up; it talks through pipes."""
    database = connection.settings_dict["NAME"]
    environment = product_environment(
        DATABASE_URL=os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database}",
        REDIS_URL=os.environ["REDIS_URL"],
        DJANGO_SETTINGS_MODULE="config.settings",
        SECRET_KEY=settings.SECRET_KEY,
        PYTHONPATH=str(BASE_DIR),
    )
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{program}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=BASE_DIR,
    )


def run(program: str) -> tuple[int, str, str]:
    """Run a program to its end: its exit code, what it wrote, and its complaints."""
    with begin(program) as process:
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err
