#!/usr/bin/env bash
# Makes the Python environment with the tools that people point at `assay serve`; no torch: they only ask over HTTP.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../../.." && pwd)"
venv="${1:-$root/.venv-peers}"
trap 'rm -rf "$venv"' ERR
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet "lm_eval[api]==0.4.13" transformers==5.24.0 inspect_ai==0.3.285 openai==3.57.0 \
  litellm==1.110.2 boto3==1.43.117
