import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "npm:fast-check@4.10.2";
import * as v from "valibot";
import { ConfigError, loadConfig } from "../src/config/load.ts";
import type { HandlerModule } from "../src/handlers/registry.ts";
import { handlerNames } from "../src/handlers/registry.ts";

/** Handlers with settings of every sort; none is ever loaded. */
const registry: Record<string, HandlerModule> = {};
const declare = (name: string, config: v.GenericSchema) => {
  registry[name] = () =>
    Promise.resolve({
      handler: {
        name,
        config,
        consumes: [],
        produces: [],
        models: () => [],
        load: () => Promise.reject(new Error()),
      },
    });
};
declare(
  "SileraVad",
  v.strictObject({
    speaking_threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
    start_delay: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 2048),
  }),
);
declare(
  "LLM_Llama",
  v.pipe(
    v.strictObject({
      model_name: v.optional(v.pipe(v.string(), v.nonEmpty()), "tiny"),
      system_prompt: v.optional(v.string(), "Be short."),
      examples: v.optional(v.array(v.strictObject({ user: v.string(), reply: v.string() })), []),
      history_turns: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)), 3),
    }),
    v.check((config) => config.model_name !== "none", 'Name a model in "model_name".'),
  ),
);
declare(
  "Tts2Face",
  v.strictObject({
    avatar_name: v.optional(v.string(), "sample_data"),
    fps: v.optional(v.picklist([25, 30]), 25),
    enable_fast_mode: v.optional(v.boolean(), true),
  }),
);
for (const name of ["ASR_Moonshine", "SmartTurn", "TTS_Piper"]) declare(name, v.strictObject({}));

