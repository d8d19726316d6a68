# Total Place: what a person runs. Needs Python 3.11 or later and make; everything else is fetched into .venv.
#
#   make demo    sets up, builds the demo borough and serves it on 127.0.0.1:8000 (make demo PORT=8020: there)
#   make test    sets up, then linter, formatter, types, import contract and every test
#
# PYTHON=python3.12 make test   uses that Python.  make help lists the rest.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench wheel spark reference lock clean setup
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made
UV := $(BIN)/uv
INTO := --python $(BIN)/python --require-hashes --quiet
ASSETS := src/totalplace/web/static/vendor/SOURCE.txt


BOLD := $(shell [ -t 2 ] && printf '\033[1m')
PLAIN := $(shell [ -t 2 ] && printf '\033[0m')
say = @printf '$(BOLD)==>$(PLAIN) %s\n'

help:
	@printf '%s\n' \
	  'make demo     build the demo borough and serve it on http://127.0.0.1:8000 (or PORT=8020)' \
	  'make test     everything that a change must pass' \
	  'make lint     linter, formatter, types and import contract alone' \
	  'make format   let the formatter and the linter mend what they can' \
	  'make bench    the benchmarks (minutes, and some gigabytes of disk)' \
	  'make spark    the conformance suite on Spark in a Java virtual machine (needs Java 17)' \
	  'make reference  write docs/reference from the code' \
	  'make wheel    build the wheel and the source archive into dist/' \
	  'make lock     find newer versions of what we depend on' \
	  'make clean    remove everything that was made here'

# --- the environment -------------------------------------------------------------------------------------
# A stamp in .venv/made says that a step is done; a newer input undoes it.

$(MADE)/uv: requirements/uv.txt tools/venv.sh
	$(say) 'Python environment in $(VENV)'
	@PYTHON='$(PYTHON)' sh tools/venv.sh $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@mkdir -p $(MADE) && touch $@

$(MADE)/runtime: $(MADE)/uv requirements/runtime.txt requirements/build.txt
	$(say) 'what Total Place runs on (about 200 MB the first time)'
	@$(UV) pip sync $(INTO) requirements/runtime.txt requirements/build.txt
	@touch $@

$(MADE)/dev: $(MADE)/uv requirements/dev.txt
	$(say) 'what Total Place runs on and is tested with (about 800 MB the first time)'
	@$(UV) pip sync $(INTO) requirements/dev.txt
	@touch $@

# The demo needs less than the tests do; where the tests were set up already, it takes theirs.
KIND := $(if $(wildcard $(MADE)/dev),dev,runtime)

$(MADE)/package-%: $(MADE)/% pyproject.toml package.json package-lock.json tools/assets.py tools/hatch_build.py
	$(say) 'CSS and JavaScript of the pages'
	@$(BIN)/python tools/assets.py
	$(say) 'the totalplace command'
	@$(UV) pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PRECIOUS: $(MADE)/uv $(MADE)/runtime $(MADE)/dev $(MADE)/package-runtime $(MADE)/package-dev

$(MADE)/browser: $(MADE)/dev
	$(say) 'a headless Chromium for the tests'
	@$(BIN)/python tools/chromium.py
	@touch $@

setup: $(MADE)/package-dev $(MADE)/browser

# --- what people run -------------------------------------------------------------------------------------

# Of the command line alone: a PORT in the environment is meant for something else.
PORT := 8000

demo: $(MADE)/package-$(KIND)
	$(say) 'the demo borough'
	$(say) 'for the totalplace command in another terminal: . $(BIN)/activate'
	@$(BIN)/totalplace demo --port $(PORT)

lint: $(MADE)/package-dev
	$(say) 'linter'
	@$(BIN)/ruff check --quiet .
	$(say) 'formatter'
	@$(BIN)/ruff format --check --quiet . || { echo 'make format mends this'; exit 1; }
	$(say) 'types'
	@$(BIN)/mypy --no-error-summary
	$(say) 'import contract'
	@$(BIN)/lint-imports > $(MADE)/contract.txt 2>&1 || { cat $(MADE)/contract.txt; exit 1; }

# Two tests of workbooks of results work them out with LibreOffice where `soffice` or `libreoffice` is on the path, and are
# skipped where it is not; the same is then checked in Python alone (tests/sheet_sums.py).
# Drawn examples are the same each time here, so that a landing does not hang on chance; pytest alone draws new ones.
test: setup lint
	$(say) 'tests'
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --hypothesis-profile=ci

format: $(MADE)/package-dev
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format --quiet .

bench: $(MADE)/package-dev
	$(say) 'benchmarks'
	@$(BIN)/python -m benchmarks

wheel: $(MADE)/package-$(KIND)
	$(say) 'wheel and source archive'
	@rm -rf dist && $(BIN)/python -m build --no-isolation --outdir dist . > $(MADE)/wheel.txt 2>&1 \
	  || { cat $(MADE)/wheel.txt; exit 1; }
	@ls dist

# The same suite as in `make test`, where Sail stands in for Spark.
spark: setup
	$(say) 'conformance on Spark in a Java virtual machine'
	@TOTALPLACE_SPARK=jvm $(BIN)/python -m pytest -q tests/conformance

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
  --no-emit-index-url --custom-compile-command 'make lock'

reference: $(MADE)/package-dev
	$(say) 'docs/reference from the code'
	@$(BIN)/python tools/reference.py

lock: $(MADE)/uv
	$(say) 'Python packages'
	@$(COMPILE) requirements/uv.in -o requirements/uv.txt
	@$(COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) pyproject.toml --group dev -c requirements/runtime.txt -c requirements/uv.txt -o requirements/dev.txt
	@$(COMPILE) --group build -c requirements/dev.txt -o requirements/build.txt
	$(say) 'JavaScript packages'
	@$(BIN)/python tools/assets.py --lock

clean:
	@rm -rf $(VENV) dist build demo src/totalplace/web/static/vendor node_modules \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
