"""The web application, as a WSGI server loads it."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("WERKDAG_ROLE", "web")
application = get_wsgi_application()
# The code of every page: else the first visitor of each process would wait for it.
import_module(settings.ROOT_URLCONF)
