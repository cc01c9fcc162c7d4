# `make help` lists what can be made. What it installs and stores lives in .venv, node_modules and .data.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
BIN := .venv/bin

.PHONY: help demo test test-slow lint format assets lock clean

help:
	@echo "make demo [PORT=8000] [RESET=1]   try the platform; RESET=1 begins with fresh data"
	@echo "make test [ARGS='tests/forms']    run the tests, on a PostgreSQL of their own or on DATABASE_URL"
	@echo "make test-slow                    whole rounds and years in a browser, rehearsals of all tasks, crashes"
	@echo "make lint                         formatting, types, direction of imports, missing migrations"
	@echo "make format                       let ruff put the formatting right"
	@echo "make assets                       build what the browser is given"
	@echo "make lock                         bring the lock files up to date"
	@echo "make clean                        remove .venv, node_modules and what was built; .data stays"

demo: .venv/stamp
	@$(BIN)/tongchou demo --port $(PORT) $(if $(filter-out 0,$(RESET)),--reset)

test: .venv/stamp assets
	@$(BIN)/pytest -n 2 -m "not slow" $(ARGS)

test-slow: .venv/stamp assets
	@$(BIN)/pytest -n 2 -m slow $(ARGS)

lint: .venv/stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	PYTHONWARNINGS=ignore $(BIN)/tongchou manage makemigrations --check --dry-run --skip-checks

format: .venv/stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

assets: .venv/stamp
	@$(BIN)/tongchou assets

lock: .venv/stamp
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" -o requirements/base.txt requirements/base.in
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" -o requirements/dev.txt requirements/dev.in
	$(BIN)/npm install --package-lock-only --omit-lockfile-registry-resolved

clean:
	rm -rf .venv node_modules build src/tongchou/web/static/vendor .mypy_cache .ruff_cache .pytest_cache

# The stamp is written last, so an interrupted installation is done again.
.venv/stamp: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Tongchou needs Python 3.11 or later, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true)."; \
		echo "Name another one: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "'$(PYTHON)' has no venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the Python packages into .venv (once; about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
