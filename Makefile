# One home for every command; `make run` and `make test` need nothing else done before.
# The first Python that fits; another one: make PYTHON=python3.12 …
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
# make test TESTS=tests/rules: some of the tests.
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MISHUKIN_HOME ?= $(CURDIR)/var
export MISHUKIN_HOME
# make setup WHEELS=folder installs from what `make wheelhouse` gathered, and asks no network.
ifdef WHEELS
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := $(abspath $(WHEELS))
endif

.PHONY: setup wheelhouse run test check lint dev window bench stress clerks kill attack year planted accessibility lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c '$(FITS)' || { echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

wheelhouse:
	$(PYTHON) -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
		--requirement requirements.lock --dest build/wheelhouse
	@echo "build/wheelhouse: carry it along, then: make setup WHEELS=build/wheelhouse"

run: setup
	$(BIN)/python -m cli.demo

test: setup
	./tests/install-tools
	$(BIN)/pytest --numprocesses auto --dist loadfile $(TESTS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist loadfile tests/rules

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m terms $(BIN)/sqlfluff lint dbt_project

dev: setup
	$(BIN)/mishukin dev

window: setup
	$(BIN)/mishukin window

bench: setup
	$(BIN)/python -m benchmarks

stress: setup
	PYTHONPATH=tests $(BIN)/python -W ignore -m flow.stress

clerks: setup
	PYTHONPATH=tests $(BIN)/python -W ignore -m flow.clerks

kill: setup
	PYTHONPATH=tests $(BIN)/python -W ignore -m attack.kill

# The attacks at length, of which `make test` takes some: hours. `kill` is one of them.
attack: setup
	./tests/install-tools
	MISHUKIN_ATTACKS=all $(BIN)/pytest --numprocesses auto --dist loadfile tests/attack
	PYTHONPATH=tests $(BIN)/python -W ignore -m attack.fuzz 100000
	PYTHONPATH=tests $(BIN)/python -W ignore -m attack.disclosure 2000
	PYTHONPATH=tests $(BIN)/python -W ignore -m attack.kill

year: setup
	PYTHONPATH=tests $(BIN)/python -W ignore -m flow.year

planted: setup
	PYTHONPATH=tests $(BIN)/python -W ignore -m planted.run

accessibility: setup
	./tests/install-tools
	PYTHONPATH=tests $(BIN)/python -m browser.accessibility

lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--output-file requirements.lock --quiet
	rm -rf $(VENV)-lock

clean:
	rm -rf $(VENV) var build dist *.egg-info dbt_project/target dbt_project/logs
