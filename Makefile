# Werkdag: `make up` runs it, `make test` tests it. Needs only Python 3.11 or newer and make.
PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=
PRODUCTION := WERKDAG_ORIGIN=https://desk.example.nl EMAIL_URL=smtp+tls://u:p@mail.example.nl:587 \
	SECRET_KEY=only-for-this-check-$(shell date +%s%N)-0123456789abcdefghijklmnopqrstuvwxyz

.DEFAULT_GOAL := help
.PHONY: help setup dev up test fast check demo migrate lock messages bench screenshots audit

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) bootstrap.py requirements.lock

dev:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) bootstrap.py requirements-dev.lock

up: setup ## run everything: database, web, workers (PORT=8001 for another port; Ctrl-C stops)
	@$(PY) manage.py up

test: dev ## run all tests on their own database (ARGS="-k word" for some)
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

fast: dev ## run the tests that need no browser
	@$(PY) -m pytest -n 2 --dist worksteal -m "not browser" $(ARGS)

check: dev ## lint, format, types, layers, migrations, production settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
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

lock: dev ## resolve requirements*.in into requirements*.lock
	@$(PY) -m pip install --quiet uv
	@for name in requirements requirements-dev; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-emit-find-links --no-header $(ARGS) \
			$$(test $$name = requirements || echo "-c requirements.lock") \
			$$name.in -o $$name.lock || exit 1; \
	done
