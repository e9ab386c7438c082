#!/bin/sh
# Compares with Pipecat: installs it into a virtual environment of its own, plays the same recordings to a Pipecat
# pipeline of the same models, and prints what came out. Arguments: see main.py --help, and README.md here.
set -eu
cd "$(dirname "$0")/../.."
cache=.cache/pipecat
wanted="$cache/installed.txt"
if ! cmp -s bench/pipecat/requirements.txt "$wanted"; then
  python3 -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --no-deps -r bench/pipecat/requirements.txt
  cp bench/pipecat/requirements.txt "$wanted"
fi
export LOGURU_LEVEL=ERROR
exec "$cache/venv/bin/python" bench/pipecat/main.py "$@"
