/** Command line → configuration → models → server; nothing else. */
import { fileURLToPath } from "node:url";
import { EXIT_WRONG, HELP, parseCommand } from "./src/cli.ts";
import { type Config, ConfigError, loadConfig, originOf } from "./src/config/load.ts";
import { doctor } from "./src/doctor/main.ts";
import { connect, type Pipeline, PipelineError, printGraph } from "./src/engine/pipeline.ts";
import type { Log } from "./src/engine/handler.ts";
import { offerAvatars } from "./src/handlers/avatar/offer.ts";
import { packName } from "./src/handlers/avatar/packname.ts";
import { createLog } from "./src/log.ts";
import { models } from "./src/models/main.ts";
import { strayPacks } from "./src/models/links.ts";
import { offerModels } from "./src/models/offer.ts";
import { checkModels, neededModels } from "./src/models/resolve.ts";
import { giveUpFetching } from "./src/models/rights.ts";
import type { Render } from "./src/rtc/signalling.ts";
import type { Shared } from "./src/server/addresses.ts";
import { terminalQr } from "./src/server/qr.ts";
import { type Server, startServer } from "./src/server/server.ts";
import { readTls } from "./src/server/tls.ts";
import { barredPrograms } from "./src/workers/rights.ts";
import { PROGRAM, VERSION, versionLine } from "./src/version.ts";

const ROOT = Deno.cwd();
const AVATARS = new URL("./static/avatars/", import.meta.url);

function giveUp(lines: string[]): never {
  for (const line of lines) console.error(line);
  Deno.exit(EXIT_WRONG);
}

async function configure(file: string | undefined, flags: Parameters<typeof loadConfig>[0]["flags"]) {
  try {
    const config = await loadConfig({ file, flags, env: Deno.env.toObject(), root: ROOT });
    return { config, pipeline: connect(config.handlers) };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof PipelineError) giveUp(error.lines);
    throw error;
  }
}

/** Fails before anything heavy is loaded. */
function checkPort(hostname: string, port: number): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (error) {
    const why = error instanceof Deno.errors.AddrInUse
      ? `is in use by another program. Stop it or choose another port: ${PROGRAM} --port ${port + 1}`
      : `on "${hostname}" cannot be used: ${
        error instanceof Error ? error.message : error
      }. Check service.host and service.port.`;
    giveUp([`Port ${port} ${why}`]);
  }
}

/** The address for other devices; on a terminal also for their cameras. */
function tellShared({ url, host, named }: Shared, log: Log): void {
  log.info(`Other devices: ${url}${Deno.stderr.isTerminal() ? `\n${terminalQr(url)}` : ""}`);
  if (named) return;
  log.warn(`The certificate does not name ${host}, so browsers warn of it. Run scripts/create_ssl_certs.sh.`);
}

async function run(config: Config, pipeline: Pipeline): Promise<void> {
  const { service, chat_engine: { model_root: modelRoot } } = config;
  const log = createLog(config.log.log_level);
  log.info(`Settings: ${originOf(config)}`);
  for (const { name, note } of config.handlers) if (note) log.info(`${name}: ${note}`);
  checkPort(service.host, service.port);
  const absent = await offerModels(config, ROOT);
  if (absent.length > 0) giveUp(absent);
  await giveUpFetching(ROOT);
  const programs = await barredPrograms(config.handlers);
  if (programs.length > 0) giveUp(programs);
  const tls = await readTls(service.cert_file, service.cert_key);
  if ("reason" in tls) {
    log.warn(
      `Serving http, because ${tls.reason}. Other devices need https to use their microphone: ` +
        "run scripts/create_ssl_certs.sh and start again.",
    );
  }
  const face = config.handlers.find(({ produces }) => produces.includes("video.reply"))?.config as
    | { avatar_name: string; fps: number; enable_fast_mode: boolean; render?: Render }
    | undefined;
  const offer = await offerAvatars(config.handlers, { avatarRoot: fileURLToPath(AVATARS), modelRoot });
  if (offer.mismatch) log.warn(offer.mismatch);
  // Media libraries reject promises nobody waits for; one broken call must not end the others.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error(`Unexpected: ${event.reason?.stack ?? event.reason}`);
  });
  const server = await startServer({
    host: service.host,
    port: service.port,
    tls,
    places: service.concurrent_limit,
    queue: service.queue_limit,
    positions: config.handlers,
    pipeline,
    folders: { modelRoot, avatarRoot: fileURLToPath(AVATARS) },
    network: config.network,
    fps: face?.fps ?? 0,
    hold: face && !face.enable_fast_mode ? 300 : 0,
    render: face?.render ?? "server",
    page: {
      version: VERSION,
      avatar: packName(face?.avatar_name ?? "sample_data"),
      gallery: offer.gallery,
      video: face !== undefined,
      render: face?.render ?? "server",
      camera: pipeline.consumers("image.user").length > 0,
    },
    ownAvatars: offer.own,
    log,
  }).catch((error) => giveUp([`The server could not be started. ${error.message}`]));
  endOnSignals(server, log);
  const host = ["0.0.0.0", "::"].includes(service.host) ? "localhost" : service.host;
  const address = `${"cert" in tls ? "https" : "http"}://${host}:${service.port}`;
  log.info(`Listening: ${address} (the models are being loaded)`);
  // Reading them all takes a while; only what proves right gets to native code.
  const faults = [...await checkModels(neededModels(config), modelRoot), ...await strayPacks(config)];
  if (faults.length > 0) giveUp(faults);
  await server.load().catch((error) => giveUp([`The server could not be started. ${error.message}`]));
  log.info(`Ready: ${address}`);
  const shared = server.site.shared();
  if (shared) tellShared(shared, log);
}

function endOnSignals(server: Server, log: Log): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    log.info("Stopping.");
    await server[Symbol.asyncDispose]();
    Deno.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
}

const command = parseCommand(Deno.args);
if (command.kind === "wrong") giveUp([command.line]);
if (command.kind === "help") console.log(HELP);
else if (command.kind === "version") console.log(await versionLine());
else if (command.kind === "models") Deno.exitCode = await models(command.args, ROOT);
else if (command.kind === "doctor") {
  const { config: file, flags, json } = command;
  const source = { file, flags, env: Deno.env.toObject(), root: ROOT };
  // Ending without a word would look like success.
  Deno.exitCode = 1;
  // Whatever a check left open must not keep the program from ending.
  Deno.exit(
    await doctor({
      source,
      avatarRoot: fileURLToPath(AVATARS),
      json,
      giveUpRights: () => giveUpFetching(ROOT),
    }),
  );
} else {
  const { config, pipeline } = await configure(command.config, command.flags);
  if (command.kind === "check-config") {
    console.log(`${config.file}: the configuration is right.`);
    for (const { name, note } of config.handlers) if (note) console.log(`${name}: ${note}`);
    const { model_root: modelRoot } = config.chat_engine;
    const { mismatch } = await offerAvatars(config.handlers, {
      avatarRoot: fileURLToPath(AVATARS),
      modelRoot,
    });
    if (mismatch) console.log(mismatch);
  } else if (command.kind === "print-graph") console.log(printGraph(pipeline));
  else await run(config, pipeline);
}
