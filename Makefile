# Everything sets itself up: the first call builds .venv, later ones start at once.
# TORCH_INDEX, when set, names the index that has CPU builds of torch; without it pip's own configuration decides.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: demo test check torture torture-engines run bench lock clean

demo: $(READY)  ## watch the thread from file to reveal; EXIT=1 ends by itself, PORT=, VOTERS=
	$(BIN)/pollbot demo $(if $(EXIT),--exit) $(if $(PORT),--port $(PORT)) $(if $(VOTERS),--voters $(VOTERS)) $(FILE)

test: $(READY)  ## all tests; ARGS= goes to pytest
	$(BIN)/python -m pytest $(ARGS)

check: $(READY)  ## linters, types, import rules, dependencies, spelling, and the threads themselves
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/typos
	$(BIN)/pollbot check threads/*.md threads/en/*.md

torture: $(READY)  ## kill bot and worker KILLS= times, from SEED= on, and count what is lost or doubled
	$(BIN)/python -m tests.torture --kills $(or $(KILLS),100) --seed $(or $(SEED),1)

torture-engines: $(READY)  ## the same for what computes: worker, its processes, a dask cluster's scheduler and workers
	$(BIN)/python -m tests.torture.engines --kills $(or $(KILLS),50) --seed $(or $(SEED),1)

bench: $(READY)  ## how fast, beside the usual way: writes docs/benchmarks.md; ARGS=--quick to try it out
	$(BIN)/python -m tests.bench $(ARGS)

run: $(READY)  ## the bot itself; needs POLLBOT_TOKEN
	$(BIN)/pollbot run

lock: $(READY)  ## write the requirements anew: every version with its hashes, no index lines, no torch
	$(BIN)/pip install --quiet uv
	echo 'torch ; python_version < "3"' > .venv/override.txt
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra worker --constraint requirements.txt --output-file requirements-worker.txt
	$(LOCK) --extra worker --extra dev --constraint requirements-worker.txt --output-file requirements-dev.txt

LOCK := $(BIN)/uv pip compile pyproject.toml --override .venv/override.txt --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

clean:
	rm -rf .venv demo build *.egg-info

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pollbot needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "setting up .venv (once)"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0
	$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@
