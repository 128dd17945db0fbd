# Everything sets itself up: the first call builds .venv, later ones start at once.
# TORCH_INDEX, when set, names the index that has CPU builds of torch; without it pip's own configuration decides.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TOOLS := .venv/tools

.PHONY: help demo run test coverage words check torture torture-engines explore repeat month fuzz bench lock audit clean

help:  ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' Makefile

demo: $(READY)  ## watch the thread from file to reveal; EXIT=1 ends by itself, PORT=, VOTERS=
	$(BIN)/pollbot demo $(if $(EXIT),--exit) $(if $(PORT),--port $(PORT)) $(if $(VOTERS),--voters $(VOTERS)) $(FILE)

run: $(READY)  ## the bot itself; needs POLLBOT_TOKEN
	$(BIN)/pollbot run

# Else each of many hundred processes compiles our files anew, where the machine says that nothing is kept of that.
test coverage torture torture-engines explore fuzz month: export PYTHONDONTWRITEBYTECODE :=

test: $(READY)  ## all tests, JOBS= files of them at a time; ARGS= goes to pytest
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

coverage: $(READY)  ## all tests, and which lines and branches they run, in whatever process; fails below the floor
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(SIDE_BY_SIDE) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# One more than two cores have use for: there is always a file that waits.
SIDE_BY_SIDE = --numprocesses $(or $(JOBS),3) --dist loadfile --no-loadscope-reorder

words: $(READY)  ## what is said in the code, into the catalogues: NEW=xx begins another language
	$(BIN)/python -m languages.gathered $(NEW)

