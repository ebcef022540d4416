# Everything runs from .venv, which each target makes when it is missing or out of date.
PYTHON ?= python3
PORT   ?= 7860
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install chat ask test lint format check wheel clean

help:                    ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

install: $(STAMP)        ## make .venv and install into it

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Torchproof needs Python 3.11 or newer; name one with PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $(STAMP)

chat: $(STAMP)           ## serve the web app; PORT=7860
	$(BIN)/torchproof chat --port $(PORT)

ask: $(STAMP)            ## answer once in the terminal; Q="..."
	@$(BIN)/torchproof ask "$(Q)"

test: $(STAMP)           ## run the whole test suite
	bash .ci/system
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 15

lint: $(STAMP)           ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)         ## let ruff rewrite the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint test         ## green or not

wheel: $(STAMP)          ## build dist/*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:                   ## remove .venv and everything built
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache
