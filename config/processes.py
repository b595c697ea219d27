"""Starting child processes that never outlive whoever started them."""

import contextlib
import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

_PR_SET_PDEATHSIG, _PR_SET_NAME, _PR_SET_CHILD_SUBREAPER = 1, 15, 36
_LOG_BYTES = 10 * 1024 * 1024
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def die_with_parent(signum: signal.Signals = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Have the kernel send this process `signum` when its parent dies. Linux only, else nothing.

    parent: its number, where it may have died before this was said: then this one ends too.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signum))
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def can_adopt() -> bool:
    """Whether `adopt_orphans` does anything here."""
    return _libc is not None


def adopt_orphans() -> None:
    """Have whoever descends from this process become its child when what is between them ends."""
    if _libc is not None:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def bury_strangers(known: Collection[int | None]) -> None:
    """Take note of the end of adopted children that nobody here asks after; the kernel keeps them
    until then.
    """
    with contextlib.suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid in known:
                return  # whoever asks after it comes first
            os.waitpid(ended.si_pid, 0)


def call_it(name: str) -> None:
    """Have this process, and what it forks, go by that name in lists of processes."""
    if _libc is not None:
        _libc.prctl(_PR_SET_NAME, name.encode())


def keep_what_is_read() -> None:
    """What a process read to begin with stays for good: the collector need not walk it each turn.

    Called before it forks, so that its children share those pages with it.
    """
    gc.collect()
    gc.freeze()


def _before_exec(parent: int, signum: signal.Signals) -> Callable[[], None]:
    def run() -> None:
        die_with_parent(signum, parent=parent)

    return run


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    log: Path | None,
    death_signal: signal.Signals,
    cwd: Path,
    user: int | None = None,
    group: int | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own, its output appended to `log`, else going with ours.

    Call it from the main thread: the kernel ties `death_signal` to the thread that forked.
    """
    with contextlib.nullcontext() if log is None else opened(log) as out:
        return subprocess.Popen(
            [str(part) for part in argv],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=None if out is None else subprocess.STDOUT,
            start_new_session=True,
            # Runs after the change of user: that change would clear the death signal.
            preexec_fn=_before_exec(os.getpid(), death_signal),  # noqa: PLW1509
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            pass_fds=pass_fds,
        )


def opened(log: Path) -> BinaryIO:
    """A log to append to; one that grew long is put aside."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab")


def kill_group(pid: int, signum: signal.Signals) -> None:
    """Send `signum` to every process left in the session that this one began."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signum)


def last_lines(log: Path, count: int = 8) -> list[str]:
    """The last lines of a log file, for a message about what went wrong."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except OSError:
        return []
