# Each target sets up what it needs: a virtual environment in .venv with the pinned, hashed dependencies.
.DEFAULT_GOAL := help
.PHONY: help setup demo crawl test soak torture mutants lint types bench bench-evidence train constraints clean

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name))))
BIN := .venv/bin
UV := $(shell command -v uv)
READY := .venv/.ready
TOPIC ?=
WORKERS ?= auto
LEDGER_FLOOR := 99.5

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: $(READY) ## make .venv

$(READY): pyproject.toml constraints.txt
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r constraints.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

demo: $(READY) ## the main job on embedded recordings, no network needed
	@$(BIN)/harvest demo

crawl: $(READY) ## the same against the live service: make crawl TOPIC=semax-ssri
	@test -n "$(TOPIC)" || { echo "harvest: expected TOPIC=SLUG, got none; try make crawl TOPIC=semax-ssri" >&2; exit 64; }
	@$(BIN)/harvest crawl $(TOPIC)

lint: $(READY) ## style and types
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary

test: lint ## lint, types, tests and the quality floors
	@$(BIN)/pytest -n $(WORKERS) --cov --cov-report=
	@$(BIN)/coverage report --format=total --include='harvest/ledger/*' --fail-under=$(LEDGER_FLOOR) >/dev/null || \
		{ echo "expected branch coverage of harvest/ledger at $(LEDGER_FLOOR) % at least" >&2; exit 1; }

soak: $(READY) ## hours in short: real records, kills at random moments, failing requests (half an hour)
	@HARVEST_SOAK=1 $(BIN)/pytest -q -s tests/soak

torture: $(READY) ## the ledger, whole: every flip, crash state, power cut, failing system call (hours)
	@HARVEST_TORTURE=1 $(BIN)/pytest -q -s --timeout=0 -p no:cacheprovider tests/torture

mutants: $(READY) ## small wrong changes of the ledger's code: the tests must notice nearly all (a quarter of an hour)
	@$(BIN)/python -m tools.mutants

bench: $(READY) ## speed, as ratios measured side by side in one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

bench-evidence: $(READY) ## how right labels, screening, outcomes, claims and reports are; trains nothing
	@for name in evidence screening findings reports; do \
		echo "== benchmarks/$$name.py"; $(BIN)/python benchmarks/$$name.py || exit 1; done

train: $(READY) ## all weights anew, from the labelled corpora beside the checkout
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints-train.txt
	@for name in roles evidence baseline findings reports; do \
		echo "== tools.train.$$name"; $(BIN)/python -m tools.train.$$name || exit 1; done

constraints: $(READY) ## resolve the dependencies anew (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url \
		--no-annotate --upgrade --group dev --group peers pyproject.toml -o constraints.txt
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url \
		--no-annotate --upgrade --group pyproject.toml:train -c constraints.txt -o constraints-train.txt

clean: ## remove the environment and caches; never data
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
