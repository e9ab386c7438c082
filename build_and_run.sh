#!/usr/bin/env bash
# Builds the container and runs it in this terminal: build_and_run.sh [--config configs/sample.yaml] [--gpu]
# Models, settings and certificates are those of this folder; missing models are fetched first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage='Usage: build_and_run.sh [--config <file>] [--gpu]'
config=configs/sample.yaml
gpu=()
kind=cpu
base=()

stop() {
  printf '%s\n' "$@" >&2
  exit 2
}

while [ "$#" -gt 0 ]; do
  case $1 in
    -config | --config)
      [ "$#" -ge 2 ] || stop "\"$1\" needs a value." "$usage"
      config=$2
      shift 2
      ;;
    --gpu)
      kind=cuda
      gpu=(--gpus all)
      base=(--build-arg BASE=nvidia/cuda:13.0.1-runtime-ubuntu24.04)
      shift
      ;;
    -h | --help)
      echo "$usage"
      exit 0
      ;;
    *) stop "Unknown flag \"$1\"." "$usage" ;;
  esac
done

docker=${DOCKER:-docker}
command -v "$docker" >/dev/null || stop "\"$docker\" is not installed. Install it, or name another: DOCKER=podman build_and_run.sh"
case $config in
  configs/*) ;;
  *) stop "\"$config\" is not below configs/, which is what the container sees." ;;
esac
[ -r "$config" ] || stop "\"$config\" cannot be read."

# As yourself: fetched models are then yours, and the server can read your certificate's key. It never serves as root.
user=$(id -u):$(id -g)
server=$user
[ "$(id -u)" -ne 0 ] || server=10001:10001
mkdir -p models ssl_certs

image=open-avatar-chat:0.1.0-$kind
"$docker" build "${base[@]}" --target runtime --tag "$image" .
"$docker" build --target models --tag open-avatar-chat-models:0.1.0 .

safe=(--rm --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp)
"$docker" run "${safe[@]}" --user "$user" -v "$PWD/models:/app/models" -v "$PWD/configs:/app/configs:ro" \
  open-avatar-chat-models:0.1.0 fetch --for "$config"
# llama.cpp for the card.
[ "$kind" = cpu ] || "$docker" run "${safe[@]}" --user "$user" -v "$PWD/models:/app/models" \
  open-avatar-chat-models:0.1.0 fetch llama.cpp-cuda

# The host's own network: every address of this machine then works for calls, without a TURN server.
terminal=()
[ ! -t 0 ] || terminal=(-it)
exec "$docker" run "${safe[@]}" --user "$server" "${terminal[@]}" "${gpu[@]}" --name open-avatar-chat --network host \
  --tmpfs /app/logs \
  -v "$PWD/models:/app/models:ro" \
  -v "$PWD/configs:/app/configs:ro" \
  -v "$PWD/ssl_certs:/app/ssl_certs:ro" \
  "$image" --config "$config"
