# Saphan's commands. Every one makes what it needs first; a second run takes seconds.
PY := .venv/bin/python
PYTHON ?= python3
BABEL := .venv/bin/pybabel -q
POT := --sort-output --no-location --omit-header
PO := -l th --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
export HF_HUB_DISABLE_TELEMETRY = 1

.DEFAULT_GOAL := help
.PHONY: help serve test check bench translations lock docs pictures clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

.venv/.installed: requirements.txt
	@test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --requirement requirements.txt
	@touch $@

.venv/.installed-tests: .venv/.installed tests/requirements.txt
	$(PY) -m pip install --quiet --requirement tests/requirements.txt
	@touch $@

serve: .venv/.installed  ## serve the knowledge base at 127.0.0.1:8000, with the samples when it is empty
	$(PY) -m kb serve --samples

test: .venv/.installed-tests  ## run all the tests, on two cores
	$(PY) -m pytest --numprocesses 2 --dist loadfile

check: .venv/.installed-tests  ## lint, types, layers, known vulnerabilities of dependencies
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	PYTHONPATH=. $(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(PY) -m tests.tools.vulnerabilities

bench: .venv/.installed-tests  ## speed, as ratios within one run
	$(PY) -m tests.tools.bench

docs: .venv/.installed-tests  ## make the measured tables in docs/ anew
	$(PY) -m tests.tools.docs

pictures: .venv/.installed-tests  ## make the pictures of the pages in docs/pages/ anew
	$(PY) -m tests.tools.pictures

translations: .venv/.installed-tests  ## gather messages and texts into the catalogues, and compile what is translated
	@mkdir -p build
	$(BABEL) extract -F kb/babel.cfg --no-default-keywords -k N_ $(POT) -o build/kb.pot kb ingest index web
	$(BABEL) update -i build/kb.pot -D kb -d kb/locale $(PO)
	$(BABEL) compile -D kb -d kb/locale
	$(BABEL) extract -F web/babel.cfg --no-default-keywords -k _ -k gettext -k ngettext:1,2 -k lazy_gettext $(POT) -o build/messages.pot web
	$(BABEL) update -i build/messages.pot -d web/translations $(PO)
	$(BABEL) compile -d web/translations

lock: .venv/.installed-tests  ## pin requirements.in and tests/requirements.in anew
	$(PY) -m pip install --quiet pip-tools
	$(PY) -m piptools compile --quiet --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.txt requirements.in
	sed -i 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements.txt
	$(PY) -m piptools compile --quiet --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --constraint requirements.txt --output-file tests/requirements.txt tests/requirements.in

clean:  ## remove the virtual environment and the caches; var/ with your documents stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build
