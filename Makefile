# `make run` opens the application, `make test` runs every check. GNU make 3.81 is enough.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
TORCH_CPU := https://download.pytorch.org/whl/cpu
# The first Python from 3.11 to 3.13 on this machine; `make run PYTHON=...` chooses another.
FIND_PYTHON = for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && command -v "$$python" && break; done

.DEFAULT_GOAL := help
.PHONY: help run test check format slow browser pictures benchmark clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run  ## install what is needed and open the application
	$(PY) -m streamlit run app.py

test: check browser  ## run every check and every test, the browser included
	$(PY) -m pytest

check: $(VENV)/.test  ## lint, format and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: $(VENV)/.test  ## put the code into its form, and the table of stages into the README
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	$(PY) -m evaluation stages --markdown > $(VENV)/stages.md
	sed -i.old -e '/^<!-- stages -->/,/^<!-- .stages -->/{/^|/d;}' -e '/^<!-- stages -->/r $(VENV)/stages.md' README.md
	rm README.md.old

slow: $(VENV)/.test browser  ## the tests that take minutes
	$(PY) -m pytest -m slow

browser: $(VENV)/.test  ## find a Chromium for the browser tests, or install one
	$(PY) -m tests.e2e.chromium

pictures: $(VENV)/.test browser  ## take the pictures in the README from the real application
	$(PY) -m tests.e2e.pictures

benchmark: $(VENV)/.test  ## measure every figure of the README's performance table
	for script in benchmarks/[a-z]*.py; do $(PY) -m "benchmarks.$$(basename "$$script" .py)" || exit 1; done

clean:  ## remove what was installed and every cache, never the workspace
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each mark says that the packages of its file are installed, so that a second start is immediate.
# The commands run as modules of the environment's Python: a moved folder keeps working.
$(VENV)/.run: requirements.txt
	@$(PY) -m pip --version >/dev/null 2>&1 || { \
	  python="$(PYTHON)"; test -n "$$python" || python=$$($(FIND_PYTHON)); \
	  test -n "$$python" || { echo "No Python from 3.11 to 3.13 with its venv module was found." \
	    "Install one (Debian and Ubuntu: apt install python3-venv; macOS: brew install python@3.13)" \
	    "or name one: make run PYTHON=/path/to/python3" >&2; exit 1; }; \
	  echo "Making $(VENV) with $$python"; "$$python" -m venv --clear $(VENV); }
	@# Linux without an NVIDIA GPU: the CPU build of torch, gigabytes smaller. If its index cannot
	@# be reached, the next line takes torch from the usual index.
	@if [ "$$(uname -s)" = Linux ] && ! nvidia-smi -L >/dev/null 2>&1; then \
	  $(PIP) install --quiet --no-deps --retries 0 --timeout 15 --index-url $(TORCH_CPU) \
	    "$$(grep '^torch==' requirements.txt)" 2>/dev/null \
	  || echo "The index of CPU builds ($(TORCH_CPU)) cannot be reached; torch comes from the usual one."; fi
	$(PIP) install --quiet -r requirements.txt
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.txt
	$(PIP) install --quiet -r requirements-dev.txt
	@touch $@
