#!/usr/bin/env bash
# Puts MiniCPM-o 2.6 (int4) into models/MiniCPM-o-2_6-int4. Needs Node.js only; see --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DENO_TLS_CA_STORE="${DENO_TLS_CA_STORE:-mozilla,system}"
# --no-config: the program's own packages are not needed for this.
exec npx -y deno@2.9.6 run --no-config --no-prompt --allow-net --allow-env --allow-sys=statfs \
  --allow-read --allow-write scripts/download_minicpm.ts int4 "$@"
