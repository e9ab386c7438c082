#!/usr/bin/env bash
# Puts LiteAvatar's weights and avatars, as they are published, below models/LiteAvatar/original. Needs Node.js only; see
# --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DENO_TLS_CA_STORE="${DENO_TLS_CA_STORE:-mozilla,system}"
# --no-config: the program's own packages are not needed for this.
exec npx -y deno@2.9.6 run --no-config --no-prompt --allow-net --allow-env --allow-sys=statfs \
  --allow-read --allow-write scripts/download_lite_avatar.ts "$@"
