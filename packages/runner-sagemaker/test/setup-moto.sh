#!/usr/bin/env bash
# Makes the Python environment with moto, an independent stand-in for AWS that some tests start.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
venv="${1:-$root/.venv-moto}"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --no-compile 'moto[server]==5.2.5'
echo "$venv/bin/moto_server"
