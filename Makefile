.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

release: .venv/ready ## set up, build the newest edition from the archive, say where it is
	@$(BIN)/mirrors build

test: .venv/ready ## set up and run the tests
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: .venv/ready ## lint, layers, generated documents current
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mirrors docs --check

docs: .venv/ready ## write the generated documents anew
	@$(BIN)/mirrors docs

atlas: .venv/ready ## write the site of the newest release and serve it on this machine
	@$(BIN)/mirrors atlas --serve

dev: .venv/ready ## Dagster's page, on this machine only
	@mkdir -p .dagster && cp dagster.yaml .dagster/dagster.yaml
	@DAGSTER_HOME="$(CURDIR)/.dagster" $(BIN)/dagster dev --host 127.0.0.1

lock: ## write requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --no-strip-extras --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --quiet --output-file requirements.lock

clean: ## remove what builds made, keep the archive
	rm -rf data/processed .dagster .pytest_cache .ruff_cache

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..." >&2; exit 2; }
	@echo "Setting up .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch .venv/ready

.PHONY: release test check docs atlas dev lock clean help
