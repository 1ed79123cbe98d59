# Two commands matter: `make lab` to learn, `make test` to check. Recipes are plain sh.

# Any Python from 3.11: make lab PYTHON=python3.13
PYTHON ?= python3
# The notebook that make lab opens, in learn/.
NOTEBOOK ?= 00_start_here.ipynb
# The notebooks that make notebooks runs again; empty for all.
NOTEBOOKS ?=
# What make surroundings tries: oldest, 3.13, twice, sections; empty for all.
ONLY ?=
# The number of students in make bench-hub and make bench-grading.
N ?= 20
# The files that make mutants changes; empty for all.
FILES ?=
# The number of tests that run at a time.
JOBS ?= 2
# COVERAGE=--cov counts the lines and branches that the unit tests reach, as CI does.
COVERAGE ?=

# nbgrader's environment, and its Python. If root grades, other users run the students' code in it, so
# both have to be in folders that these can read: /usr/bin/python3 is, if it is new enough.
GRADING_ENV ?= .venv-grading
GRADING_PYTHON ?= $(shell /usr/bin/python3 -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null \
  && echo /usr/bin/python3 || echo $(PYTHON))

py := .venv/bin/python
# Without the warning that no package.json says that the files are ES modules.
node := .venv/bin/node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON
biome := .venv/bin/node node_modules/@biomejs/biome/bin/biome

# A plotting backend set for scripts would remove the pictures from the notebooks.
unexport MPLBACKEND
# One BLAS thread: the matrices are small, and tests that run at the same time need the cores. And an
# answer is checked in a fork of the kernel, which could wait for ever for OpenBLAS's threads if a
# widget draws at that moment.
lab test doors test-oracle notebooks test-browser test-grading test-hub bench bench-widgets bench-hub: export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help lab test doors mutants test-oracle surroundings test-frontend test-browser notebooks cards student teacher grading grade-demo insight-demo test-grading bench bench-widgets hub test-hub bench-hub bench-grading format clean

help: ## list what make can do (this list)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

lab: .venv/ready ## set up once, then open JupyterLab on your own copies of the notebooks, in learn/
	@exec $(py) tools/lab.py $(NOTEBOOK)

