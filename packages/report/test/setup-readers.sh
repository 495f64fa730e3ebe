#!/usr/bin/env bash
# Makes the Python environment with the tools that our formats are written for: tests read each file back with its own.
# inspect_ai for inspect logs, DuckDB for Parquet, junitparser for JUnit; mlflow-skinny is MLflow's client, and with Flask
# and SQLAlchemy its tracking server.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
venv="${1:-$root/.venv-readers}"
trap 'rm -rf "$venv"' ERR
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --no-compile inspect_ai==0.3.285 duckdb==1.4.2 junitparser==5.0.3 \
  mlflow-skinny==3.17.2 flask==3.1.3 flask-cors==6.0.5 sqlalchemy==2.1.9 alembic==1.20.1
