# `make demo` measures two of the sample films; `make docs` builds the documentation into site/;
# `make test`, `make lint` and `make docs` are what CI runs.
# Another interpreter: make PYTHON=python3.12 test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test lint docs clean

demo: $(VENV)/.installed
	$(BIN)/kneescan analyze sample_videos/valgus_severe_left.mp4 sample_videos/good_right.mp4 --out results/

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict kneescan
	$(BIN)/lint-imports

docs: $(VENV)/.installed-docs
	$(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) build dist results site .coverage .hypothesis .*_cache
	find kneescan tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make a changed pyproject.toml, and nothing else, install anew.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --editable .
	touch $@

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --editable '.[$*]'
	touch $@

# A half-made environment must not be taken for a whole one by the next run.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "kneescan needs Python 3.11 or newer; try: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "No virtual environment could be made; on Debian or Ubuntu install one package:" >&2; \
		echo "    sudo apt-get install python3-venv" >&2; exit 1; }
