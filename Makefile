# What people type. Everything here is also a plain command, for machines without make.
.DEFAULT_GOAL := help
.PHONY: help install demo test test-all mutants fuzz check format lint types layers lock benchmark clean

bin := .venv/bin
SECONDS ?= 60
MUTANTS ?= 20000
SHELL_MUTANTS ?= 1000
SEED ?= 20250301
PYTEST_WORKERS ?= 2
fuzz_targets := $(notdir $(wildcard tests/fuzz/corpus/*))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# Tests and servers start thousands of Pythons: they keep what they compile, also where the environment says not to.
unexport PYTHONDONTWRITEBYTECODE

# As many processes as there are processors, and not more than PYTEST_WORKERS; each takes whole files of tests.
in_parallel := --numprocesses=logical --maxprocesses=$(PYTEST_WORKERS) --dist=loadfile --no-loadscope-reorder
workers = $(shell $(bin)/python -c 'import xdist' 2>/dev/null && echo $(in_parallel))

install: ## install what is missing: programs, Python packages, the lab, a Chromium
	@scripts/install

demo: install ## do the main job on a real forum with a lab PKI
	@$(bin)/python -m lab.demo

test: install ## run the tests that prove the main job
	@$(bin)/python -m pytest -rs $(workers)

test-all: install ## run every test, the slow ones too
	@$(bin)/python -m pytest -rs -m "" $(workers)

mutants: install ## change good bundles at random and judge them (make mutants MUTANTS=20000 SHELL_MUTANTS=1000 SEED=1)
	@$(bin)/python tests/verify/judge_mutants.py --mutants $(MUTANTS) --shell $(SHELL_MUTANTS) --seed $(SEED)

fuzz: install ## fuzz every parser for a while, where atheris is installed (make fuzz SECONDS=60)
	@for target in $(fuzz_targets); do \
		echo "== $$target"; \
		$(bin)/python tests/fuzz/fuzz.py $$target -max_total_time=$(SECONDS) || exit; \
	done

check: format lint types layers ## formatting, lint, types, layering

format: install
	@$(bin)/ruff format --check .

lint: install
	@$(bin)/ruff check .
	@$(bin)/shellcheck verify.sh .ci/run scripts/common.sh $(wildcard scripts/install* scripts/find-python scripts/lock)

types: install
	@$(bin)/mypy

layers: install
	@$(bin)/lint-imports

lock: ## resolve requirements/*.lock anew (make lock UPGRADE=--upgrade takes the newest)
	@scripts/lock $(UPGRADE)

benchmark: install ## measure, and print what was measured
	@$(bin)/python -m benchmarks

clean: ## remove what was installed or made in this folder
	rm -rf .venv .lab build dist demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .fuzz
	find . -name __pycache__ -type d -prune -exec rm -r {} +
