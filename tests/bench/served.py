"""The product's settings with a bare page beside its own: what the benches of pages serve."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.bare"
