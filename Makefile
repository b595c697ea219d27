# Werkdag: `make up` runs it, `make test` tests it. Needs only Python 3.11 or newer and make.
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=
AT ?= 2026-12-27T23:30+01:00
# Compiled code is kept whatever the shell says: workers, and the programs that tests start, read it.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PY) -m pytest
# One worker more than there are processors: while a test waits, another goes on. A file stays with
# one, so that what its tests share is made once.
SPREAD := -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder
PRODUCTION := WERKDAG_ORIGIN=https://desk.example.nl EMAIL_URL=smtp+tls://u:p@mail.example.nl:587 \
	SECRET_KEY=only-for-this-check-$(shell date +%s%N)-0123456789abcdefghijklmnopqrstuvwxyz

# Where every branch is gone both ways.
WHOLE := sla/engine/*

.DEFAULT_GOAL := help
.PHONY: help setup dev up reload test coverage shuffled elsewhen fast check types lint layers settings demo migrate lock messages bench screenshots audit

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) bootstrap.py requirements.lock requirements-bundled.lock

dev:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) bootstrap.py requirements-dev.lock

up: setup ## run everything: database, web, workers (PORT=8001 for another port; Ctrl-C stops)
	@$(PY) manage.py up

reload: setup ## put the code and settings of now to work in a running `make up`, without a pause
	@$(PY) manage.py reload

test: dev ## run all tests on their own database (ARGS="-k word" for some)
	@$(PYTEST) $(SPREAD) $(ARGS)

coverage: dev ## the same, measured; red below the floors (a third slower)
	@rm -rf var/coverage && mkdir -p var/coverage
	@PYTHONDONTWRITEBYTECODE= $(PY) -m coverage run -m pytest $(SPREAD) $(ARGS)
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage report
	@$(PY) -m coverage report --include="$(WHOLE)" --fail-under 100

shuffled: dev ## run the tests that need no browser in another order, which is printed
	@$(PYTEST) $(SPREAD) -m "not browser" --random-order $(ARGS)

elsewhen: dev ## run them as if it were another moment (AT=2026-12-27T23:30+01:00)
	@$(PYTEST) $(SPREAD) -m "not browser" --at $(AT) $(ARGS)

fast: dev ## run the tests that need no browser
	@$(PYTEST) $(SPREAD) -m "not browser" $(ARGS)

check: dev ## lint, format, types, layers, templates, scripts and styles, migrations, production settings
	@$(MAKE) --no-print-directory -j2 --output-sync=target types lint layers settings

types:
	$(PY) -m mypy

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/djhtml --check --tabwidth 2 templates
	.venv/bin/biome ci --error-on-warnings --no-errors-on-unmatched

layers:
	.venv/bin/lint-imports

settings:
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

demo: setup ## write the demo data into the database
	@$(PY) manage.py with_servers demo

migrate: setup ## bring the database up to date
	@$(PY) manage.py with_servers migrate

audit: setup ## derive every clock again and show differences
	@$(PY) manage.py with_servers sla_audit

bench: dev ## measure the engine and the pages, each beside a reference of the same run
	@$(PY) -m tests.bench

screenshots: dev ## take the README's pictures
	@$(PY) -m tests.screenshots

messages: dev ## collect the texts to translate into locale/ (needs gettext's tools)
	@$(PY) manage.py makemessages --locale nl --no-wrap --no-location --ignore ".venv*" --ignore var

lock: dev ## resolve requirements*.in into requirements*.lock (production's, the bundled servers', ours)
	@$(PY) -m pip install --quiet uv
	@for name in requirements requirements-bundled requirements-dev; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-emit-find-links --no-header $(ARGS) \
			$$(test $$name != requirements-dev || echo "-c requirements.lock -c requirements-bundled.lock") \
			$$name.in -o $$name.lock || exit 1; \
	done
