"""How gunicorn serves the web application. Started as: gunicorn -c python:config.gunicorn."""

import os
import signal
from contextlib import suppress
from typing import Any

from config.processes import die_with_parent, keep_what_is_read

wsgi_app = "config.wsgi"
# Whoever started us holds the port, or we do; see config.programs.
_port = f"{os.environ.get('WERKDAG_BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
_given = os.environ.get("WERKDAG_LISTEN_FD")
bind = f"fd://{_given}" if _given else _port
# Read once, before the first visitor comes, and shared by the processes.
preload_app = True
# Threads for work alone: who sends or reads slowly holds none of them.
worker_class = "config.web_worker.Worker"
sendfile = False
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4  # as many as the database pool of a process holds connections
# How long a head may be, config.lines says, for all of it together: a page of gunicorn's own, in
# place of ours, is nothing that the API has told of.
limit_request_line = limit_request_field_size = 0
limit_request_fields = 32768
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


def post_worker_init(_worker: Any) -> None:
    """A process can serve: say so to whoever waits for it to take another's place."""
    with suppress(KeyError, OSError):  # nobody waits, or nobody any more
        os.write(int(os.environ["WERKDAG_READY_FD"]), b"x")


def post_fork(_server: Any, _worker: Any) -> None:
    """A web process whose master was killed with -9 gives up the port at once."""
    die_with_parent(signal.SIGKILL)
