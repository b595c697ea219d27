"""The floors of the house: import-linter holds them, and goes red when somebody climbs."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
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


def test_every_planted_import_turns_the_linter_red(house: Path) -> None:
    planted = {
        "tickets.planted": "sla.apps",
        "sla.planted": "support.apps",
        "support.planted": "config.settings",
        "sla.engine.planted": "django.db.models",
        "sla.engine.planted_too": "tickets.apps",
        "support.desk.planted": "support.workspace.forms",
        "support.mail.planted": "support.desk.letters",
        "support.webhooks.planted": "support.standing.states",
        "support.canned.planted": "support.intake.html",  # of one floor
    }
    for module, asked in planted.items():
        (house / f"{module.replace('.', '/')}.py").write_text(f"import {asked}\n")
    answer = lint(house)
    assert answer.returncode != 0
    # What is outside the house is known by its first name.
    told = {
        module: asked if asked[:6] != "django" else "django" for module, asked in planted.items()
    }
    named = [module for module, asked in told.items() if f"{module} -> {asked}" in answer.stdout]
    assert named == list(planted), answer.stdout


def test_a_room_without_a_floor_turns_the_linter_red(house: Path) -> None:
    room = house / "support" / "a_room_without_a_floor"
    room.mkdir()
    (room / "__init__.py").touch()
    answer = lint(house)
    assert answer.returncode != 0
    assert "a_room_without_a_floor" in answer.stdout


def test_a_page_asks_no_other_rooms_page() -> None:
    pages = {
        f"support.{addresses.parent.name}.{name}"
        for addresses in (BASE_DIR / "support").glob("*/urls.py")
        if addresses.parent.name
        != "api"  # its views are no pages, and webhooks say it in its words
        for name in set(re.findall(r"\bpath\(\s*\"[^\"]*\",\s*(\w+)\.", addresses.read_text()))
    }
    assert len(pages) > 20
    for source in sorted((BASE_DIR / "support").glob("*/*.py")):
        room = source.parent.name
        asked = set(_imported(ast.parse(source.read_text()))) & pages
        others = {page for page in asked if page.split(".")[1] != room}
        assert not others, f"{source} asks {others}"


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


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