async function withFile<T>(
  text: string | Uint8Array<ArrayBuffer>,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = await Deno.makeTempDir({ prefix: "oac-config-" });
  try {
    await Deno.mkdir(join(root, "configs"));
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    await Deno.writeFile(join(root, "configs", "sample.yaml"), bytes);
    return await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const load = (text: string, more: { env?: Record<string, string>; flags?: Record<string, string> } = {}) =>
  withFile(text, (root) => loadConfig({ root, registry, ...more }));

/** The lines a wrong configuration is answered with; none when it is right. */
async function faultsOf(text: string | Uint8Array<ArrayBuffer>, more: object = {}): Promise<string[]> {
  try {
    await withFile(text, (root) => loadConfig({ root, registry, ...more }));
    return [];
  } catch (error) {
    assert.ok(
      error instanceof ConfigError,
      `Not a ConfigError: ${error instanceof Error ? error.stack : error}`,
    );
    for (const line of error.lines) assert.doesNotMatch(line, /\n|\bundefined\b|\[object/);
    return error.lines;
  }
}

const FAULTY: { name: string; text: string; lines: string[] }[] = [
  {
    name: "a key nobody knows, in a handler",
    text: "chat_engine:\n  handler_configs:\n    SileraVad:\n      speaking_treshold: 0.5\n",
    lines: [
      'configs/sample.yaml:4:7: Unknown key "speaking_treshold" in "SileraVad". Did you mean "speaking_threshold"?',
    ],
  },
  {
    name: "a key nobody knows, at the top",
    text: "servce:\n  port: 1\n",
    lines: ['configs/sample.yaml:1:1: Unknown key "servce". Did you mean "service"?'],
  },
  {
    name: "a key near to nothing",
    text: "log:\n  entirely_else: 1\n",
    lines: ['configs/sample.yaml:2:3: Unknown key "entirely_else" in "log". Known: "log_level".'],
  },
  {
    name: "a name every object inherits",
    text: "service:\n  constructor: 1\n  __proto__: 2\n",
    lines: [
      'configs/sample.yaml:2:3: Unknown key "constructor" in "service". Known: "host", "port", "cert_file", "cert_key", "concurrent_limit", "queue_limit", "rtc".',
      'configs/sample.yaml:3:3: Unknown key "__proto__" in "service". Known: "host", "port", "cert_file", "cert_key", "concurrent_limit", "queue_limit", "rtc".',
    ],
  },
  {
    name: "a handler nobody knows",
    text: "chat_engine:\n  handler_configs:\n    ASR_Monshine: {}\n",
    lines: [
      'configs/sample.yaml:3:5: Unknown handler "ASR_Monshine" in "handler_configs". Did you mean "ASR_Moonshine"?',
    ],
  },
  {
    name: "text for a number",
    text: "service:\n  port: abc\n",
    lines: ['configs/sample.yaml:2:9: "service.port" must be an integer from 1 to 65535, but is "abc".'],
  },
  {
    name: "a quoted number",
    text: 'service:\n  port: "8282"\n',
    lines: ['configs/sample.yaml:2:9: "service.port" must be an integer from 1 to 65535, but is "8282".'],
  },
  {
    name: "values out of range, all of them, in the order of the file",
    text:
      "chat_engine:\n  handler_configs:\n    SileraVad:\n      speaking_threshold: 2\n      start_delay: -1\nservice:\n  port: 70000\n  queue_limit: 1.5\n",
    lines: [
      'configs/sample.yaml:4:27: "SileraVad.speaking_threshold" must be a number from 0 to 1, but is 2.',
      'configs/sample.yaml:5:20: "SileraVad.start_delay" must be an integer 0 or more, but is -1.',
      'configs/sample.yaml:7:9: "service.port" must be an integer from 1 to 65535, but is 70000.',
      'configs/sample.yaml:8:16: "service.queue_limit" must be an integer from 0 to 10000, but is 1.5.',
    ],
  },
  {
    name: "not a number at all",
    text: "service: { port: .nan, concurrent_limit: .inf }\n",
    lines: [
      'configs/sample.yaml:1:18: "service.port" must be an integer from 1 to 65535, but is NaN.',
      'configs/sample.yaml:1:42: "service.concurrent_limit" must be an integer from 1 to 1000, but is Infinity.',
    ],
  },
  {
    name: "a choice that is near",
    text: "log:\n  log_level: WARN\n",
    lines: [
      'configs/sample.yaml:2:14: "log.log_level" must be one of "DEBUG", "INFO", "WARNING", "ERROR", but is "WARN". Did you mean "WARNING"?',
    ],
  },
  {
    name: "a choice of numbers",
    text: "chat_engine:\n  handler_configs:\n    Tts2Face: { fps: 24 }\n",
    lines: ['configs/sample.yaml:3:22: "Tts2Face.fps" must be one of 25, 30, but is 24.'],
  },
  {
    name: "text for yes or no",
    text:
      "chat_engine:\n  handler_configs:\n    Tts2Face:\n      enabled: sometimes\n      enable_fast_mode: yes\n",
    lines: [
      'configs/sample.yaml:4:16: "Tts2Face.enabled" must be true or false, but is "sometimes".',
      'configs/sample.yaml:5:25: "Tts2Face.enable_fast_mode" must be true or false, but is "yes".',
    ],
  },
  {
    name: "a list for a group, a group for text, text for a list",
    text:
      "service: [1]\nchat_engine:\n  model_root: { a: 1 }\n  handler_configs:\n    LLM_Llama:\n      examples: hello\n    TTS_Piper: 5\n",
    lines: [
      'configs/sample.yaml:1:10: "service" must be a group of keys, but is a list.',
      'configs/sample.yaml:3:15: "chat_engine.model_root" must be text that is not empty, but is a group of keys.',
      'configs/sample.yaml:6:17: "LLM_Llama.examples" must be a list (of: a group of keys), but is "hello".',
      'configs/sample.yaml:7:16: "TTS_Piper" must be a group of keys, but is 5.',
    ],
  },
  {
    name: "inside a list",
    text:
      "chat_engine:\n  handler_configs:\n    LLM_Llama:\n      examples:\n        - user: Hi\n          repli: Hello\n        - { user: 1, reply: One }\n",
    lines: [
      'configs/sample.yaml:5:11: "LLM_Llama.examples.0.reply" must be text, but is empty.',
      'configs/sample.yaml:6:11: Unknown key "repli" in "examples". Did you mean "reply"?',
      'configs/sample.yaml:7:19: "LLM_Llama.examples.1.user" must be text, but is 1.',
    ],
  },
  {
    name: "a rule of the handler's own",
    text: "chat_engine:\n  handler_configs:\n    LLM_Llama:\n      model_name: none\n",
    lines: ['configs/sample.yaml:4:7: "LLM_Llama" is wrong: Name a model in "model_name".'],
  },
  {
    name: "two spellings at once",
    text: "log:\n  log_level: INFO\nlogger:\n  log_level: INFO\n",
    lines: ['configs/sample.yaml:3:1: "logger" is another spelling of "log", which is there already.'],
  },
  {
    name: "the same key twice",
    text: "service:\n  port: 1\n  port: 2\n",
    lines: ["configs/sample.yaml:3:3: Not valid YAML: Map keys must be unique."],
  },
  {
    name: "no YAML",
    text: "service: [1, 2\nlog: }\n",
    lines: [
      "configs/sample.yaml:2:1: Not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].",
      'configs/sample.yaml:2:6: Not valid YAML: Unexpected flow-map-end token in YAML stream: "}".',
    ],
  },
  {
    name: "a list for the whole file",
    text: "- 1\n",
    lines: ["configs/sample.yaml:1:1: The file must be a group of keys, but is a list."],
  },
  {
    name: "faults below the original's environment key",
    text: "default:\n  service:\n    prot: 1\n",
    lines: ['configs/sample.yaml:3:5: Unknown key "prot" in "service". Did you mean "port"?'],
  },
  {
    name: "STUN and TURN servers",
    text: `service:
  rtc:
    ice_servers:
      - urls: ["turn:turn.example.org"]
      - { urls: ["http://turn.example.org"], username: a, credential: b }
      - { urls: ["turns:a.org:5349?transport=tcp"], secret_env: HOME }
      - { urls: ["turn:a.org"], secret_env: OAC_S, credential: b }
      - { urls: [] }
      - { url: "stun:a.org" }
      - urls: ["stun:a.org?transport=udp", "stuns:a.org", "turns:a.org?transport=udp", "turns:a.org?transport=tcp"]
        secret_env: OAC_S
`,
    lines: [
      'configs/sample.yaml:4:9: "service.rtc.ice_servers.0" is wrong: A TURN server needs "secret_env", or "username" and "credential".',
      'configs/sample.yaml:5:18: "service.rtc.ice_servers.1.urls.0" is "http://turn.example.org": Write it like stun:turn.example.org, turn:turn.example.org:3478, turn:turn.example.org?transport=tcp or turns:turn.example.org.',
      'configs/sample.yaml:6:65: "service.rtc.ice_servers.2.secret_env" is "HOME": It must name an environment variable that begins with OAC_, such as OAC_TURN_SECRET.',
      'configs/sample.yaml:7:9: "service.rtc.ice_servers.3" is wrong: Give either "secret_env" or "username" and "credential".',
      'configs/sample.yaml:8:17: "service.rtc.ice_servers.4.urls" is wrong: Name at least one server in "urls".',
      'configs/sample.yaml:9:9: "service.rtc.ice_servers.5.urls" must be a list (of: text), but is empty.',
      'configs/sample.yaml:9:11: Unknown key "url" in "ice_servers". Did you mean "urls"?',
      'configs/sample.yaml:10:16: "service.rtc.ice_servers.6.urls.0" is "stun:a.org?transport=udp": Write it like stun:turn.example.org, turn:turn.example.org:3478, turn:turn.example.org?transport=tcp or turns:turn.example.org.',
      'configs/sample.yaml:10:59: "service.rtc.ice_servers.6.urls.2" is "turns:a.org?transport=udp": Write it like stun:turn.example.org, turn:turn.example.org:3478, turn:turn.example.org?transport=tcp or turns:turn.example.org.',
    ],
  },
  {
    name: "a secret that is not in the environment",
    text: 'service:\n  rtc:\n    ice_servers: [{ urls: ["turn:a.org"], secret_env: OAC_TURN_SECRET }]\n',
    lines: [
      'configs/sample.yaml:3:55: "service.rtc.ice_servers.0.secret_env" names OAC_TURN_SECRET, which is not set in the environment.',
    ],
  },
  {
    name: "an address and ports that are none",
    text: "service:\n  rtc: { public_address: here, udp_ports: 50100-50000, behind_nat: maybe }\n",
    lines: [
      'configs/sample.yaml:2:26: "service.rtc.public_address" is "here": It must be an IPv4 address such as 203.0.113.7, or "" without a NAT.',
      'configs/sample.yaml:2:43: "service.rtc.udp_ports" is "50100-50000": It must be a range such as 50000-50100, one port for all calls such as 50000, or 0 for any.',
      'configs/sample.yaml:2:68: "service.rtc.behind_nat" must be true or false, but is "maybe".',
    ],
  },
];

for (const { name, text, lines } of FAULTY) {
  Deno.test(`A wrong file is answered line by line: ${name}`, async () => {
    assert.deepEqual(await faultsOf(text), lines);
  });
}

Deno.test("A file that is no text, no file, or not there gives one line", async () => {
  assert.deepEqual(await faultsOf(new Uint8Array([0xff, 0xfe, 0x00])), [
    "configs/sample.yaml: Not a text file in UTF-8.",
  ]);
  await withFile("", async (root) => {
    const lines = (file: string) =>
      loadConfig({ root, registry, file }).then(() => assert.fail("It loaded"), (error) => error.lines);
    assert.deepEqual(await lines("configs"), ["configs: It is a folder, a YAML file is expected."]);
    assert.deepEqual(await lines("configs/sampel.yaml"), [
      `configs/sampel.yaml: File not found (paths are absolute or relative to "${root}"). Did you mean "sample.yaml"?`,
    ]);
    assert.deepEqual(await lines("/no/such/folder/x.yaml"), [
      `/no/such/folder/x.yaml: File not found (paths are absolute or relative to "${root}").`,
    ]);
  });
});

Deno.test("Without a file the settings that came along are used, but not in place of one that was named", async () => {
  const root = await Deno.makeTempDir();
  try {
    const config = await loadConfig({ root });
    assert.equal(config.builtIn, true);
    assert.equal(config.chat_engine.model_root, join(root, "models"), "paths are still those of the folder");
    await assert.rejects(loadConfig({ root, file: "configs/sample.yaml" }), /File not found/);
    await Deno.mkdir(join(root, "configs"));
    await Deno.writeTextFile(join(root, "configs/sample.yaml"), "service: { port: 9000 }");
    const own = await loadConfig({ root });
    assert.deepEqual([own.builtIn, own.service.port], [false, 9000]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("An empty file means the defaults and the default chain", async () => {
  for (
    const text of ["", "# nothing\n", "log:\nservice:\nchat_engine:\n  handler_configs:\n", "default: {}\n"]
  ) {
    await withFile(text, async (root) => {
      const config = await loadConfig({ root, registry });
      assert.deepEqual(config.log, { log_level: "INFO" });
      assert.deepEqual(config.service, {
        host: "0.0.0.0",
        port: 8282,
        concurrent_limit: 4,
        queue_limit: 16,
        cert_file: join(root, "ssl_certs/localhost.crt"),
        cert_key: join(root, "ssl_certs/localhost.key"),
      });
      assert.equal(config.chat_engine.model_root, join(root, "models"));
      assert.equal(config.file, join(root, "configs/sample.yaml"));
      const names = config.handlers.map(({ name }) => name);
      assert.deepEqual(names, [
        "SileraVad",
        "ASR_Moonshine",
        "SmartTurn",
        "LLM_Llama",
        "TTS_Piper",
        "Tts2Face",
      ]);
      assert.deepEqual(config.handlers[0].config, { speaking_threshold: 0.5, start_delay: 2048 });
    });
  }
});

Deno.test("How callers reach the server: secrets come from the environment, ports in three spellings", async () => {
  const network = async (rtc: string, env = {}) =>
    (await load(`service: { rtc: ${rtc} }\n`, { env })).network;
  assert.deepEqual(await network("{}"), { servers: [], publicAddress: null, ports: null, behindNat: false });
  const servers =
    '{ ice_servers: [{ urls: ["stun:a.org"] }, { urls: ["turn:a.org"], secret_env: OAC_MINE }] }';
  assert.deepEqual((await network(servers, { OAC_MINE: "abc" })).servers, [
    { urls: ["stun:a.org"] },
    { urls: ["turn:a.org"], secret: "abc" },
  ]);
  assert.deepEqual(await faultsOf("", { env: { OAC_MINE: "abc" } }), [
    'Unknown environment variable "OAC_MINE".',
  ]);
  const given = await network("{}", {
    OAC_SERVICE_RTC_ICE_SERVERS: '[{ urls: ["turn:b.org"], secret_env: OAC_OTHER }]',
    OAC_SERVICE_RTC_UDP_PORTS: "50000-50010",
    OAC_SERVICE_RTC_PUBLIC_ADDRESS: "203.0.113.7",
    OAC_OTHER: "def",
  });
  assert.deepEqual(given, {
    servers: [{ urls: ["turn:b.org"], secret: "def" }],
    publicAddress: "203.0.113.7",
    ports: { min: 50000, max: 50010 },
    behindNat: false,
  });
  for (const one of ["50000", '"50000"', "50000-50000"]) {
    assert.deepEqual((await network(`{ udp_ports: ${one} }`)).ports, { min: 50000, max: 50000 });
  }
  for (const wrong of ["70000", "0-9", "-1", "1.5", "5-", "a", "[1]"]) {
    const lines = await faultsOf(`service: { rtc: { udp_ports: ${wrong} } }\n`);
    assert.equal(lines.length, 1, wrong);
    assert.match(lines[0], /^configs\/sample\.yaml:1:30: "service\.rtc\.udp_ports" (is|must be) /);
  }
});

Deno.test("Handlers keep the file's order, can be left out, and answer to the original's spelling", async () => {
  const config = await load(
    "default:\n  logger: { log_level: debug }\n  chat_engine:\n    handler_configs:\n" +
      "      TTS_Piper: {}\n      SileroVad: { start_delay: 512 }\n      Tts2Face: { enabled: false, fps: 30 }\n",
  );
  assert.equal(config.log.log_level, "DEBUG");
  assert.deepEqual(config.handlers.map(({ name, config }) => [name, config]), [
    ["TTS_Piper", {}],
    ["SileraVad", { speaking_threshold: 0.5, start_delay: 512 }],
  ]);
});

Deno.test("Aliases of YAML are followed, and not without end", async () => {
  const config = await load(
    "log: &a { log_level: ERROR }\nservice:\n  host: &h 127.0.0.1\n  cert_file: *h\n",
  );
  assert.match(config.service.cert_file, /127\.0\.0\.1$/);
  const bomb = "a: &a [1]\n" + "bcdefgh".split("").map((name, i) => {
    const inner = `*${"abcdefg"[i]}`;
    return `${name}: &${name} [${Array(10).fill(inner).join(", ")}]\n`;
  }).join("");
  assert.match(
    (await faultsOf(bomb))[0],
    /^configs\/sample\.yaml:1:1: Not valid YAML: Excessive alias count/,
  );
});

Deno.test("Flag over environment over YAML over default", async () => {
  const text =
    "service: { port: 1001, host: a }\nchat_engine: { handler_configs: { SileraVad: {}, LLM_Llama: {} } }\n";
  const env = {
    OAC_SERVICE_PORT: "1002",
    OAC_LOG_LEVEL: "error",
    OAC_SERVICE_QUEUE_LIMIT: "",
    OAC_CHAT_ENGINE_HANDLER_CONFIGS_SILERAVAD_START_DELAY: "4096",
    OAC_CHAT_ENGINE_HANDLER_CONFIGS_LLM_LLAMA_SYSTEM_PROMPT: "[1, 2: not YAML",
    OAC_CHAT_ENGINE_HANDLER_CONFIGS_LLM_LLAMA_EXAMPLES: "[{ user: Hi, reply: Ho }]",
    PATH: "/bin",
  };
  assert.equal((await load(text)).service.port, 1001);
  const fromEnv = await load(text, { env });
  assert.equal(fromEnv.service.port, 1002);
  assert.equal(fromEnv.service.host, "a");
  assert.equal(fromEnv.service.queue_limit, 16);
  assert.equal(fromEnv.log.log_level, "ERROR");
  assert.deepEqual(fromEnv.handlers[0].config, { speaking_threshold: 0.5, start_delay: 4096 });
  assert.deepEqual(fromEnv.handlers[1].config, {
    model_name: "tiny",
    system_prompt: "[1, 2: not YAML",
    examples: [{ user: "Hi", reply: "Ho" }],
    history_turns: 3,
  });
  const fromFlags = await load(text, { env, flags: { port: "1003", host: "b", logLevel: "DEBUG" } });
  assert.equal(fromFlags.service.port, 1003);
  assert.equal(fromFlags.service.host, "b");
  assert.equal(fromFlags.log.log_level, "DEBUG");
  const off = await load(text, { env: { OAC_CHAT_ENGINE_HANDLER_CONFIGS_SILERAVAD_ENABLED: "false" } });
  assert.deepEqual(off.handlers.map(({ name }) => name), ["LLM_Llama"]);
});

Deno.test("What is wrong outside the file is named as it was given", async () => {
  const env = { OAC_SERVICE_PROT: "1", OAC_LOG_LEVEL: "loud", OAC_SERVICE_PORT: "0" };
  assert.deepEqual(await faultsOf("", { env, flags: { port: "8o80" } }), [
    'Unknown environment variable "OAC_SERVICE_PROT". Did you mean "OAC_SERVICE_PORT"?',
    'OAC_LOG_LEVEL must be one of "DEBUG", "INFO", "WARNING", "ERROR", but is "loud".',
    "OAC_SERVICE_PORT must be an integer from 1 to 65535, but is 0.",
    '--port must be an integer from 1 to 65535, but is "8o80".',
  ]);
});

Deno.test("The sample file holds the defaults of the real handlers", async () => {
  const root = Deno.cwd();
  const sample = await loadConfig({ root });
  await withFile("", async (empty) => {
    const plain = await loadConfig({ root: empty });
    const bare = ({ handlers }: typeof plain) => handlers.map(({ name, config }) => ({ name, config }));
    assert.deepEqual(bare(sample), bare(plain));
    assert.deepEqual(sample.log, plain.log);
    const { cert_file: _c, cert_key: _k, ...service } = sample.service;
    const { cert_file: _d, cert_key: _l, ...plainService } = plain.service;
    assert.deepEqual(service, plainService);
  });
  for (const { name } of sample.handlers) assert.ok(handlerNames().includes(name));
});

const text = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" });
const valid = fc.record({
  log: fc.record({ log_level: fc.constantFrom("DEBUG", "INFO", "WARNING", "ERROR") }, { requiredKeys: [] }),
  service: fc.record({
    host: text,
    port: fc.integer({ min: 1, max: 65535 }),
    concurrent_limit: fc.integer({ min: 1, max: 1000 }),
    queue_limit: fc.integer({ min: 0, max: 10000 }),
  }, { requiredKeys: [] }),
  SileraVad: fc.record({
    speaking_threshold: fc.double({ min: 0, max: 1, noNaN: true }).map((x) => x + 0),
    start_delay: fc.nat(),
  }, { requiredKeys: [] }),
  LLM_Llama: fc.record({ system_prompt: fc.string({ unit: "grapheme" }), history_turns: fc.nat(20) }, {
    requiredKeys: [],
  }),
});

/** JSON is YAML, except that YAML text may not hold some characters unescaped. */
const json = (value: unknown) =>
  JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

Deno.test("Property: right values come back as they were given", async () => {
  await fc.assert(
    fc.asyncProperty(valid, async ({ log, service, SileraVad, LLM_Llama }) => {
      const file = json({ log, service, chat_engine: { handler_configs: { SileraVad, LLM_Llama } } });
      const config = await load(file);
      assert.deepEqual({ ...config.log, ...log }, config.log);
      assert.deepEqual({ ...config.service, ...service }, config.service);
      assert.deepEqual(
        { speaking_threshold: 0.5, start_delay: 2048, ...SileraVad },
        config.handlers[0].config,
      );
      assert.deepEqual({ ...config.handlers[1].config as object, ...LLM_Llama }, config.handlers[1].config);
    }),
    { numRuns: 60 },
  );
});

const KEYS: [section: string, key: string][] = [
  ["service", "host"],
  ["service", "port"],
  ["service", "cert_file"],
  ["service", "concurrent_limit"],
  ["log", "log_level"],
  ["SileraVad", "speaking_threshold"],
  ["LLM_Llama", "history_turns"],
  ["Tts2Face", "fps"],
];
const typo = fc.tuple(
  fc.constantFrom(...KEYS),
  fc.nat(),
  fc.constantFrom("drop", "double", "swap", "replace"),
).map(
  ([[section, key], where, kind]) => {
    const i = where % (key.length - 1);
    const [before, a, b, after] = [key.slice(0, i), key[i], key[i + 1], key.slice(i + 2)];
    const middle = { drop: b, double: a + a + b, swap: b + a, replace: `q${b}` }[kind];
    return { section, key, wrong: before + middle + after };
  },
).filter(({ key, wrong }) => key !== wrong);

Deno.test("Property: a mistyped key is always pointed at, with a right name to take instead", async () => {
  await fc.assert(
    fc.asyncProperty(typo, async ({ section, key, wrong }) => {
      const top = section === "log" || section === "service";
      const file = top
        ? `${section}:\n  ${wrong}: 1\n`
        : `chat_engine:\n  handler_configs:\n    ${section}:\n      ${wrong}: 1\n`;
      const [line, ...rest] = await faultsOf(file);
      assert.deepEqual(rest, []);
      const place = top ? "2:3" : "4:7";
      assert.equal(
        line,
        `configs/sample.yaml:${place}: Unknown key "${wrong}" in "${section}". Did you mean "${key}"?`,
      );
    }),
    { numRuns: 100 },
  );
});

Deno.test("Property: whatever the file holds, it loads or is refused in lines", async () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.array(
      fc.constantFrom(
        "service",
        "log",
        ":",
        " ",
        "\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&a",
        "*a",
        "!!x",
        "'",
        '"',
        "|",
        "#",
        "? ",
      ),
      {
        maxLength: 40,
      },
    ).map((parts) => parts.join("")),
    fc.object({
      key: fc.constantFrom(
        "service",
        "log",
        "port",
        "chat_engine",
        "handler_configs",
        "SileraVad",
        "__proto__",
        "x",
      ),
    })
      .map(json),
  );
  await fc.assert(fc.asyncProperty(anything, async (file) => void await faultsOf(file)), { numRuns: 300 });
});
