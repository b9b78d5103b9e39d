# The commands of this project; `make` alone lists them. Needs make and Python 3.11 or newer
# (PYTHON=/path/to/python3 chooses one); `make clients` needs Node.js too.
HOST ?= $(or $(SJR_HOST),127.0.0.1)
PORT ?= $(or $(SJR_PORT),8000)

SJR := .venv/bin/sjr
PY := .venv/bin/python

.PHONY: help serve test check build clients bench lock clean runtime dev

help:
	@echo "make serve     serve the API on HOST (127.0.0.1) and PORT (8000)"
	@echo "make test      format, lint, types, data checks, tests"
	@echo "make check     check the data, listing every error"
	@echo "make build     compile the data into a store"
	@echo "make clients   lint the OpenAPI document, generate typed clients and run them (needs Node.js)"
	@echo "make bench     measure the speed budget, beside other servers (needs Linux and Node.js; benchmarks/README.md)"
	@echo "make lock      pin the newest versions of all that is installed (needs Node.js)"
	@echo "make clean     remove all that was made"

serve: runtime
	@exec $(SJR) serve --host "$(HOST)" --port "$(PORT)"

test: dev
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary
	@$(SJR) check
	@$(PY) -m pytest

check: runtime
	@$(SJR) check

build: runtime
	@$(SJR) build

clients: runtime
	@$(PY) tests/clients/run.py

# Rows and sizes have spaces between: make bench ROW="record list" SIZES="real 10000" ROUNDS=3
bench: runtime
	@$(PY) -m benchmarks $(if $(ROW),--row $(ROW)) $(if $(SIZES),--sizes $(SIZES)) $(if $(ROUNDS),--rounds $(ROUNDS))

# A stamp in .venv tells what is installed: with nothing to do, these two take a few hundredths of a second.
runtime:
	@PYTHON="$(PYTHON)" scripts/environment requirements.lock

dev: runtime
	@PYTHON="$(PYTHON)" scripts/environment requirements-dev.lock

lock:
	@PYTHON="$(PYTHON)" scripts/lock

clean:
	rm -rf .venv build dist store .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
	rm -rf tests/clients/.venv tests/clients/build tests/clients/node_modules
	rm -rf benchmarks/.venv benchmarks/.wrk benchmarks/node_modules
	find app tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
