#!/bin/sh
# Serves ASSAY_MODEL, or the model files that lie under /opt/ml/model, on every address. SageMaker calls it with `serve`
# and lets in only callers that IAM allows; without that word clients need ASSAY_SERVE_TOKEN. An endpoint without model
# data, or with data in a wrong place, fails at start: it must not answer with another model.
set -eu
folder="${SM_MODEL_DIR:-/opt/ml/model}"
port="${SAGEMAKER_BIND_TO_PORT:-8080}"

# What stands in the folder of the model, for the message.
found() {
  if [ ! -d "${folder}" ]; then
    echo "there is no ${folder}"
    return
  fi
  inner=$(find "${folder}" -mindepth 2 -maxdepth 3 -name config.json | head -n 1)
  if [ -n "${inner}" ]; then
    echo "the model lies in ${inner%/config.json}: pack its files at the top of the archive"
    return
  fi
  names=$(find "${folder}" -mindepth 1 -maxdepth 1 | head -n 10 | sed 's|.*/||' | tr '\n' ' ')
  echo "${folder} holds ${names:-nothing}"
}

if [ -n "${ASSAY_MODEL:-}" ]; then
  model="${ASSAY_MODEL}"
elif [ -f "${folder}/config.json" ]; then
  model="${folder}"
elif [ "${1:-}" = serve ] || [ -n "$(ls -A "${folder}" 2>/dev/null)" ]; then
  echo "assay: no model to serve: ${folder}/config.json is missing ($(found)); or set ASSAY_MODEL to the name of an embedded model" >&2
  exit 1
else
  model=SmolLM2-135M-Instruct
fi
case "${1:-}" in
  '') exec assay serve "${model}" --host 0.0.0.0 --port "${port}" ;;
  serve) exec assay serve "${model}" --host 0.0.0.0 --port "${port}" --no-token ;;
  *) exec assay "$@" ;;
esac
