#!/usr/bin/env python
"""Django's command line for Werkdag."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if sys.argv[1:] == ["up"]:  # which stays, and holds as little as it can
            from config import up

            sys.exit(up.main())
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError:
        sys.exit(
            "Werkdag's packages are not installed here: run 'make setup' or use .venv/bin/python"
        )
    from config.translations import compile_stale

    compile_stale()
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads them all
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"Werkdag's settings are not right: {error}")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        reason = str(error).splitlines()[0]
        print(f"The database does not answer ({reason}). `make up` runs one.", file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL)  # 1 would say that the command found something


if __name__ == "__main__":
    main()
