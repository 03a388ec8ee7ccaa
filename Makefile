# Sunstack: `make` alone lists what can be made.

SCENARIO ?= starmind-million
RESULTS ?= results/$(SCENARIO)
PYTEST_OPTIONS ?= -n 2 --dist loadfile --no-loadscope-reorder

VENV := .venv/bin
# Compiled code kept from one run to the next, in the environment it belongs to.
COMPILED := JAX_COMPILATION_CACHE_DIR=.venv/jax JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0
CODE := src tests benchmarks docs scripts
JAVASCRIPT := src/sunstack/report/page tests/javascript

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check format bench docs wheel clean

help:
	@echo "make run      run the million-satellite scenario (another one: make run SCENARIO=ai1)"
	@echo "make test     make check, then every other test"
	@echo "make check    format, lint, types, architecture"
	@echo "make format   put the code in the format that make check asks for"
	@echo "make bench    compare with peers and with the machine's limits"
	@echo "make docs     write docs/reference from the program"
	@echo "make wheel    build dist/*.whl"
	@echo "make clean    remove .venv, dist and caches; results are kept"

run:
	@scripts/environment.sh runtime
	@code=0; $(COMPILED) $(VENV)/sunstack run $(SCENARIO) --out $(RESULTS) || code=$$?; \
	if [ $$code -eq 3 ]; then \
		echo "Exit code 3: the design does not close. At least one margin above is negative;"; \
		echo "that is the run's result, and the results are complete."; \
	elif [ $$code -ne 0 ]; then \
		exit $$code; \
	fi; \
	echo "The results are in $(RESULTS); open $(RESULTS)/report.html in a browser."

test: check
	@$(VENV)/python -m pytest $(PYTEST_OPTIONS) --ignore tests/test_architecture.py

check:
	@scripts/environment.sh dev
	@$(VENV)/ruff format --check --output-format concise $(CODE) || { echo "To format them: make format"; exit 1; }
	@$(VENV)/ruff check --output-format concise $(CODE)
	@$(VENV)/oxlint --deny-warnings $(JAVASCRIPT)
	@$(VENV)/mypy & typed=$$!; \
	$(VENV)/python -m pytest -q tests/test_architecture.py; tested=$$?; \
	wait $$typed && exit $$tested

format:
	@scripts/environment.sh dev
	@$(VENV)/ruff check --fix $(CODE)
	@$(VENV)/ruff format $(CODE)

bench:
	@scripts/environment.sh bench
	@$(VENV)/python benchmarks/run.py

docs:
	@scripts/environment.sh runtime
	@$(VENV)/python docs/build.py

wheel:
	@scripts/environment.sh runtime
	@$(VENV)/python -m pip wheel -qq --no-deps --wheel-dir dist .
	@ls dist/*.whl

clean:
	rm -rf .venv dist build .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
