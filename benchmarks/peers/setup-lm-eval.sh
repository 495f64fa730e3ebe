#!/bin/sh
# Installs lm_eval with transformers and torch, for the benchmark of few-shot questions.
# Usage: sh benchmarks/peers/setup-lm-eval.sh      needs Python 3.10 or newer; some 6 GB in benchmarks/peers/.venv-lm-eval
set -eu
cd "$(dirname "$0")"
python3 -m venv .venv-lm-eval
.venv-lm-eval/bin/pip install --quiet torch==2.9.1 transformers==5.24.0 lm_eval==0.4.13 accelerate==1.12.0
