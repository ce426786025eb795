# What a person runs. Everything is installed into .venv, nothing anywhere else.
PYTHON ?= python3
BIN := .venv/bin
# Newer versions of pip want the build's constraints by a name of their own.
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(PIP_CONSTRAINT)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test bench pictures clean

run: .venv/installed
	@$(BIN)/ipcviz

test: .venv/installed-for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses 4 --dist worksteal

bench: .venv/installed-for-tests
	$(BIN)/python benchmarks/first_paint.py
	$(BIN)/python benchmarks/idle_cpu.py
	$(BIN)/python benchmarks/busy_run.py
	$(BIN)/python benchmarks/tracer_cost.py
	$(BIN)/python benchmarks/why_cost.py

pictures: .venv/installed-for-tests
	$(BIN)/python assets/take_pictures.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find src tests benchmarks assets -name __pycache__ -prune -exec rm -rf {} +

.venv/installed: .venv/made
	@echo 'Installing into .venv'
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/installed-for-tests: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

.venv/made: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || \
		{ echo 'ipcviz needs Python 3.11 or newer; name one: make PYTHON=python3.12' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ipcviz needs Python 3.11 or newer, and $(PYTHON) is older;" \
			'name another: make PYTHON=python3.12' >&2; exit 2; }
	@$(PYTHON) -m venv --clear .venv || \
		{ echo 'The environment .venv could not be made;' \
			'on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 2; }
	@touch $@
