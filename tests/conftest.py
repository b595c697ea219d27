"""Starts this run's servers, and gives browser tests a page."""

import os

import pytest

from tests.servers import Servers

pytest_plugins = ["tests.browser_page", "tests.dovecot"]
_servers = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the process that the person started."""
    if "PYTEST_XDIST_WORKER" in os.environ or config.option.collectonly:
        return
    servers = Servers()
    config.stash[_servers] = servers
    servers.start()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Do not drop the databases at the end: their server goes, with all it has."""
    return True


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, however the run ended."""
    servers = config.stash.get(_servers, None)
    if servers is not None:
        servers.stop()
