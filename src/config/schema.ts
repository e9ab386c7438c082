/** The configuration file, apart from the handlers' own settings, which each handler declares beside its code. */
import * as v from "valibot";
import { LEVELS } from "../log.ts";
import { rtc } from "./rtc.ts";

const integer = (from: number, to: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to));
const text = () => v.pipe(v.string(), v.nonEmpty());

const log = v.strictObject({
  log_level: v.optional(v.pipe(v.string(), v.toUpperCase(), v.picklist(LEVELS)), "INFO"),
});

const service = v.strictObject({
  host: v.optional(text(), "0.0.0.0"),
  port: v.optional(integer(1, 65535), 8282),
  /** PEM files; https is used when both can be read. */
  cert_file: v.optional(text(), "ssl_certs/localhost.crt"),
  cert_key: v.optional(text(), "ssl_certs/localhost.key"),
  /** Callers at once. */
  concurrent_limit: v.optional(integer(1, 1000), 4),
  /** Callers who may wait for a place; those beyond are told that the server is busy. */
  queue_limit: v.optional(integer(0, 10000), 16),
  /** How sound and picture reach the callers. */
  rtc: v.optional(rtc, {}),
});

const chatEngine = v.strictObject({
  model_root: v.optional(text(), "models"),
  handler_configs: v.optional(v.record(v.string(), v.unknown()), {}),
});

export const settings = v.strictObject({
  log: v.optional(log, {}),
  service: v.optional(service, {}),
  chat_engine: v.optional(chatEngine, {}),
});

export type Settings = v.InferOutput<typeof settings>;
