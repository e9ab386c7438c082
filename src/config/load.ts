/** The configuration: flag over environment over YAML over default; every fault is one line. */
import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kind } from "../engine/frame.ts";
import { type Handler, kindsOf } from "../engine/handler.ts";
import { handlerAliases, type HandlerModule, handlers as registered } from "../handlers/registry.ts";
import { type Checked, type Group, group, type Link, missingKeys, readChain } from "./chain.ts";
import type { NetworkSettings } from "../rtc/ice.ts";
import { fromEnvironment, leaves, type Override, unknownVariable } from "./environment.ts";
import { check, type Fault } from "./faults.ts";
import { hint } from "./nearest.ts";
import { missingSecrets, networkOf, secretNames } from "./rtc.ts";
import { type Settings, settings } from "./schema.ts";
import { readSource, type Source } from "./source.ts";

export interface ConfiguredHandler {
  name: string;
  handler: Handler;
  /** Checked by the handler's own schema, defaults filled in. */
  config: unknown;
  /** What it takes and gives with these settings. */
  consumes: readonly Kind[];
  produces: readonly Kind[];
  /** What was chosen for this machine and why, one line. */
  note?: string;
}

/** All paths are absolute. */
export interface Config {
  /** The file it came from. */
  file: string;
  /** Is that the one that came with the program? */
  builtIn: boolean;
  log: Settings["log"];
  service: Omit<Settings["service"], "rtc">;
  /** What `service.rtc` says, with the secrets from the environment. */
  network: Omit<NetworkSettings, "log">;
  chat_engine: { model_root: string };
  /** The enabled ones, in the order of the file. */
  handlers: ConfiguredHandler[];
}

/** Settings given on the command line, as typed. */
export interface ConfigFlags {
  host?: string;
  port?: string;
  logLevel?: string;
}

export interface ConfigSource {
  /** Absolute or relative to `root`; by default `configs/sample.yaml`, or if there is none the one that came along. */
  file?: string;
  env?: Readonly<Record<string, string>>;
  flags?: ConfigFlags;
  /** The project root. */
  root: string;
  /** The handlers there are; only tests give others. */
  registry?: Readonly<Record<string, HandlerModule>>;
}

/** The configuration is wrong; `lines` says each fault in one line. */
export class ConfigError extends Error {
  constructor(readonly lines: string[]) {
    super(lines.join("\n"));
    this.name = "ConfigError";
  }
}

export const DEFAULT_FILE = "configs/sample.yaml";
/** Part of an executable, which may have been moved to an empty folder. */
const BUILT_IN = fileURLToPath(new URL("../../configs/sample.yaml", import.meta.url));

const SPELLINGS = [
  { section: [], names: { logger: "log" } },
  { section: ["chat_engine", "handler_configs"], names: handlerAliases },
];

/**
 * Reads and checks everything; nothing is started.
 * @throws ConfigError and nothing else.
 */
export async function loadConfig(from: ConfigSource): Promise<Config> {
  const { file = DEFAULT_FILE, env = {}, flags = {}, root, registry = registered } = from;
  const { path, builtIn } = await locate(from);
  const shownFile = isAbsolute(file) && !relative(root, file).startsWith("..") ? relative(root, file) : file;
  const source = readSource(await textOf(path, shownFile, root), shownFile, SPELLINGS);
  if (source.lines.length > 0) throw new ConfigError(source.lines);

  const { value, faults } = check(settings, source.data, "");
  const chain = await readChain(source.data, registry);
  const lines = linesOf([...faults, ...chain.faults], source);
  if (lines.length > 0) throw new ConfigError(lines);

  const base = { schema: settings, raw: group(source.data), value };
  const outside = overrule(base, chain.links, env, flags);
  if (outside.length > 0) throw new ConfigError(outside);
  const keys = chain.links.filter(({ value }) => value.enabled).flatMap((link) => missingKeys(link, env));
  const missing = linesOf([...missingSecrets(base.value.service.rtc, env), ...keys], source);
  if (missing.length > 0) throw new ConfigError(missing);
  return await finish({ file: path, builtIn }, root, base.value, chain.links, env);
}

/** What people are told of where the settings come from. */
export function originOf({ file, builtIn }: Config): string {
  return builtIn ? `the built-in ones, because there is no ${DEFAULT_FILE}` : file;
}

async function locate({ file, root }: ConfigSource): Promise<{ path: string; builtIn: boolean }> {
  const path = resolve(root, file ?? DEFAULT_FILE);
  const builtIn = file === undefined && path !== BUILT_IN && !await isThere(path);
  return { path: builtIn ? BUILT_IN : path, builtIn };
}

const isThere = (path: string) =>
  Deno.lstat(path).then(() => true, (error) => !(error instanceof Deno.errors.NotFound));

