#!/bin/sh
# Serves ASSAY_MODEL, or the model files that lie under /opt/ml/model, on every address. SageMaker calls it with `serve`
# and lets in only callers that IAM allows; without that word clients need ASSAY_SERVE_TOKEN.
set -eu
model="${ASSAY_MODEL}"
if [ -f /opt/ml/model/config.json ]; then
  model=/opt/ml/model
fi
case "${1:-}" in
  '') exec assay serve "${model}" --host 0.0.0.0 --port 8080 ;;
  serve) exec assay serve "${model}" --host 0.0.0.0 --port 8080 --no-token ;;
  *) exec assay "$@" ;;
esac
