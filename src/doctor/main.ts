/** `open-avatar-chat doctor`: looks at one thing after the other and says what is wrong and what to do about it. */
import { type Config, ConfigError, type ConfigSource, loadConfig, originOf } from "../config/load.ts";
import { connect, PipelineError } from "../engine/pipeline.ts";
import { neededModels } from "../models/resolve.ts";
import type { Gpu } from "../handlers/llm/gpu.ts";
import { readTls } from "../server/tls.ts";
import { readBuild, versionLine } from "../version.ts";
import type { Crew } from "../workers/crew.ts";
import { type Deed, probe } from "../workers/probe.ts";
import { judgeCertificate, judgeMicrophone } from "./certificate.ts";
import { bad, type Check, ok, works } from "./check.ts";
import { judgeClock, judgeTimers, timeTimers } from "./clock.ts";
import { judgeHandlers, judgeUnloaded, loadHandlers } from "./handlers.ts";
import { judgeLimits } from "./limits.ts";
import { callOurselves, judgeCall, judgeUncalled } from "./loopback.ts";
import { freeDisk, judgeCard, judgeDisk, judgeMemory, judgeProcessor, readMachine } from "./machine.ts";
import { checkPage, judgeModels, takeStock } from "./models.ts";
import { judgePort, probePort } from "./port.ts";
import { judgeRelays, tryRelays } from "./relay.ts";
import { jsonOf, lineOf, summaryOf } from "./report.ts";
import { judgeServices, reach } from "./services.ts";

export interface DoctorOptions {
  /** Where the configuration comes from. */
  source: ConfigSource;
  /** Absolute path of the avatar packs. */
  avatarRoot: string;
  /** JSON instead of lines. */
  json: boolean;
  /** Gives up what serving does not need, as the server does at its start. */
  giveUpRights(): Promise<void>;
}

/** Prints what it finds, each as soon as it is known. @returns the exit code: 0 only if a call would work. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const checks: Check[] = [];
  const colours = Deno.stdout.isTerminal();
  const program = await versionLine();
  // Media libraries reject promises nobody waits for, for example those of a TURN server that does not answer.
  globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
  if (!options.json) console.log(program);
  try {
    for await (const check of examine(options)) {
      checks.push(check);
      if (!options.json) console.log(lineOf(check, colours));
    }
  } catch (error) {
    // Said here, because the listener above would keep it to itself.
    console.error("The doctor itself failed. Please report this:", error);
    return 1;
  }
  console.log(options.json ? jsonOf(checks, program) : summaryOf(checks));
  return works(checks) ? 0 : 1;
}

async function* examine(options: DoctorOptions): AsyncGenerator<Check> {
  let config: Config;
  try {
    config = await loadConfig(options.source);
    connect(config.handlers);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof PipelineError)) throw error;
    yield bad("Configuration", error.lines.join(" "), "Mend the file; --check-config reads it again.");
    return;
  }
  yield ok("Configuration", originOf(config));
  const { service, chat_engine: { model_root: modelRoot } } = config;
  const { root } = options.source;

  const machine = await readMachine();
  const disk = { models: await freeDisk(modelRoot), logs: await freeDisk(`${root}/logs`) };
  await options.giveUpRights();
  const stock = await takeStock(neededModels(config), modelRoot);
  const memory = judgeMemory(machine, stock.bytes);
  yield judgeProcessor(machine);
  yield memory;
  const gpu = gpuOf(config);
  if (gpu !== null) yield judgeCard(machine, gpu);
  yield judgeDisk(disk, stock.missing);
  yield judgeClock(Date.now(), (await readBuild())?.date);
  yield judgeModels(stock);
  yield await checkPage();
  const port = await probePort(service.host, service.port);
  yield judgePort(service.host, service.port, port);
  // A running server may hold the only port of the calls.
  const ports = port.is === "ours" ? null : config.network.ports;
  const tls = await readTls(service.cert_file, service.cert_key);
  const present = await isThere(service.cert_file) || await isThere(service.cert_key);
  yield judgeCertificate(tls, present, Date.now());
  yield judgeMicrophone(service, tls);
  yield judgeRelays(await tryRelays(config.network.servers));
  yield judgeServices(await Promise.all(endpointsOf(config).map(({ name, url }) => reach(name, url))));

  if (stock.lines.length > 0 || memory.verdict === "bad") {
    // Native code must not be given what was not verified, and loading might take the memory that others need.
    yield judgeLimits(await probe(root, false), new Map());
    yield* testCall(null, ports);
    return;
  }
  yield* withHandlers(config, ports, options);
}

async function* withHandlers(config: Config, ports: Ports, options: DoctorOptions): AsyncGenerator<Check> {
  const { root } = options.source;
  const folders = { modelRoot: config.chat_engine.model_root, avatarRoot: options.avatarRoot };
  const loaded = await loadHandlers(config.handlers, folders).catch((error: Error) => error);
  if (loaded instanceof Error) {
    yield judgeUnloaded(loaded.message);
    yield judgeLimits(await probe(root, false), new Map());
    yield* testCall(null, ports);
    return;
  }
  await using crew = loaded.crew;
  yield judgeHandlers(loaded);
  yield judgeTimers(await timeTimers());
  yield judgeLimits(await probe(root, false), await probeWorkers(crew, root));
  yield* testCall(loaded.picture, ports);
}

type Ports = Config["network"]["ports"];

async function* testCall(picture: Uint8Array<ArrayBuffer> | null, ports: Ports): AsyncGenerator<Check> {
  const arrivals = await callOurselves(picture, ports).catch((error: Error) => error);
  yield arrivals instanceof Error ? judgeUncalled(arrivals.message) : judgeCall(arrivals, picture !== null);
}

const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

async function probeWorkers(crew: Crew, root: string): Promise<Map<string, Deed[]>> {
  const found = new Map<string, Deed[]>();
  for (const [handler, host] of crew.hosts) found.set(handler, await host.probe(root));
  return found;
}

/** What `LLM_Llama` is to compute on; null where there is none. */
function gpuOf({ handlers }: Config): Gpu | null {
  const found = handlers.find(({ name }) => name === "LLM_Llama");
  return found ? (found.config as { gpu: Gpu }).gpu : null;
}

function endpointsOf({ handlers }: Config): { name: string; url: string }[] {
  return handlers.flatMap(({ name, handler, config }) =>
    (handler.endpoints?.(config) ?? []).map((url) => ({ name, url }))
  );
}