test: .venv/ready ## set up once, then lint, unit tests, doctests, notebooks, browser
	$(py) -m ruff check
	$(py) -m ruff format --check
	@$(MAKE) --no-print-directory test-frontend
	MPLBACKEND=agg $(py) -m pytest -q -n $(JOBS) --dist worksteal $(COVERAGE)
	$(py) -m pytest -q -n $(JOBS) --dist loadfile --nbval --nbval-current-env --nbval-cell-timeout=120 notebooks/*.ipynb
	@$(MAKE) --no-print-directory test-browser

doors: .venv/ready ## the tests that make up hostile input, with many times as much of it
	DOORS=full MPLBACKEND=agg $(py) -m pytest -q -n $(JOBS) --dist worksteal -m doors

mutants: .venv/ready ## change the numerics and the checks a thousand times; each time a test has to fail
	$(py) tools/mutants.py $(FILES)

test-oracle: .venv/oracle ## install PyTorch, and compare a thousand networks and every optimizer with it
	$(py) -m pytest -q tests/oracle

surroundings: .venv/ready ## before a release: other Pythons, the oldest packages, other orders of cells
	JOBS=$(JOBS) $(py) tools/surroundings.py $(ONLY)

test-frontend: node_modules/ready ## lint the widgets' JavaScript, and its unit tests
	$(biome) check --error-on-warnings
	$(node) --test --test-reporter=dot 'tests/frontend/*.test.js'

test-browser: .venv/ready ## the widgets in a real JupyterLab and a real Chromium
	$(py) tools/chromium.py
	$(py) -m pytest -q -n $(JOBS) --dist worksteal tests/browser

notebooks: .venv/ready ## run the notebooks again and rewrite their committed outputs
	$(py) tools/refresh_notebooks.py $(NOTEBOOKS)
	@$(py) tools/cards.py remind

cards: .venv/ready ## print what each notebook leaves to keep on a card, in docs/cards
	$(py) tools/chromium.py
	$(py) tools/cards.py

student: .venv/ready ## make the students' copies of the exercises from their source
	$(py) tools/exercises.py student

teacher: .venv/ready ## make the solved copies of the exercises in build/teacher
	$(py) tools/exercises.py teacher

grading: $(GRADING_ENV)/ready ## set up nbgrader, for deploy/nbgrader/grade

grade-demo: $(GRADING_ENV)/ready ## hand in nine notebooks, from right to hostile, and grade them
	@$(GRADING_ENV)/bin/python deploy/nbgrader/demo.py

insight-demo: $(GRADING_ENV)/ready ## grade sixty made-up students; the page is in build/insight-demo
	@$(GRADING_ENV)/bin/python deploy/insight/sixty.py build/insight-demo

test-grading: .venv/ready $(GRADING_ENV)/ready ## grade a class by nbgrader, and check the results
	GRADING_ENV=$(GRADING_ENV) $(py) -m pytest -q tests/grading

bench: .venv/ready ## compare the speed of nnlib with others, and write benchmarks/results.md
	$(py) benchmarks/run.py

bench-widgets: .venv/ready ## measure slider to pixels, frames a second and memory in a real browser
	$(py) tools/chromium.py
	PYTHONPATH=tools $(py) benchmarks/widgets.py

hub: ## serve a class by JupyterHub, as root: deploy/jupyterhub/README.md says how
	@deploy/jupyterhub/start

test-hub: .venv/ready ## a class on a real JupyterHub, in a real Chromium; only as root
	$(py) tools/chromium.py
	$(py) -m pytest -q -rs tests/hub

bench-hub: .venv/ready ## measure N students who come in at once: make bench-hub N=60
	PYTHONPATH=tools:deploy/jupyterhub $(py) benchmarks/hub.py $(N)

bench-grading: $(GRADING_ENV)/ready ## measure how long grading a class takes: make bench-grading N=60
	@$(GRADING_ENV)/bin/python deploy/nbgrader/demo.py $(N)

format: .venv/ready node_modules/ready ## format code and notebooks as make test demands
	$(py) -m ruff check --fix-only
	$(py) -m ruff format
	$(biome) check --write

clean: ## remove the environment and everything else that make made, but not learn/
	rm -rf .venv .venv-grading node_modules .coverage .pytest_cache .ruff_cache .hypothesis build dist
	find . -path ./learn -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# Made again when a dependency changes. uv takes seconds, pip a minute and a half.
.venv/ready: pyproject.toml requirements.txt tools/jupyterlab_settings.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "nnlib needs Python 3.11 or newer, and $(PYTHON) is not: try make PYTHON=python3.13"; exit 1; }
	$(py) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(py) -m pip install --quiet --disable-pip-version-check 'uv<1' && \
	  $(py) -m uv pip install --python $(py) --compile-bytecode -r requirements.txt || \
	  { echo "uv failed; trying pip, which takes longer"; $(py) -m pip install -r requirements.txt; }
	@mkdir -p .venv/share/jupyter/lab/settings && cp tools/jupyterlab_settings.json .venv/share/jupyter/lab/settings/overrides.json
	@touch $@

# By pip, not by uv: see pyproject.toml. It takes ten seconds where a CPU build is at hand, else minutes.
.venv/oracle: pyproject.toml | .venv/ready
	$(py) -m pip install --quiet --disable-pip-version-check -e ".[oracle]"
	@touch $@

node_modules/ready: package.json package-lock.json | .venv/ready
	$(py) -m uv pip install --quiet --python $(py) -r pyproject.toml --extra frontend
	.venv/bin/npm ci --silent --no-audit --no-fund
	@touch $@

# Files are copied, not linked: other users cannot read uv's cache, nor the tree if it is closed because
# of its solutions. So nnlib and nncourse are copied as well.
$(GRADING_ENV)/ready: deploy/nbgrader/requirements.txt pyproject.toml $(shell find nnlib nncourse -name '*.py') | .venv/ready
	$(py) -m uv venv --quiet --allow-existing --python $(GRADING_PYTHON) $(GRADING_ENV)
	$(py) -m uv pip install --quiet --python $(GRADING_ENV)/bin/python --link-mode=copy --compile-bytecode \
	  --reinstall-package nnlib -r deploy/nbgrader/requirements.txt
	@touch $@
