"""PDF files: data typeset by Typst in a process of its own, so that no web process grows by it.

Run as a script it is that process: a request as JSON on standard input, the PDF on standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2] / "templates" / "pdf"
PATIENCE = 30  # seconds


class TypesettingError(Exception):
    """The PDF could not be made; the text says why, for the log."""


def pdf(name: str, data: Mapping[str, Any]) -> bytes:
    """The template templates/pdf/<name>.typ with data as a PDF. TypesettingError if it fails.

    Data never is markup: the template reads it as JSON.
    """
    request = json.dumps({"name": name, "data": data}, ensure_ascii=False)
    command = [sys.executable, str(Path(__file__).resolve())]
    try:
        done = subprocess.run(
            command, input=request.encode(), capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.CalledProcessError as error:
        raise TypesettingError(error.stderr.decode(errors="replace")[-2000:]) from error
    except subprocess.TimeoutExpired as error:
        raise TypesettingError(f"not done in {PATIENCE} seconds") from error
    return done.stdout


def _typeset() -> None:
    import typst

    request = json.load(sys.stdin.buffer)
    made = typst.compile(
        str(ROOT / f"{request['name']}.typ"),
        root=str(ROOT),
        format="pdf",
        ignore_system_fonts=True,
        # Read aloud as well as seen (PDF/UA), and kept for long with its data inside (PDF/A).
        pdf_standards=["ua-1", "a-3a"],
        sys_inputs={"data": json.dumps(request["data"], ensure_ascii=False)},
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _typeset()
