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
MANIFEST = models/needlepoint.manifest.json
ENCODER = models/encoder/model.bin
# The folders count too: their time tells of a file that was taken away.
MODEL_INPUTS = config.yml domain.yml $(shell find data -type d -o -name '*.yml') \
               $(wildcard bot/nlu/*.py bot/nlu/*.yml bot/triage/*.yml)

# Ctrl+C ends a command with 130, which is no fault.
until_interrupted = trap : INT; $(1) || [ $$? -eq 130 ]

.PHONY: always help setup encoder run chat train test fuzz bench endure soak fairness evaluate lint audit sbom lock clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s  %s\n", $$1, $$2 }' Makefile

setup:  ## install Python 3.11 and the locked packages into .venv
	@sh scripts/setup.sh

encoder: setup  ## make the sentence encoder from the published weights; the other targets do so by themselves
	@$(BIN)/python -W ignore -m bot encoder

run: $(MANIFEST)  ## serve on http://127.0.0.1:8000/ (PORT=9000 for another port)
	@$(call until_interrupted,$(BIN)/python -W ignore -m bot serve)

chat: $(MANIFEST)  ## talk in the terminal
	@$(call until_interrupted,$(BIN)/python -W ignore -m bot chat)

train: encoder  ## train the model; the other targets do so by themselves when its files change
	@$(BIN)/python -W ignore -m bot train
	@touch $(MODEL) $(MANIFEST)

test: $(MANIFEST)  ## run every test and check
	@$(BIN)/python -m pytest -q -n 2
	@$(MAKE) --no-print-directory lint

endure: $(MANIFEST)  ## kill a server under load, 100 times (KILLS=20 SEED=3 DATABASE=postgresql for others)
	@$(BIN)/python -W ignore -m tests.faults.killing --kills $(or $(KILLS),100) --seed $(or $(SEED),1) --database $(or $(DATABASE),sqlite)

soak: $(MANIFEST)  ## talk to a server for 20 minutes and tell how its memory grows (MINUTES=5 for fewer)
	@$(BIN)/python -W ignore -m benchmarks.soak --minutes $(or $(MINUTES),20)

fairness: $(MANIFEST)  ## measure what a flood by one client costs the others
	@$(BIN)/python -W ignore -m benchmarks.fairness

# With SEED they try other things than on every other day, with TIMES so many times as much.
FUZZ = tests/web/test_any_conversation.py tests/web/test_fuzz.py tests/web/test_schemathesis.py tests/test_any_file.py \
       tests/test_any_change.py tests/triage/test_invariants.py tests/intake/test_record_at_any_time.py

fuzz: $(MANIFEST)  ## try random and hostile input at length (10 minutes; SEED=7 for other input, TIMES=10 for more)
	@NEEDLEPOINT_TEST_SEED=$(SEED) NEEDLEPOINT_TEST_TIMES=$(TIMES) \
	$(BIN)/python -m pytest -q -m "endurance or not endurance" $(FUZZ)

evaluate: $(MANIFEST)  ## measure the model on the held-out sets, beside Rasa's default pipeline: docs/scorecard.md (long)
	@$(BIN)/python -W ignore -m bot evaluate

bench: $(MANIFEST)  ## measure beside a stock Rasa, and write docs/benchmark.md (7 minutes, the first time 12)
	@$(BIN)/python -W ignore -m benchmarks

lint: setup  ## run the checks that need no model
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

audit: setup  ## look for known vulnerabilities of the locked packages (needs the network)
	@sh scripts/audit.sh

sbom: setup  ## write the bill of materials: needlepoint.cdx.json
	@$(BIN)/python scripts/bill_of_materials.py >needlepoint.cdx.json
	@echo "Written: needlepoint.cdx.json"

lock:  ## choose the packages anew from pyproject.toml
	@sh scripts/setup.sh lock

clean:  ## remove all that was made here, the database in var included
	rm -rf .venv .uv .audit needlepoint.cdx.json models var .rasa .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

# Also where the archive is missing, or newer than the manifest that was written after it.
$(MANIFEST): $(MODEL_INPUTS) $(wildcard $(ENCODER)) $(or $(wildcard $(MODEL)),always) | encoder
	@$(BIN)/python -W ignore -m bot train
	@touch $(MODEL) $@
