#!/bin/sh
# Installs the peers that `npm run bench -- score --peers` and `-- engine --peers` run whole: fmeval (6.5 GB), inspect_ai
# (0.3 GB) and promptfoo (1.4 GB), all beside this script and ignored by git. With names, only those: setup-engine.sh promptfoo
set -eu
cd "$(dirname "$0")"
peers=${*:-fmeval inspect promptfoo}
for peer in $peers; do
  case $peer in
    # 1.2.3 as published imports only with these four held back: its pyarrow is open-ended, its numpy is not.
    fmeval)
      python3 -m venv .venv-fmeval
      .venv-fmeval/bin/pip install --quiet --disable-pip-version-check \
        fmeval==1.2.3 pyarrow==20.0.0 datasets==4.0.0 numpy==1.26.4 torch==2.6.0
      ;;
    inspect)
      python3 -m venv .venv-inspect
      .venv-inspect/bin/pip install --quiet --disable-pip-version-check inspect_ai==0.3.285
      ;;
    # The newest for Node 20.
    promptfoo) npm install --silent --no-save --prefix installed/promptfoo promptfoo@0.121.20 ;;
    *)
      echo "unknown peer: $peer (fmeval, inspect, promptfoo)" >&2
      exit 2
      ;;
  esac
done
