#!/usr/bin/env bash
# Makes the Python environment with the tools that people point at `assay serve`; no torch: they only ask over HTTP.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../../.." && pwd)"
venv="${1:-$root/.venv-peers}"
trap 'rm -rf "$venv"' ERR
python3 -m venv "$venv"
# Compiled as it is loaded: most of it never is.
"$venv/bin/pip" install --quiet --no-compile "lm_eval[api]==0.4.13" transformers==5.24.0 inspect_ai==0.3.285 openai==3.57.0 \
  litellm==1.110.2 boto3==1.43.117
# promptfoo without what it only optionally needs (1.1 GB of browsers and SDKs), but for the database that it always opens and
# the parser of is-sql.
arch="$(node -p process.arch)"
libsql=0.5.29
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional --prefix "$venv/promptfoo" promptfoo@0.121.20 \
  "@libsql/linux-$arch-gnu@$libsql" node-sql-parser@5.4.0
# The public test suite of JSON Schema, as the sources of Python's jsonschema hold it.
mkdir -p "$venv/suite"
"$venv/bin/pip" download --quiet --no-deps --no-binary jsonschema --dest "$venv/suite" jsonschema==4.26.0
tar -xzf "$venv/suite/jsonschema-4.26.0.tar.gz" -C "$venv/suite" --strip-components=1
