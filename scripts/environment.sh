#!/bin/sh
# Makes .venv hold what one purpose needs; does nothing when it already does.
#
#     scripts/environment.sh runtime    what a run needs
#     scripts/environment.sh dev        that, and what the tests need
#     scripts/environment.sh bench      that, and the peers the benchmarks compare with
#
# The versions are those of constraints.txt. PYTHON=... chooses another interpreter.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
    runtime) package="." marks="runtime" ;;
    dev) package=".[dev]" marks="runtime dev" ;;
    bench) package=".[dev,bench]" marks="runtime dev bench" ;;
    *) echo "usage: scripts/environment.sh runtime|dev|bench" >&2; exit 2 ;;
esac

is_new_enough() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if is_new_enough "$PYTHON"; then echo "$PYTHON"; return; fi
        echo "PYTHON=$PYTHON is not a Python 3.12 or newer." >&2
        exit 1
    fi
    for candidate in python3 python3.13 python3.12; do
        if is_new_enough "$candidate"; then echo "$candidate"; return; fi
    done
    echo "Sunstack needs Python 3.12 or newer: python3, python3.13 and python3.12 on PATH are older" >&2
    echo "or missing. Install one, or name it: make run PYTHON=/path/to/python3.12" >&2
    exit 1
}

# Installed scripts and the editable install hold absolute paths: a moved folder needs a new .venv.
here=$(pwd -P)
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 ||
    [ "$(cat .venv/made-in 2>/dev/null)" != "$here" ]; then
    python=$(find_python)
    echo "Making .venv with $("$python" --version)."
    "$python" -m venv --clear .venv || {
        echo "$python cannot make a virtual environment; on Debian, install python3-venv." >&2
        exit 1
    }
    echo "$here" > .venv/made-in
fi

wanted=$(cat pyproject.toml constraints.txt | cksum)
if [ "$(cat ".venv/installed-$1" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

echo "Installing the packages pinned in constraints.txt (a minute or two the first time)."
rm -f ".venv/installed-$1"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
    --constraint constraints.txt --editable "$package"
if [ "$1" = bench ]; then
    # Its constellation step needs neither torch nor CUDA, which it would otherwise bring: gigabytes.
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps \
        --constraint constraints.txt space-ml-sim
fi
for mark in $marks; do
    echo "$wanted" > ".venv/installed-$mark"
done
