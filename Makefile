# `make demo` measures two of the sample videos; `make docs` builds the documentation into site/;
# `make test`, `make lint`, `make docs` and `make dist` are what CI runs.
# The first of PYTHONS that works is used. To use another one: make PYTHON=python3.12 VENV=.venv-3.12 test

PYTHONS := python3.13 python3.12 python3.11 python3 python
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS :=
PYTEST_OPTIONS :=
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	$(addprefix --constraint ,$(CONSTRAINTS))

WORKS := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)
DESCRIBE := import sys; v = sys.version_info; print(*v[:3], sep=".", end=""); \
	print("" if v < (3, 14) else " (newer than what kneescan was tested with)")

.PHONY: demo test test-oldest test-movement oldest lint docs dist clean

demo: $(VENV)/.installed
	$(BIN)/kneescan sample_videos/valgus_severe_left.mp4 sample_videos/good_right.mp4 < /dev/null
	@echo "Now open results/valgus_severe_left/report.html in a browser."
	@echo "To measure your own video: $(BIN)/kneescan squat.mp4"

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

# The oldest versions that pyproject.toml allows, on the oldest Python. Their warnings about the newest
# versions of their own dependencies are no fault of kneescan.
test-oldest:
	$(MAKE) test VENV=.venv-oldest PYTHON=$(or $(PYTHON),python3.11) CONSTRAINTS=tests/oldest.txt \
		PYTEST_OPTIONS='-W default $(PYTEST_OPTIONS)'

# movement installs another OpenCV, which would replace kneescan's, so it needs a separate environment.
test-movement: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "movement>=0.15,<1" \
		"pytest>=8.2,<10" "pytest-timeout>=2.3,<3" "hypothesis>=6.100,<7" "filelock>=3.13,<5"
	$(BIN)/python -m pytest -W default tests/landmarks/test_xarray_dataset.py

# Updates the list of these versions after a change of pyproject.toml.
oldest: $(VENV)/.installed-lint
	$(BIN)/uv pip compile --quiet --upgrade --resolution lowest-direct --python-version 3.11 --extra test \
		--no-annotate --no-header --output-file tests/oldest.txt pyproject.toml

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict kneescan
	$(BIN)/lint-imports

docs: $(VENV)/.installed-docs
	$(BIN)/mkdocs build --strict

# Source archive and wheel, checked as for an upload to a package index.
dist: $(VENV)/.installed-lint
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

clean:
	rm -rf $(VENV) .venv-* build dist results site .coverage .hypothesis .*_cache
	find kneescan tests docs -name __pycache__ -type d -prune -exec rm -rf {} +

# Because of the stamp files, only a changed pyproject.toml causes a new installation.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --editable .
	touch $@

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --editable '.[$*]'
	touch $@

# An incomplete environment is removed, or the next run would use it.
$(BIN)/python:
	@for python in $(or $(PYTHON),$(PYTHONS)); do \
		if "$$python" -c '$(WORKS)' 2>/dev/null; then break; fi; python=; \
	done; \
	test -n "$$python" || { \
		echo "None of these is a 64-bit Python of version 3.11, 3.12 or 3.13 with venv:" >&2; \
		echo "    $(or $(PYTHON),$(PYTHONS))" >&2; \
		echo "Install one (Debian, Ubuntu: sudo apt-get install python3 python3-venv), or say where" >&2; \
		echo "it is: make PYTHON=/path/to/python3.13" >&2; exit 1; }; \
	echo "Using $$python: $$("$$python" -c '$(DESCRIBE)')"; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
