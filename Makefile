# Two commands matter: `make lab` to learn, `make test` to check. Recipes are plain sh.

# Any Python from 3.11: make lab PYTHON=python3.13
PYTHON ?= python3
# The notebook that make lab opens.
NOTEBOOK ?= notebooks/01_activations.ipynb
# The notebooks that make notebooks runs again; empty for all.
NOTEBOOKS ?=
# Tests running at a time.
JOBS ?= 2

py := .venv/bin/python
# JupyterLab asks about news and updates in a box over the notebook: not in front of a class.
QUIET_LAB := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}

# A plotting backend chosen for scripts would take the pictures out of the notebooks.
unexport MPLBACKEND
# The matrices are small: with two tests at a time, more threads for each only stand in the way.
test test-browser bench bench-widgets: export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help lab test test-browser notebooks student teacher bench bench-widgets format clean

help: ## list what make can do (this list)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

lab: .venv/ready ## set up once, then open JupyterLab on the first notebook
	@set -- --LabApp.default_url='/lab/tree/$(NOTEBOOK)'; \
	if [ "$$(id -u)" = 0 ]; then set -- "$$@" --allow-root; fi; \
	if [ -n "$$CI" ] || { [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; }; then \
	  echo "No display here: open the address that JupyterLab prints."; set -- "$$@" --no-browser; \
	fi; \
	exec $(py) -m jupyterlab "$$@"

test: .venv/ready ## set up once, then lint, unit tests, doctests, coverage, notebooks, browser
	$(py) -m ruff check
	$(py) -m ruff format --check
	MPLBACKEND=agg $(py) -m pytest -q -n $(JOBS) --dist worksteal --cov
	$(py) -m pytest -q -n $(JOBS) --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=120 notebooks/*.ipynb
	@$(MAKE) --no-print-directory test-browser

test-browser: .venv/ready ## the widgets in a real JupyterLab and a real Chromium
	$(py) tests/browser/chromium.py
	$(py) -m pytest -q -n $(JOBS) --dist worksteal tests/browser

notebooks: .venv/ready ## run the notebooks again and rewrite their committed outputs
	$(py) tools/refresh_notebooks.py $(NOTEBOOKS)

student: .venv/ready ## make the students' copies of the exercises from their source
	$(py) tools/exercises.py student

teacher: .venv/ready ## make the solved copies of the exercises in build/teacher
	$(py) tools/exercises.py teacher

bench: .venv/ready ## measure nnlib beside others in one run, and write benchmarks/results.md
	$(py) benchmarks/run.py

bench-widgets: .venv/ready ## measure slider to pixels, frames a second and memory in a real browser
	$(py) tests/browser/chromium.py
	$(py) benchmarks/widgets.py

format: .venv/ready ## put code and notebooks into the form that make test asks for
	$(py) -m ruff check --fix-only
	$(py) -m ruff format

clean: ## remove the environment and everything else that make made
	rm -rf .venv .coverage .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Made again when a dependency changes. uv takes seconds where pip takes a minute and a half.
.venv/ready: pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "nnlib needs Python 3.11 or newer, and $(PYTHON) is not: try make PYTHON=python3.13"; exit 1; }
	$(py) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(py) -m pip install --quiet --disable-pip-version-check 'uv<1' && \
	  $(py) -m uv pip install --python $(py) --compile-bytecode -r requirements.txt || \
	  { echo "uv did not manage it: with pip it takes longer"; $(py) -m pip install -r requirements.txt; }
	@mkdir -p .venv/share/jupyter/lab/settings && echo '$(QUIET_LAB)' > .venv/share/jupyter/lab/settings/overrides.json
	@touch $@
