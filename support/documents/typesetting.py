"""PDF files: data typeset by Typst in a process of its own, so that no web process grows by it.

Run as a script it is that process: a request as a line of JSON on standard input, for each of them
the length of what came of it, whether that is a PDF, and then the PDF or what went wrong.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2] / "templates" / "pdf"
PATIENCE = 30  # seconds
_HEAD = struct.Struct(">I?")


class TypesettingError(Exception):
    """The PDF could not be made; the text says why, for the log."""


def pdf(name: str, data: Mapping[str, object]) -> bytes:
    """The template templates/pdf/<name>.typ with data as a PDF. TypesettingError if it fails.

    Data never is markup: the template reads it as JSON. `created` in it, a moment in seconds, is
    when the file says that it was made: then the same data is the same PDF, byte for byte.
    """
    for made in pdfs(name, [data]):
        if isinstance(made, TypesettingError):
            raise made
        return made
    raise TypesettingError("nothing was typeset")


def picture(name: str, data: Mapping[str, object]) -> bytes:
    """The first page of the same as a PNG, to be looked at. TypesettingError if it fails."""
    with _process() as process:
        made = _typeset_by(process, {"name": name, "data": data, "picture": True})
    if isinstance(made, TypesettingError):
        raise made
    return made


def pdfs(name: str, many: Iterable[Mapping[str, object]]) -> Iterator[bytes | TypesettingError]:
    """The same for many, one after the other in one process. What fails is given as its error, and
    the others go on.
    """
    waiting = iter(many)
    for first in waiting:
        with _process() as process:
            data: Mapping[str, object] | None = first
            while data is not None:
                made = _typeset_by(process, {"name": name, "data": data})
                yield made
                data = next(waiting, None) if process.poll() is None else None


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(Path(__file__).resolve())]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _typeset_by(
    process: subprocess.Popen[bytes], request: Mapping[str, object]
) -> bytes | TypesettingError:
    if process.stdin is None or process.stdout is None:
        return TypesettingError("the process has no pipes")
    timer = Timer(PATIENCE, process.kill)
    timer.start()
    try:
        process.stdin.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        process.stdin.flush()
        head = process.stdout.read(_HEAD.size)
        if len(head) == _HEAD.size:
            length, fine = _HEAD.unpack(head)
            made = process.stdout.read(length)
            if len(made) == length:
                return made if fine else TypesettingError(made.decode(errors="replace")[-2000:])
    except BrokenPipeError:
        pass
    finally:
        timer.cancel()
    process.kill()
    process.wait()
    return TypesettingError(f"not done in {PATIENCE} seconds, or its process ended")


def _typeset(source: IO[bytes], target: IO[bytes]) -> None:
    import typst

    compilers: dict[str, object] = {}
    for line in source:
        request = json.loads(line)
        path = str(ROOT / f"{request['name']}.typ")
        try:
            if path not in compilers:
                compilers[path] = typst.Compiler(path, root=str(ROOT), ignore_system_fonts=True)
            compiled = _drawn if request.get("picture") else _compiled
            made, fine = compiled(compilers[path], request["data"]), True
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others go on
            made, fine = str(error).encode(), False
        target.write(_HEAD.pack(len(made), fine) + made)
        target.flush()


def _drawn(compiler: Any, data: Mapping[str, object]) -> bytes:
    asked = {"data": json.dumps(data, ensure_ascii=False)}
    pages = compiler.compile(format="png", ppi=72, sys_inputs=asked)
    return bytes(pages[0] if isinstance(pages, list) else pages)


def _compiled(compiler: Any, data: Mapping[str, object]) -> bytes:
    return bytes(
        compiler.compile(
            format="pdf",
            # Read aloud as well as seen (PDF/UA), and kept for long with its data inside (PDF/A).
            pdf_standards=["ua-1", "a-3a"],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=data.get("created"),
        )
    )


if __name__ == "__main__":
    _typeset(sys.stdin.buffer, sys.stdout.buffer)
