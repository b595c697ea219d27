"""Makes .venv and installs a lock file into it; does nothing when that has been done already.

Run by the Makefile with whatever Python the machine has, so the syntax stays old and only the
standard library is used: python3 bootstrap.py requirements.lock
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "werkdag-setup.json")


def main(lock):
    """Have everything that `lock` names in .venv."""
    if sys.version_info < OLDEST:
        use_newer_python()
    with open(os.path.join(HERE, lock), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    stamp = read_stamp()
    if not works(PYTHON) or stamp.get("python") != this_python():
        stamp = {"python": this_python(), "locks": {}}
        if not matches():
            make_venv()
    if stamp["locks"].get(lock) != digest:
        install(lock)
        stamp["locks"][lock] = digest
        with open(STAMP, "w") as file:
            json.dump(stamp, file)


def use_newer_python():
    """Go on with a newer Python of this machine, or say that there is none."""
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found:
            os.execv(found, [found] + sys.argv)
    sys.exit(
        "Werkdag needs Python %d.%d or newer; this is %s. If there is one: PYTHON=/path/to/it make"
        % (OLDEST + (sys.version.split()[0],))
    )


def this_python():
    """What a virtual environment depends on: another version or place needs a new one."""
    return "%d.%d in %s" % (sys.version_info[0], sys.version_info[1], sys.base_prefix)


def read_stamp():
    """What was installed before."""
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def works(python):
    """Whether that Python is there and is more than a dangling link."""
    return os.access(python, os.X_OK)


def matches():
    """Whether .venv, however it came about, belongs to this Python and has a working pip."""
    ask = "import sys, pip; print('%d.%d in %s' % (sys.version_info[:2] + (sys.base_prefix,)))"
    if not works(PYTHON):
        return False
    answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True)
    return answer.returncode == 0 and answer.stdout.strip() == this_python()


def make_venv():
    """Make .venv anew."""
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out of its plain Python
        import venv  # noqa: F401
    except ImportError:
        sys.exit("Python cannot make a virtual environment: apt-get install python3-venv")
    say("making a virtual environment with Python %s ..." % sys.version.split()[0])
    # Not from within .venv itself, which is about to be emptied.
    base = getattr(sys, "_base_executable", None) or sys.executable
    answer = subprocess.run([base, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if answer.returncode != 0:
        sys.exit("The virtual environment could not be made:\n%s" % (answer.stdout + answer.stderr))


def install(lock):
    """Install with hashes and ready-made packages only, counting along."""
    with open(os.path.join(HERE, lock)) as file:
        total = sum(1 for line in file if "==" in line and not line.startswith((" ", "#")))
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:"]
    command += ["--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    process = subprocess.Popen(
        command + ["-r", os.path.join(HERE, lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    said, seen = [], 0
    for line in process.stdout:
        said.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            seen += 1
            if sys.stdout.isatty():
                say("\rfetching packages: %d of %d " % (seen, total), end="")
            elif seen % 20 == 1:
                say("fetching packages: %d of %d" % (seen, total))
        elif line.startswith("Installing collected"):
            say("%sinstalling them ..." % ("\r" if sys.stdout.isatty() else ""))
    if process.wait() != 0:
        sys.exit(
            "\n%s\n\nThe packages of %s could not be installed: pip's last words are above. "
            "Check the network and that the file is as it was in the repository, then try again."
            % ("\n".join(said[-12:]), lock)
        )


def say(text, end="\n"):
    """Tell how far it is."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("\nStopped; run it again to go on.")