async function textOf(path: string, file: string, root: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ConfigError([await notFound(path, file, root)]);
    if (error instanceof TypeError) throw new ConfigError([`${file}: Not a text file in UTF-8.`]);
    if (error instanceof Deno.errors.NotCapable) throw new ConfigError([offLimits(file, root)]);
    const directory = error instanceof Deno.errors.IsADirectory || await isDirectory(path);
    const reason = directory
      ? "It is a folder, a YAML file is expected"
      : "It cannot be read, check its permissions";
    throw new ConfigError([`${file}: ${reason}.`]);
  }
}

/** An executable's rights are fixed when it is built. */
function offLimits(file: string, root: string): string {
  const remedy = Deno.build.standalone
    ? `Put it into "${root}/configs"`
    : "Start with: deno task start --config";
  return `${file}: This program may not read files there. ${remedy}.`;
}

const isDirectory = (path: string) => Deno.stat(path).then((info) => info.isDirectory, () => false);

async function notFound(path: string, file: string, root: string): Promise<string> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(dirname(path))) if (/\.ya?ml$/.test(name)) names.push(name);
  } catch {
    // No such folder: nothing to suggest.
  }
  return `${file}: File not found (paths are absolute or relative to "${root}").${
    hint(basename(path), names.sort())
  }`;
}

const HANDLERS = "chat_engine.handler_configs.";

/** One line per fault, in the order of the file. */
function linesOf(faults: Fault[], source: Source): string[] {
  const placed = faults.map((fault) => ({ ...fault, offset: source.offset(fault.path, fault.at) }));
  return placed.sort((a, b) => a.offset - b.offset).map(({ path, at, message, offset }) => {
    const key = path.join(".");
    const name = key.startsWith(HANDLERS) ? key.slice(HANDLERS.length) : key;
    const subject = at === "key" ? "" : name ? `"${name}" ` : "The file ";
    return `${source.place(offset)}: ${subject}${message}`;
  });
}

type Base = Checked & { value: Settings };

/** Puts environment and flags over what the file says, in place. Returns one line per fault. */
function overrule(
  base: Base,
  chain: Link[],
  env: NonNullable<ConfigSource["env"]>,
  flags: ConfigFlags,
): string[] {
  const known = leaves(settings).filter(({ path }) => path[1] !== "handler_configs");
  for (const link of chain) known.push(...leaves(link.schema, ["chat_engine", "handler_configs", link.name]));
  const { overrides, unknown } = fromEnvironment(env, known);
  const lines: string[] = [];
  for (const { name, path, value } of [...overrides, ...fromFlags(flags)]) {
    const link = path[1] === "handler_configs" ? chain.find((link) => link.name === path[2]) : undefined;
    const part: Checked = link ?? base;
    const raw = set(part.raw, path.slice(link ? 3 : 0), value);
    const result = check(part.schema, raw, "");
    if (result.faults.length > 0) lines.push(...result.faults.map((fault) => `${name} ${fault.message}`));
    else Object.assign(part, { raw, value: result.value });
  }
  const secrets = [
    ...secretNames(base.value.service.rtc),
    ...chain.flatMap(({ handler, value }) => handler.secrets?.(value) ?? []),
  ];
  const strange = unknown.filter((name) => !secrets.includes(name));
  return [...strange.map((name) => unknownVariable(name, known)), ...lines];
}

function fromFlags(flags: ConfigFlags): Override[] {
  const port = flags.port !== undefined && /^\d+$/.test(flags.port) ? Number(flags.port) : flags.port;
  return [
    { name: "--host", path: ["service", "host"], value: flags.host },
    { name: "--port", path: ["service", "port"], value: port },
    { name: "--log-level", path: ["log", "log_level"], value: flags.logLevel },
  ].filter(({ value }) => value !== undefined);
}

/** A copy of the group with one value replaced. */
function set(base: Group, [step, ...rest]: readonly (string | number)[], value: unknown): Group {
  return { ...base, [step]: rest.length > 0 ? set(group(base[step]), rest, value) : value };
}

async function finish(
  from: Pick<Config, "file" | "builtIn">,
  root: string,
  value: Settings,
  chain: Link[],
  env: NonNullable<ConfigSource["env"]>,
): Promise<Config> {
  const modelRoot = resolve(root, value.chat_engine.model_root);
  const { cert_file, cert_key, rtc, ...service } = value.service;
  const enabled = chain.filter((link) => link.value.enabled);
  return {
    ...from,
    log: value.log,
    service: { ...service, cert_file: resolve(root, cert_file), cert_key: resolve(root, cert_key) },
    network: networkOf(rtc, env),
    chat_engine: { model_root: modelRoot },
    handlers: await Promise.all(enabled.map(async ({ name, handler, value: { enabled: _, ...given } }) => {
      const { config, ...notes } = await handler.settle?.(given, modelRoot) ?? { config: given };
      const consumes = kindsOf(handler.consumes, config), produces = kindsOf(handler.produces, config);
      return { name, handler, config, consumes, produces, ...notes };
    })),
  };
}
