# Consilience: two commands on a fresh machine are `make demo` and `make test`. Each sets up what it needs, once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: demo test check bench faults fuzz partitions fix lock clean help

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# ARGS goes to the command behind a target: make demo ARGS="--port 9000"; make test ARGS="-k period -x"
ARGS ?=
# Tests marked slow run in CI, and when asked for: make test ALL=1
QUICK := $(if $(filter true,$(CI))$(ALL),,-m "not slow")
# Tests run side by side, a process for each core: make test WORKERS=0 runs them in one.
WORKERS ?= auto
UV_VERSION := 0.13.9
UV_COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

demo: .venv/.ok-run ## replay the public record of winter 2021-22 and serve its pages (ARGS="--port 9000")
	$(BIN)/consilience demo $(ARGS)

test: .venv/.ok-dev $(if $(QUICK),,.venv/.ok-spark) ## run the tests (slow ones too with ALL=1; ARGS goes to pytest)
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(QUICK) $(ARGS)

check: .venv/.ok-dev ## lint, format, types, architecture, and what must not be committed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/python tools/check_tree.py

bench: .venv/.ok-dev .venv/.ok-spark ## measure, and compare with others
	$(BIN)/python -m benchmarks $(ARGS)

faults: .venv/.ok-dev ## strike the ledger under load with every fault, and count what is lost (ARGS="--only power-cut")
	$(BIN)/python -m faults $(ARGS)

fuzz: .venv/.ok-dev ## give any bytes to everything that reads what came from outside (ARGS="--seconds 60 --only taxii")
	$(BIN)/python -m fuzz $(ARGS)

partitions: .venv/.ok-dev ## part three nodes in network namespaces, and let them heal (ARGS="--runs 20 --seed 7"; Linux)
	$(BIN)/python -m partitions $(ARGS)

fix: .venv/.ok-dev ## repair what ruff can repair, and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Dev is resolved under the versions of run, so that what is tested is what runs.
# Hashes, but no index addresses: every file is the same from any index. uv.lock and pylock.toml do record addresses.
lock: | $(BIN)/python ## resolve all dependencies anew (newest versions: ARGS=--upgrade)
	$(PIP) install -q uv==$(UV_VERSION)
	$(UV_COMPILE) pyproject.toml --group build $(ARGS) -o requirements.lock >/dev/null
	$(UV_COMPILE) pyproject.toml --group dev --constraints requirements.lock $(ARGS) -o requirements-dev.lock >/dev/null
	$(UV_COMPILE) --group node $(ARGS) -o requirements-node.lock >/dev/null
	$(UV_COMPILE) --group spark $(ARGS) -o requirements-spark.lock >/dev/null
	$(UV_COMPILE) --group peers $(ARGS) -o requirements-peers.lock >/dev/null
	cd frontend && npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## remove all that make and the tools have made
	rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache test-results
	rm -rf frontend/node_modules frontend/.assets.sha256 src/consilience/web/static/vendor src/consilience/intake/outlines
	find src tests tools benchmarks faults fuzz partitions -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Everything that is installed is checked against a hash: the dependencies, the build backend (in requirements.lock, with
# no build isolation, since pip would fetch an isolated build's requirements unchecked), and npm's packages by npm ci.
.venv/.ok-run: requirements.lock pyproject.toml hatch_build.py frontend/package-lock.json frontend/assets.json | $(BIN)/python
	$(PIP) install -q --require-hashes -r requirements.lock
	command -v npm >/dev/null || $(PIP) install -q --require-hashes -r requirements-node.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ok-dev: requirements-dev.lock .venv/.ok-run
	$(PIP) install -q --require-hashes -r requirements-dev.lock
	@touch $@

# Spark comes as source, with its Java: 450 MB to fetch, half a minute to build. Only slow tests
# and `make bench` need it; where Java is absent they go without, and say so.
.venv/.ok-spark: requirements-spark.lock .venv/.ok-dev
	@if command -v java >/dev/null; then \
		echo "installing Spark"; \
		if $(PIP) install -q --require-hashes --no-build-isolation -r requirements-spark.lock; then touch $@; \
		else echo "make: Spark could not be installed (pip's words are above): linking on it is not tested" >&2; fi; \
	else echo "make: Java is absent: linking on Spark is not tested; on Debian: apt-get install openjdk-17-jre-headless" >&2; fi

# The first Python that runs and is new enough. A name on the PATH may be a version manager's empty shim: so it is run.
$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "$$python -m venv .venv"; \
			"$$python" -m venv .venv && exit 0; \
			rm -rf .venv; \
			echo "make: $$python could not make .venv (its words are above); on Debian: apt-get install python3-venv" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "make: no Python 3.11 or newer on the PATH (found: $$(python3 --version 2>/dev/null || echo none)); install one, or say PYTHON=/path/to/python" >&2; \
	exit 1
