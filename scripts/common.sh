# Words that the scripts share. Sourced, not run.
# shellcheck shell=bash

# The commands by which the library finds a system's Chromium (src/evidentia/capture/chromium.py).
# shellcheck disable=SC2034 # used by those who source this
CHROMIUM_COMMANDS="chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome"

say() { printf 'install: %s\n' "$*"; }

# lack WHAT CONSEQUENCE : something optional is not to be had. Visible on a person's machine, an error in CI.
lack() {
    if [ "${CI:-}" = true ]; then
        say "ERROR: $1 (CI has to have it)" >&2
        exit 1
    fi
    say "WITHOUT $1: $2"
}

fail() {
    say "ERROR: $*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

has_any() {
    local name
    for name in "$@"; do
        if has "$name"; then return 0; fi
    done
    return 1
}

may_use_apt() { [ "$(id -u)" = 0 ] && has apt-get; }

has_headers() { "$1" -c 'import os, sysconfig; raise SystemExit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'; }

# npm, from the machine or from PyPI, where a wheel holds it with its Node.js.
npm_in() { # npm_in FOLDER ARGUMENT... : FOLDER is where a missing npm is put
    local folder=$1
    shift
    if has npm; then
        npm "$@"
        return
    fi
    if [ ! -e "$folder/bin/npm" ]; then
        .venv/bin/python -m pip install -qq --require-hashes --target "$folder" -r requirements/npm.lock || return
    fi
    PYTHONPATH=$folder "$folder/bin/npm" "$@"
}
