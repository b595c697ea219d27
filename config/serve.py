"""`python -m config.serve`: the web server where systemd or Docker look after processes.

Holds the port, and puts fresh web processes beside the old ones when it is told to (SIGHUP), so
that no visitor finds it closed. A socket that systemd holds (werkdag-web.socket) stays open even
while this itself is started again.
"""

import os
import signal
import socket
import sys
import time
from types import FrameType

from config.programs import Web, listen, say

_FIRST_GIVEN = 3


def main() -> int:
    """Serve until somebody ends it; 1 when the web server ended by itself."""
    try:
        web = Web(_listening(), log=None)
    except OSError as error:
        say(f"there is no port to serve on: {error}")
        return 1
    asked: list[int] = []

    def note(signum: int, _frame: FrameType | None) -> None:
        asked.append(signum)

    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, note)
    web.start()
    while web.running:
        signum = asked.pop(0) if asked else None
        if signum == signal.SIGHUP:
            web.renew()
        elif signum is not None:
            web.stop(hurry=lambda: bool(asked))
            return 0
        web.look()
        time.sleep(0.1)
    web.stop(hurry=lambda: True)
    return 1


def _listening() -> socket.socket:
    """The socket that systemd gave us, else one of our own."""
    if os.environ.pop("LISTEN_PID", "") == str(os.getpid()) and os.environ.pop("LISTEN_FDS", ""):
        return socket.socket(fileno=_FIRST_GIVEN)
    return listen(os.environ.get("WERKDAG_BIND", "127.0.0.1"), int(os.environ.get("PORT", "8000")))


if __name__ == "__main__":
    sys.exit(main())
