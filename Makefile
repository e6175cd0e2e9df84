# Everything starts here: `make run` on a fresh machine sets up, trains and serves. `make help` lists the rest.
# Settings of the server are given as `make run PORT=9000 DATABASE_URL=...` or in the environment.
export RASA_TELEMETRY_ENABLED = false
export TF_CPP_MIN_LOG_LEVEL = 3
# Without its compiled files each start of Rasa takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

BIN = .venv/bin
# Small matrices: more threads only wait for one another.
export OPENBLAS_NUM_THREADS = 1

MODEL = models/needlepoint.tar.gz
ENCODER = models/encoder/model.bin
# The folders count too: their time tells of a file that was taken away.
MODEL_INPUTS = config.yml domain.yml $(shell find data -type d -o -name '*.yml')

# Ctrl+C ends a command with 130, which is no fault.
until_interrupted = trap : INT; $(1) || [ $$? -eq 130 ]

.PHONY: help setup encoder run chat train test bench endure soak fairness evaluate lint lock clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

setup:  ## install Python 3.11 and the locked packages into .venv
	@sh scripts/setup.sh

encoder: setup  ## make the sentence encoder from the published weights; the other targets do so by themselves
	@$(BIN)/python -W ignore -m bot encoder

run: $(MODEL)  ## serve on http://127.0.0.1:8000/ (PORT=9000 for another port)
	@$(call until_interrupted,$(BIN)/python -W ignore -m bot serve)

chat: $(MODEL)  ## talk in the terminal
	@$(call until_interrupted,$(BIN)/python -W ignore -m bot chat)

train: encoder  ## train the model; the other targets do so by themselves when its files change
	@$(BIN)/python -W ignore -m bot train
	@touch $(MODEL)

test: $(MODEL)  ## run every test and check
	@$(BIN)/python -m pytest -q -n 2
	@$(MAKE) --no-print-directory lint

endure: $(MODEL)  ## kill a server under load, 100 times (KILLS=20 SEED=3 DATABASE=postgresql for others)
	@$(BIN)/python -W ignore -m tests.faults.killing --kills $(or $(KILLS),100) --seed $(or $(SEED),1) --database $(or $(DATABASE),sqlite)

soak: $(MODEL)  ## talk to a server for 20 minutes and tell how its memory grows (MINUTES=5 for fewer)
	@$(BIN)/python -W ignore -m benchmarks.soak --minutes $(or $(MINUTES),20)

fairness: $(MODEL)  ## measure what a flood by one client costs the others
	@$(BIN)/python -W ignore -m benchmarks.fairness

evaluate: $(MODEL)  ## measure the model on the held-out sets, beside Rasa's default pipeline: docs/scorecard.md (long)
	@$(BIN)/python -W ignore -m bot evaluate

bench: $(MODEL)  ## measure beside a stock Rasa, and write docs/benchmark.md (5 minutes, the first time 10)
	@$(BIN)/python -W ignore -m benchmarks

lint: setup  ## run the checks that need no model
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock:  ## choose the packages anew from pyproject.toml
	@sh scripts/setup.sh lock

clean:  ## remove all that was made here, the database in var included
	rm -rf .venv .uv models var .rasa .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(MODEL): $(MODEL_INPUTS) $(wildcard $(ENCODER)) | encoder
	@$(BIN)/python -W ignore -m bot train
	@touch $@
