#!/bin/sh
# Ask the advisories of PyPI about every package of requirements.lock. pip-audit lives in .audit, for it wants newer
# packages than Rasa allows. `--strict` fails where a package cannot be looked up, instead of calling that clean.
# What docs/vulnerabilities.yml says cannot be reached here is left out; `audit.sh FILE` asks about another list.
set -eu
cd "$(dirname "$0")/.."
PIP_AUDIT_VERSION=2.9.0

if [ ! -x .audit/bin/pip-audit ]; then
    .venv/bin/python -m venv .audit
    .audit/bin/python -m pip install -q --disable-pip-version-check "pip-audit==$PIP_AUDIT_VERSION"
fi
ignored=$(.venv/bin/python -c 'import yaml
for entry in yaml.safe_load(open("docs/vulnerabilities.yml"))["vulnerabilities"]:
    if entry["reachable"] == "no":
        print(*(f"--ignore-vuln {name}" for name in entry["ids"]))')
# The names are words of ours: they are meant to be split.
# shellcheck disable=SC2086
exec .audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement "${1:-requirements.lock}" $ignored
