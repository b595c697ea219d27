"""The product's settings, with the tests' own servers and a few shortcuts."""

import os
from datetime import timedelta

from jinja2 import FileSystemBytecodeCache

from config.translations import compile_stale
from tests.servers import settle_addresses, share

for _name in ("EMAIL_URL", "WERKDAG_ORIGIN", "PORT", "DEBUG", "SECRET_KEY", "WERKDAG_ROLE"):
    os.environ.pop(_name, None)  # what the developer's shell has set is not tested
settle_addresses()
compile_stale()

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES, TEMPLATES  # noqa: E402

# Without a manifest: tests need no collectstatic.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Compiled once a run and not by each process.
TEMPLATES[0]["OPTIONS"]["bytecode_cache"] = FileSystemBytecodeCache(str(share("templates")))
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TICKET_NUMBERS = "in-a-row"
# Tests are quicker than people, and report more often.
FORM_QUICKEST = timedelta(0)
FORM_EVENLY = timedelta(0)
REPORTS_PER_VISITOR = REPORTS_PER_ADDRESS = 1000
# Tests that are about it look anew on each page (tests/conftest.py supposes that all is well).
STANDING_FRESH = timedelta(hours=1)
