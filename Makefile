# Needs only make and Python 3.11 or newer (with its venv module). PYTHON=… names another Python.
START = sh scripts/start.sh

.PHONY: help run dev test check lint format manage bench parity backup requirements

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1  \2/p' $(MAKEFILE_LIST)

run: ## Set up what is missing and start the site on http://127.0.0.1:8000 (PORT=…)
	@$(START) run

dev: ## The same with Django's development server: reloads code, shows tracebacks
	@$(START) dev

# Tests start many processes, each of which would compile the project anew without bytecode.
test: ## Run the test suite (ARGS="-k figures" chooses)
	@env -u PYTHONDONTWRITEBYTECODE $(START) exec pytest --numprocesses auto --maxprocesses 8 -rs $(ARGS)

check: lint ## Everything that a change has to pass: lint, and the tests with ten times the hostile orders
	@OVERSHOOT_ORDERS=2000 $(MAKE) --no-print-directory test

lint: ## ruff, mypy, import contracts, missing migrations
	@$(START) exec ruff check .
	@$(START) exec ruff format --check .
	@$(START) exec mypy
	@$(START) exec lint-imports
	@$(START) manage makemigrations --check --dry-run

format: ## Put imports and lines in order
	@$(START) exec ruff check --fix --quiet .
	@$(START) exec ruff format .

manage: ## Run a command of manage.py: make manage ARGS="create_instructor anna"
	@$(START) manage $(ARGS)

bench: ## Measure the simulator and the site against bare NumPy and bare Django
	@$(START) exec python bench/core_bench.py
	@$(START) manage bench $(ARGS)

parity: ## Compare the simulator with real PyTorch, live (ARGS=--store stores its runs anew)
	@$(START) exec python scripts/parity.py $(ARGS)

backup: ## Copy database and key, consistent while the site runs, into var/backups/
	@$(START) manage backup

requirements: ## Pin what requirements.in and requirements-dev.in ask for (ARGS=--upgrade: the newest)
	@for name in requirements requirements-dev; do \
		CUSTOM_COMPILE_COMMAND="make requirements" $(START) exec pip-compile --quiet $(ARGS) --strip-extras \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate \
			--output-file $$name.txt $$name.in || exit 1; done
