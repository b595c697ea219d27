"""How gunicorn serves the web application. Started as: gunicorn -c python:config.gunicorn."""

import os
import signal
from typing import Any

from config.processes import die_with_parent, keep_what_is_read

wsgi_app = "config.wsgi"
bind = f"{os.environ.get('WERKDAG_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# Read once, before the first visitor comes, and shared by the processes.
preload_app = True
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4  # as many as the database pool of a process holds connections
# A kept connection stays with the process that took it: one of two would do most of the work.
keepalive = 0
timeout = 60
graceful_timeout = 10
control_socket_disable = True
# No access log: the paths of one-time sign-in links are secrets. The proxy keeps its own.
accesslog = None


def pre_fork(_server: Any, _worker: Any) -> None:
    """The application is read by now."""
    keep_what_is_read()


def post_fork(_server: Any, _worker: Any) -> None:
    """A web process whose master was killed with -9 gives up the port at once."""
    die_with_parent(signal.SIGKILL)