check: $(READY)  ## linters, types, import rules, dependencies, spelling, and the threads themselves
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/typos
	$(BIN)/python -m languages.gathered --check
	$(BIN)/pollbot check threads/*.md threads/en/*.md

torture: $(READY)  ## kill bot and worker KILLS= times, from SEED= on, and count what is lost or doubled
	$(BIN)/python -m tests.torture --kills $(or $(KILLS),100) --seed $(or $(SEED),1)

torture-engines: $(READY)  ## the same for what computes: worker, its processes, a dask cluster's scheduler and workers
	$(BIN)/python -m tests.torture.engines --kills $(or $(KILLS),50) --seed $(or $(SEED),1)

explore: $(READY)  ## every schedule of deaths and faults: SCENE=, DEATHS=, FAULTS=, MUTANTS=1, REPLAY='SCENE: CHOICES'
	PYTHONHASHSEED=0 $(BIN)/python -m tests.explorer --jobs $(or $(JOBS),2) $(if $(SCENE),--scene $(SCENE)) \
	  $(if $(DEATHS),--deaths $(DEATHS)) $(if $(FAULTS),--faults $(FAULTS)) \
	  $(if $(MUTANTS),--mutants '$(MUTANTS)') $(if $(REPLAY),--replay '$(REPLAY)')

repeat: $(READY)  ## every experiment again with other seeds, three times over: its numbers lie within the printed bands
	LONG=1 $(BIN)/python -m pytest tests/experiments/test_repeated.py tests/experiments/test_processors.py tests/sceptic/test_speed.py $(ARGS)

month: $(READY)  ## a month of a channel in minutes, clocks change twice: DAYS=, THREADS=, SEED=
	$(BIN)/python -m tests.month --days $(or $(DAYS),33) --threads $(or $(THREADS),20) --seed $(or $(SEED),1)

fuzz: $(READY)  ## N= inputs made wrong, from SEED= on, by both ways: updates that are stored, answers to calls
	$(BIN)/python -m tests.fuzz --count $(or $(N),100000) --seed $(or $(SEED),1)

bench: $(READY)  ## how fast, beside the usual way: writes docs/benchmarks.md; ARGS=--quick to try it out
	$(BIN)/python -m tests.bench $(ARGS)

lock: $(TOOLS)  ## write the requirements anew, each pin once, with its hashes; UPGRADE=1 takes the newest of all
	cat $(LISTS) | grep -v '^-r' > $(TOOLS)/dev.txt
	$(LOCK) pyproject.toml --extra worker --extra dev $(if $(UPGRADE),--upgrade) --output-file $(TOOLS)/dev.txt
	$(LOCK) pyproject.toml --extra worker --constraint $(TOOLS)/dev.txt --output-file $(TOOLS)/worker.txt
	$(LOCK) pyproject.toml --constraint $(TOOLS)/dev.txt --output-file requirements.txt
	echo 'setuptools>=77' | $(LOCK) - --constraint $(TOOLS)/dev.txt --output-file requirements-build.txt
	printf '%s\n' uv pip-audit | $(LOCK) - $(if $(UPGRADE),--upgrade) --output-file requirements-tools.txt
	$(if $(TORCH_INDEX),echo torch==2.13.0 | $(LOCK) - --no-deps --index-url $(TORCH_INDEX) --output-file $(INDEXED))
	$(TOOLS)/bin/python -m tests.supply.locks $(TOOLS)

LISTS := requirements.txt requirements-worker.txt requirements-torch.txt requirements-cuda.txt requirements-dev.txt
LOCK := $(TOOLS)/bin/uv pip compile --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

audit: $(READY) $(TOOLS)  ## known holes in what is pinned (STRICT=1: red if nobody can be asked); licences, bill of materials
	$(BIN)/python -m tests.supply
	$(TOOLS)/bin/python -m tests.supply.holes $(TOOLS)/bin/pip-audit $(if $(STRICT),,|| test $$? -eq 2)

$(TOOLS): requirements-tools.txt
	$(PYTHON) -m venv $@
	$@/bin/pip --disable-pip-version-check install --quiet --require-hashes --requirement $< || { rm -r $@; false; }
	@touch $@

clean:  ## remove what was set up and built; what a demo left stays
	rm -rf .venv build *.egg-info

define ANY_TORCH
Setting up .venv, once. From the public index, torch for Linux brings gigabytes of CUDA; its CPU build has 190 MB.
To have that, stop here (Ctrl-C) and say: TORCH_INDEX=URL make $(MAKECMDGOALS)
where URL is what pytorch.org shows behind --index-url at "Get started", for Pip and CPU.
endef
define THIS_TORCH
Setting up .venv, once, with torch from $(TORCH_INDEX)
endef
export HELLO := $(if $(TORCH_INDEX),$(THIS_TORCH),$(ANY_TORCH))

# What comes from an index that a person names has hashes once `make lock TORCH_INDEX=URL` has written them down. Else it is
# the CPU build where pip is set up to find it (and we know its hash), or the public build, with what that needs of CUDA.
PIP := $(BIN)/pip --disable-pip-version-check install --progress-bar on
INDEXED := requirements-torch-index.txt
FROM_INDEX := --index-url $(TORCH_INDEX) $(if $(wildcard $(INDEXED)),--require-hashes --requirement $(INDEXED),torch==2.13.0)
HASHED := $(PIP) --require-hashes --requirement
HAS_TORCH := import importlib.util, sys; sys.exit(not importlib.util.find_spec("torch"))
IS_CPU := import importlib.metadata as found, sys; sys.exit(not found.version("torch").endswith("+cpu"))

$(READY): $(LISTS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "pollbot needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -e $@ || echo "$$HELLO"
	$(PYTHON) -m venv .venv
	$(if $(TORCH_INDEX),$(PIP) --no-deps $(FROM_INDEX),$(HASHED) requirements-torch-cpu.txt --no-deps --quiet 2> /dev/null || true)
	$(if $(TORCH_INDEX),,$(BIN)/python -c '$(HAS_TORCH)' || $(HASHED) requirements-torch.txt --no-deps)
	$(HASHED) requirements-dev.txt
	$(BIN)/python -c '$(IS_CPU)' || $(HASHED) requirements-cuda.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
