# Every command a person needs. `make` alone prints them.
PYTHON ?= python3
BIN := .venv/bin
PIP := --quiet --disable-pip-version-check
UV := --quiet --system-certs --python $(BIN)/python
PACKAGES := fields chassis contracts embedded gateway biyong catalog enrollment media learning notify
MEMBERS := fields chassis contracts embedded gateway cli $(wildcard services/*)
# Streams of tests side by side: one more than processors, as each often waits.
STREAMS ?= 3
comma := ,
OURS := $(subst $() ,$(comma),$(foreach member,$(MEMBERS),biyong-$(notdir $(member))=$(notdir $(member))))

.DEFAULT_GOAL := help
.PHONY: help run test test-deep test-cluster check format lint types rooms packages lock docs bench chaos mutants shape texts pictures clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/ready ## start the whole platform with its demo
	@$(BIN)/biyong up --demo

test: .venv/ready ## run every test this machine has the parts for
	@$(BIN)/python -m pytest --numprocesses $(STREAMS) $(T)

test-deep: .venv/ready ## the same with many more rounds of what makes cases up; hours
	@BIYONG_DEEP=1 $(BIN)/python -m pytest --numprocesses $(STREAMS) $(T)

test-cluster: .venv/ready ## fill a cluster of KUBECONFIG and walk the chain; CLUSTER_LOAD
	@test -n "$$CLUSTER_LOAD" || { echo "Say how an image's archive gets into your cluster: CLUSTER_LOAD='kind load image-archive' make test-cluster"; exit 2; }
	@$(BIN)/python -m pytest tests/cluster $(T)

check: lint types rooms packages ## what a change must pass before it is pushed

format: .venv/ready ## lay out the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: .venv/ready ## the house rules
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/djlint --lint --quiet gateway/src/gateway/templates

types: .venv/ready ## mypy, strict
	@$(BIN)/mypy $(addprefix -p ,$(PACKAGES))

rooms: .venv/ready ## the import rules
	@$(BIN)/lint-imports

packages: .venv/ready ## every import is declared, every declared package imported
	@for member in $(MEMBERS); do $(BIN)/deptry $$member/src \
		--config $$member/pyproject.toml --package-module-name-map '$(OURS)' || exit; done

docs: .venv/ready ## write the documents of events and of HTTP from contracts and routes
	@$(BIN)/python -m contracts docs
	@$(BIN)/python -m chassis.service.documents contracts/src/contracts/http/openapi $(notdir $(wildcard services/*))
	@$(BIN)/python -m gateway.connect docs/connect
	@{ printf 'apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: biyong}\nspec:\n'; \
		sed 's/^./  &/' deploy/monitoring/rules.yml; } > deploy/monitoring/prometheus-rule.yaml

texts: .venv/ready ## collect the texts of the pages into the catalogues
	@$(BIN)/python -m gateway.texts

pictures: .venv/ready ## take the handbook's pictures anew, from a demo in Chromium
	@$(BIN)/python -m tests.pictures

bench: .venv/ready ## measure against a baseline of the same run (ONLY=relay: one)
	@$(BIN)/python -m tests.bench $(ONLY)

chaos: .venv/ready ## hurt the parts and count what became of events; LONG=1, ONLY=fault
	@$(BIN)/python -m tests.chaos $(if $(LONG),--long) $(addprefix --only=,$(ONLY))

mutants: .venv/ready ## break every guard in turn and see a test notice (ONLY=seat: some)
	@$(BIN)/python -m tests.mutants $(ONLY)

shape: .venv/ready ## count the code's shape: floors, circles, names, lines
	@$(BIN)/python -m tests.shape

lock: .venv/ready ## resolve anew and write requirements.lock
	@$(BIN)/uv lock --upgrade
	@$(BIN)/uv export --quiet --all-groups --no-emit-workspace --no-header --no-annotate -o requirements.lock

# A venv of its own with everything pinned by hash. `uv` comes first because it
# installs the rest in seconds; where it cannot (an index or a certificate that only
# pip is set up for) pip does it, more slowly.
.venv/ready: requirements.lock bootstrap.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Biyong needs Python 3.11 or newer: make run PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python has no venv. On Debian or Ubuntu: apt install python3-venv"; exit 2; }
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install $(PIP) --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip install $(UV) --require-hashes -r requirements.lock 2>/dev/null || \
		$(BIN)/pip install $(PIP) --require-hashes -r requirements.lock
	@$(BIN)/uv pip install $(UV) --no-deps --no-build-isolation $(addprefix -e ./,$(MEMBERS))
	@touch $@

clean: ## remove the environment (the data in .biyong stays)
	@rm -rf .venv
