#!/usr/bin/env bash
# Builds the table of AWS's request constraints from botocore; with --check compares it with the committed one.
set -euo pipefail
package="$(cd "$(dirname "$0")/.." && pwd)"
root="$(cd "$package/../.." && pwd)"
venv="$root/.venv-botocore"
if ! "$venv/bin/python" -c 'import botocore; assert botocore.__version__ == "1.44.8"' 2>/dev/null; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet 'botocore==1.44.8'
fi
committed="$package/src/validation/generated/service-shapes.ts"
if [ "${1:-}" = --check ]; then
  built="$(mktemp)"
  trap 'rm -f "$built"' EXIT
  "$venv/bin/python" "$package/scripts/build-service-shapes.py" "$built"
  diff "$built" "$committed" && echo 'the table is the one that botocore makes'
else
  "$venv/bin/python" "$package/scripts/build-service-shapes.py" "$committed"
fi
