#!/usr/bin/env python
"""Django's command line for Werkdag."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Werkdag's packages are not installed here: run 'make setup' or use .venv/bin/python"
        )
    from config.translations import compile_stale

    compile_stale()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
