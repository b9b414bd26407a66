# What a developer types. `make` alone prints the targets with the sentence after each `##`.
# Everything that a target needs, it makes first: a clean clone wants no other preparation.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Some machines forbid it to Python to keep what it compiled; each node that a test starts would compile itself anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One more than the cores: nodes, browsers and killed processes are waited for.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

# Debian package : a program or file by which one sees that it is there.
SYSTEM := chromium:chromium chromium-headless-shell:chromium-headless-shell ffmpeg:ffmpeg caddy:caddy \
          nginx-light:nginx systemd:systemd-analyze \
          fonts-noto-core:/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf \
          fonts-dejavu-core:/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf

FLOORS := federation server social storage web

# What looks at the tree alone has been run by `check`.
# The reason of the second run is in docs/decisions/0008-failed-tests-again-alone.md.
define pytest
$(BIN)/python -m pytest -n $(WORKERS) -q -m "$(1)" --ignore=tests/structure || { status=$$?; \
    [ $$status -eq 1 ] || exit $$status; \
    echo "Some tests failed beside the others; they run once more, alone:"; \
    $(BIN)/python -m pytest --last-failed --last-failed-no-failures none -q -m "$(1)"; }
endef

.PHONY: help system setup setup-test demo demo-stop test test-full check fix bench docs prints shots clean

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

system:  ## Install the Debian packages that the tests drive (Chromium, ffmpeg, Caddy, nginx, systemd, fonts), if missing
	@missing=""; \
	for pair in $(SYSTEM); do \
	    sign=$${pair#*:}; \
	    command -v "$$sign" >/dev/null 2>&1 || [ -e "$$sign" ] || missing="$$missing $${pair%%:*}"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null 2>&1; then \
	    echo "The tests need these programs, and this is no Debian system to install them on:$$missing" >&2; exit 1; \
	fi; \
	if [ "$$(id -u)" -ne 0 ]; then \
	    echo "The tests need Debian packages. Install them as root, then go on: apt-get install$$missing" >&2; exit 1; \
	fi; \
	echo "Installing$$missing"; \
	export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; : "RUNLEVEL=1 keeps Debian from starting the proxies"; \
	apt-get update -qq; \
	apt-get install -y -qq --no-install-recommends $$missing >/dev/null

setup: $(VENV)/.runtime  ## Make the virtual environment with what a node needs to run

setup-test: $(VENV)/.test

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Archipel needs Python 3.11 or newer; $(PYTHON) is older or missing. Say which: make PYTHON=python3.12" >&2; \
	    exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	    rm -rf $(VENV); \
	    echo "The virtual environment could not be made. On Debian: apt-get install python3-venv" >&2; exit 1; }

# The build tools come first and under the same constraints, so that building takes nothing that was not tested:
# hatchling for Archipel, setuptools for those of its packages that come as source alone.
$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Archipel into $(VENV)"
	@$(PIP) install -c constraints.txt hatchling setuptools
	@$(PIP) install -c constraints.txt --no-build-isolation -e .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Archipel and its test tools into $(VENV)"
	@$(PIP) install -c constraints.txt hatchling setuptools
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[test]'
	@touch $@ $(VENV)/.runtime

demo: setup  ## Start three nodes of Groupe Armor with three months of stories; returns when they answer
	@$(BIN)/archipel demo start

demo-stop:  ## Stop the three nodes of the demo; their data stay
	@[ ! -x $(BIN)/archipel ] || $(BIN)/archipel demo stop

test: system setup-test check  ## Check, then run the tests (10 minutes at most on 2 cores)
	@$(call pytest,not full)

test-full: system setup-test check  ## The same with the long runs: cross products, soak, chaos (60 minutes at most)
	@$(call pytest,full or not full)

check: setup-test  ## Format, lint, types, imports, templates, translations, tree: looks only, changes nothing
	@$(BIN)/ruff format --check --quiet . || { echo "Not in the house format: make fix" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >$(VENV)/imports.log || { cat $(VENV)/imports.log >&2; exit 1; }
	@$(BIN)/python -m web.catalogue check
	@$(BIN)/python -m pytest -q --tb=short tests/structure >$(VENV)/structure.log || { cat $(VENV)/structure.log >&2; exit 1; }

fix: setup-test  ## Put the code in the house format and repair what ruff can
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bench: setup-test  ## Print the figures of the budgets beside this machine's own limits
	@$(BIN)/python -m benchmarks

docs: setup-test  ## Write the reference pages that are made from the code
	@$(BIN)/python -m docs.generate

prints: system setup-test  ## Take the fingerprints of the component sheet anew, after a change that is meant to be seen
	@$(BIN)/python -m tests.browser.fingerprints

shots: system setup-test  ## Take the pictures of the README anew, of the demo
	@$(BIN)/python -m docs.shots

clean: demo-stop  ## Stop the demo and remove all that was made: environment, data, caches
	@rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(FLOORS) tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
