"""The floors of the house: import-linter holds them, and goes red when somebody climbs."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR

_LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(_LINTER), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for package in ("config", "support", "sla", "tickets"):
        shutil.copytree(
            BASE_DIR / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(BASE_DIR / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_as_it_stands_is_clean(house: Path) -> None:
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("tickets/planted.py", "import sla.apps"),
        ("sla/planted.py", "from support import apps"),
        ("support/planted.py", "import config.settings"),
        ("sla/engine/planted.py", "from django.db import models"),
        ("sla/engine/planted.py", "import tickets.apps"),
    ],
)
def test_a_planted_import_turns_the_linter_red(house: Path, file: str, line: str) -> None:
    (house / file).write_text(line + "\n")
    answer = lint(house)
    assert answer.returncode != 0
    assert "BROKEN" in answer.stdout


def test_the_engine_imports_the_standard_library_and_holidays_only() -> None:
    allowed = {*sys.stdlib_module_names, "holidays"}
    for source in sorted((BASE_DIR / "sla" / "engine").rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if node.level == 0 else ["sla.engine"]
            for name in names:
                inside = name == "sla.engine" or name.startswith("sla.engine.")
                assert inside or name.split(".")[0] in allowed, f"{source} imports {name}"
