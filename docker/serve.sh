#!/bin/sh
# `serve` alone serves ASSAY_MODEL on every address, or the model files that lie under /opt/ml/model.
set -eu
if [ "${1:-serve}" != serve ]; then
  exec assay "$@"
fi
model="${ASSAY_MODEL}"
if [ -f /opt/ml/model/config.json ]; then
  model=/opt/ml/model
fi
exec assay serve "${model}" --host 0.0.0.0 --port 8080
