# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
BIN := $(VENV)/bin
export HF_HUB_OFFLINE := 1
export OMP_NUM_THREADS := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: help install demo test check bench figures screenshots clean

help:  ## show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# torch goes first and pinned: the plain package would pull in several gigabytes of GPU libraries.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

install: $(VENV)/.installed  ## create the environment

demo: install  ## install, load the demo clients, serve, print the addresses
	$(BIN)/assist demo

test: install  ## run every test, with real servers and a browser where they can be had
	scripts/install_chromium.sh
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: install  ## formatting, lint, types, architecture, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: install  ## print ratios within one run: answers, ingest, memory, start-up, desk, widget
	$(BIN)/python -m scripts.bench
	$(BIN)/python -m scripts.bench_desk
	scripts/install_chromium.sh
	$(BIN)/python -m scripts.bench_widget

figures: install  ## print answer figures on labelled cases: make figures DATA=path/to/rho_bank
	$(BIN)/python -m scripts.figures $(DATA)

screenshots: install  ## play a demo and take pictures of every page into build/screenshots
	scripts/install_chromium.sh
	$(BIN)/python -m scripts.screenshots

clean:  ## remove the environment and what was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
