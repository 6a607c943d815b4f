# Every command a person or CI runs. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help install models run faults test tests check format lint types imports proto docs generated servers stack bentos images charts bench evaluate attack calibrate lock clean

PYTHON ?= python3
VENV := .venv
RESOLVE := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCKED := $(PIP) install --require-hashes
# What is installed: cpu; gpu; or all, which is cpu with torch, diffusers and insightface beside it,
# so that every test can run. Unless it is said, what was installed last; in CI, all.
ENGINES ?= $(or $(if $(CI),all),$(patsubst $(VENV)/installed.%,%,$(firstword $(sort $(wildcard $(VENV)/installed.*)))),cpu)
VIDEO ?=
ONLY ?=
OUT ?=
# Processes for the tests, each with servers of its own. Files are not divided: their tests share clips.
WORKERS ?= 2

help:       ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*##[ ]*(.*)/  \1\t\2/' | expand -t 14

install: $(VENV)/installed.$(ENGINES)  ## Make the virtual environment; ENGINES=gpu for an NVIDIA GPU

# What a lock names is installed. The two builds of ONNX Runtime share their files, and neither
# survives the other: where that of another lock is there, both go first.
define environment
	$(PYTHON) -m venv $(VENV)
	rm -f $(VENV)/installed*
	if $(PIP) show $(2) >/dev/null 2>&1; then $(PIP) uninstall --yes onnxruntime onnxruntime-gpu; fi
	$(LOCKED) -r $(1)
	$(PIP) install --no-deps --no-build-isolation --editable .
endef

$(VENV)/installed.cpu: pyproject.toml requirements.lock
	$(call environment,requirements.lock,onnxruntime-gpu)
	touch $@

$(VENV)/installed.gpu: pyproject.toml requirements.gpu.lock requirements.insightface.lock
	$(call environment,requirements.gpu.lock,onnxruntime)
	$(LOCKED) --no-deps -r requirements.insightface.lock
	touch $@

$(VENV)/installed.all: $(VENV)/installed.cpu requirements.engines.lock requirements.insightface.lock
	$(LOCKED) --no-compile -r requirements.engines.lock
	$(LOCKED) --no-deps -r requirements.insightface.lock
	touch $@

models: install  ## Fetch the weights of the embedded profile (once)
	$(BIN)/swaddle models fetch --quiet

run: models  ## Anonymize VIDEO into OUT (OVERWRITE=1 replaces it); without VIDEO, a rendered demonstration
ifeq ($(VIDEO),)
	$(BIN)/swaddle demo --output $(or $(OUT),build/demo) --overwrite
else
	$(BIN)/swaddle anonymize "$(VIDEO)" --output "$(or $(OUT),build/$(basename $(notdir $(VIDEO))).anonymized.mp4)"$(if $(OVERWRITE), --overwrite)
endif

test: check tests charts  ## Everything CI runs; ENGINES=all for the tests that need torch (4.7 GB)

tests: models
	$(BIN)/python -m pytest --ignore=tests/charts --numprocesses=$(WORKERS) --dist=loadfile --durations=10

charts: install  ## Test the chart: rendered, compared with its definitions, on a real API server
	$(BIN)/python -m pytest tests/charts

check: lint types imports generated  ## Linters, types, architecture, generated files

format: install  ## Rewrite the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/buf format -w proto

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/hadolint images/Dockerfile
	$(BIN)/buf lint proto
	$(BIN)/buf format --diff --exit-code proto

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports

proto: install  ## Regenerate services/swaddle/wire/v1 from proto/
	$(BIN)/python -m grpc_tools.protoc -Iproto --python_out=services --pyi_out=services proto/swaddle/wire/v1/messages.proto

docs: install        ## Write the generated files again: wire, reference pages
	$(BIN)/python -m tools.generated

generated: install
	$(BIN)/python -m tools.generated --check

servers: install  ## Install Kafka, MinIO, PostgreSQL, Kubernetes and Helm for tests and `make stack`
	$(BIN)/python -m tools.servers $(ONLY)

stack: models  ## Anonymize VIDEO into OUT on Kafka, MinIO, PostgreSQL and nine services
ifeq ($(VIDEO),)
	$(BIN)/swaddle demo --output build/demo --overwrite
	$(BIN)/python -m tools.stack build/demo/original.mp4 "$(or $(OUT),build/stack.mp4)"
else
	$(BIN)/python -m tools.stack "$(VIDEO)" "$(or $(OUT),build/$(basename $(notdir $(VIDEO))).anonymized.mp4)"
endif

bentos: install  ## Build the model services as Bentos, for images
	$(BIN)/python -m tools.bentos

images: install  ## Prepare build/images, from which the images of the chart are built
	$(BIN)/python -m tools.images

bench: models  ## Time the infant clip against a plain transcode; print ratios
	$(BIN)/python -m tools.bench

faults: install  ## Run N seeded histories of failures (2000), and say what broke
	HISTORIES=$(or $(N),2000) $(BIN)/python -m pytest -q tests/faults

evaluate: models  ## Anonymize and measure every development clip; print figures and limits
	$(BIN)/python -m tools.evaluation

attack: models  ## Attack every method with somebody who has learned to undo it
	$(BIN)/python -m tools.attack ../shared/data/synthetic_faces/images

calibrate: models  ## Measure what each threshold costs; ONLY=NAME measures some (python -m tools.calibrate -h)
	$(BIN)/python -m tools.calibrate $(ONLY)

lock: install  ## Resolve the dependencies again
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(RESOLVE) --extra cpu --extra evaluation --extra server --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(RESOLVE) --extra cpu --extra server --constraint requirements.lock pyproject.toml -o requirements.server.lock
	$(BIN)/uv pip compile $(RESOLVE) --extra gpu --extra evaluation --extra server --group dev --constraint requirements.lock pyproject.toml -o requirements.gpu.lock
	$(BIN)/uv pip compile $(RESOLVE) --extra engines --constraint requirements.gpu.lock pyproject.toml -o requirements.engines.lock
	$(BIN)/uv pip compile $(RESOLVE) --no-deps --group insightface -o requirements.insightface.lock

clean:      ## Remove everything that was built
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
