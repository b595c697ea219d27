"""Makes .venv and installs lock files into it; does nothing when that has been done already.

Run by the Makefile with whatever Python the machine has: only the standard library, and no syntax
newer than Python 3.6, which can then say clearly that it is too old.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "werkdag-setup.json"


def main(locks: list[str]) -> None:
    """Have everything that the locks name in .venv."""
    if sys.version_info[:2] < OLDEST:
        use_newer_python()
    stamp = read_stamp()
    if not os.access(str(PYTHON), os.X_OK) or stamp.get("python") != this_python():
        stamp = {"python": this_python(), "locks": {}}
        if not fits():
            make_venv()
    for lock in locks:
        digest = hashlib.sha256((HERE / lock).read_bytes()).hexdigest()
        if stamp["locks"].get(lock) != digest:
            install(lock)
            stamp["locks"][lock] = digest
            STAMP.write_text(json.dumps(stamp))


def use_newer_python() -> None:
    """Go on with a newer Python of this machine, or say that there is none."""
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - the same script, a newer Python
    sys.exit(
        f"Werkdag needs Python 3.{OLDEST[1]} or newer and this is {sys.version.split()[0]}. "
        "If there is a newer one: make up PYTHON=/path/to/python3"
    )


def this_python() -> str:
    """What a virtual environment depends on: another version or place needs a new one."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} in {sys.base_prefix}"


def read_stamp() -> dict:
    """What was installed before."""
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def fits() -> bool:
    """Whether .venv, however it came about, belongs to this Python and has a working pip."""
    ask = "import sys, pip; print(*sys.version_info[:2], sep='.', end=f' in {sys.base_prefix}')"
    if not os.access(str(PYTHON), os.X_OK):
        return False
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout == this_python()


def make_venv() -> None:
    """Make .venv anew."""
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out of its plain Python
        import venv  # noqa: F401
    except ImportError:
        sys.exit("Python cannot make a virtual environment here: apt-get install python3-venv")
    say(f"making a virtual environment with Python {sys.version.split()[0]} …")
    # Not from within .venv itself, which is about to be emptied.
    base = getattr(sys, "_base_executable", None) or sys.executable
    command = [base, "-m", "venv", "--clear", str(VENV)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"The virtual environment could not be made:\n{answer.stdout}{answer.stderr}")


def install(lock: str) -> None:
    """Install with hashes and ready-made packages only, counting along."""
    lines = (HERE / lock).read_text().splitlines()
    total = sum(1 for line in lines if "==" in line and not line.startswith((" ", "#")))
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    command += ["--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    process = subprocess.Popen(
        [*command, "-r", str(HERE / lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    seen = 0
    for line in process.stdout or ():
        said.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            seen += 1
            if sys.stdout.isatty():
                say(f"\rfetching packages: {seen} of {total} ", end="")
            elif seen % 20 == 1:
                say(f"fetching packages: {seen} of {total}")
        elif line.startswith("Installing collected"):
            say("\ninstalling them …" if sys.stdout.isatty() else "installing them …")
    if process.wait() != 0:
        words = "\n".join(said[-12:])
        sys.exit(
            f"\n{words}\n\nThe packages of {lock} could not be installed; pip's last words are "
            "above. Check the network and that the file is as it was in the repository, then "
            "run the same command again."
        )


def say(text: str, end: str = "\n") -> None:
    """Tell how far it is."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("\nStopped; run it again to go on.")
