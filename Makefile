# `make` explains itself; `make run` and `make test` are the two commands that most people need.
PYTHON ?= $(shell for v in 3.13 3.12 3.11; do command -v python$$v >/dev/null 2>&1 && python$$v -c '' 2>/dev/null && echo python$$v && break; done || echo python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
# uv trusts the system's certificates; where it cannot reach the registry, pip with its own configuration may.
export UV_SYSTEM_CERTS ?= 1
INSTALL = sh -c '$(BIN)/uv pip install --quiet --python $(BIN)/python "$$@" || $(BIN)/python -m pip install --quiet "$$@"' -
COMPILE = uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
          --no-annotate --custom-compile-command "make lock" --quiet

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock clean

help: ## what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## prepare the isolated environment from the lock

run: $(VENV)/.installed ## start the database, the app and its worker on http://127.0.0.1:8000
	$(BIN)/eaio up

test: $(VENV)/.installed-test ## checks, then every test, in parallel
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest

check: $(VENV)/.installed-test ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/pyright

bench: $(VENV)/.installed ## measure import and dashboards at a tenth of full size
	$(BIN)/eaio bench ingest --scale 0.1 --json
	$(BIN)/eaio bench dashboard --scale 0.1 --json

lock: ## resolve the dependencies anew and pin them with hashes
	$(COMPILE) --extra build -o requirements.lock
	$(COMPILE) --extra build --extra test --extra timescale --extra milvus -c requirements.lock -o requirements-test.lock

clean: ## remove the environment and caches, never your data
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 15) or sys.exit(f"EAIO needs Python 3.11 to 3.14, this is {sys.version}; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/uv
	$(INSTALL) --require-hashes --no-deps -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	$(INSTALL) --require-hashes --no-deps -r requirements-test.lock
	@touch $@
