import assert from "node:assert/strict";
import { parse } from "yaml";

const read = (path: string) => Deno.readTextFile(new URL(`../${path}`, import.meta.url));

/** Runs a program. @returns null when it is not installed. */
async function run(program: string, args: string[], env: Record<string, string> = {}) {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, { args, env }).output();
    const decoder = new TextDecoder();
    return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** A line of the Dockerfile, continued ones joined and comments left out: `[FROM, …]`. */
async function instructions(): Promise<[string, string][]> {
  const text = (await read("Dockerfile")).split("\n").filter((line) => !line.trimStart().startsWith("#"));
  const lines = text.join("\n").replaceAll(/\\\n\s*/g, " ").split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [word, ...rest] = line.split(" ");
    return [word, rest.join(" ").replaceAll(/ +/g, " ")];
  });
}

const SHELLS = [
  "build_and_run.sh",
  "deploy/turn.sh",
  "scripts/download_MiniCPM-o_2.6.sh",
  "scripts/download_MiniCPM-o_2.6-int4.sh",
];

Deno.test("Every base of the Dockerfile is pinned to a version", async () => {
  const lines = await instructions();
  const args = new Map(
    lines.slice(0, lines.findIndex(([word]) => word === "FROM"))
      .map(([, text]) => text.split("=", 2) as [string, string]),
  );
  const stages = new Set<string>();
  for (const [, text] of lines.filter(([word]) => word === "FROM")) {
    const [base, , name] = text.split(" ");
    const image = base.replace(/^\$\{(\w+)\}$/, (_, key) => args.get(key) ?? "");
    assert.match(image, stages.has(image) ? /./ : /^[a-z/]+:\d+\.\d+(\.\d+)?-[a-z-]+$/, base);
    stages.add(name);
  }
  assert.deepEqual([...stages], ["build", "models", "turn", "runtime"]);
});

Deno.test("Every stage that is run ends without root, with a health check or none by intention", async () => {
  let stage = "", user = "root";
  const users = new Map<string, string>(), health = new Set<string>();
  for (const [word, text] of await instructions()) {
    if (word === "FROM") [stage, user] = [text.split(" ")[2], "root"];
    if (word === "USER") user = text;
    if (word === "HEALTHCHECK") health.add(stage);
    users.set(stage, user);
  }
  for (const stage of ["models", "turn", "runtime"]) {
    assert.equal(users.get(stage), "10001:10001", stage);
    assert.ok(health.has(stage), `${stage} has no HEALTHCHECK`);
  }
});

Deno.test("The Dockerfile holds no secrets, no apt lists, and names every version it installs", async () => {
  for (const [word, text] of await instructions()) {
    if (["ENV", "ARG"].includes(word)) assert.doesNotMatch(text, /secret|token|password|key/i);
    if (word === "ADD") assert.fail(`ADD ${text}: COPY says what it does`);
    if (word !== "RUN") continue;
    assert.doesNotMatch(text, /apt-get upgrade|sudo |curl |wget |chmod 777/);
    if (!text.includes("apt-get install")) continue;
    assert.match(text, /^apt-get update && apt-get install --yes --no-install-recommends /);
    assert.ok(text.includes("rm -rf /var/lib/apt/lists/*"), text);
  }
  const { scripts } = JSON.parse(await read("package.json"));
  const [deno] = /deno@[\d.]+/.exec(scripts.start)!;
  const { version } = JSON.parse(await read("package.json"));
  const dockerfile = await read("Dockerfile");
  assert.ok(dockerfile.includes(` ${deno} `), `The image must have ${deno}`);
  assert.ok(dockerfile.includes(`image.version="${version}"`), `The label must say ${version}`);
  for (const script of SHELLS.slice(2)) assert.ok((await read(script)).includes(deno), script);
});

Deno.test("hadolint, where it is installed, finds nothing", async () => {
  const linted = await run("hadolint", [new URL("../Dockerfile", import.meta.url).pathname]);
  if (linted) assert.equal(linted.code, 0, linted.output);
});

Deno.test("Whatever the Dockerfile copies is sent to the builder, and secrets are not", async () => {
  const sent = (await read(".dockerignore")).split("\n").filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  const lines = (await instructions()).filter(([word, text]) =>
    word === "COPY" && !text.startsWith("--from")
  );
  for (const path of lines.flatMap(([, text]) => text.split(" ").slice(0, -1))) {
    assert.ok(sent.some((name) => name.startsWith(path) || path.startsWith(name)), `${path} is not sent`);
  }
  for (const path of ["models", "ssl_certs", ".env", ".git", "node_modules", "."]) {
    assert.ok(!sent.some((name) => name.startsWith(path)), `${path} is sent`);
  }
});

interface Service {
  image?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  privileged?: boolean;
  profiles?: string[];
  ports?: string[];
  environment?: Record<string, string>;
}

Deno.test("compose.yaml hardens every service, pins every image and has no secret in it", async () => {
  const text = await read("compose.yaml");
  const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
  assert.deepEqual(Object.keys(services), ["models", "avatar", "turn", "brain"]);
  for (const [name, service] of Object.entries(services)) {
    assert.deepEqual(service.cap_drop, ["ALL"], name);
    assert.deepEqual(service.security_opt, ["no-new-privileges:true"], name);
    assert.notEqual(service.privileged, true, name);
    assert.match(service.image ?? "", /:\d+\.\d+\.\d+$/, name);
    // vLLM compiles for the graphics card it finds, and caches that.
    if (name !== "brain") assert.equal(service.read_only, true, name);
    for (const [key, value] of Object.entries(service.environment ?? {})) {
      if (/SECRET|TOKEN/.test(key)) assert.match(value, /^\$\{OAC_TURN_SECRET(:\?.*)?\}$/, key);
    }
  }
  assert.deepEqual(services.brain.profiles, ["vllm"]);
  assert.equal(services.brain.ports, undefined, "The brain is for the other services only");
  assert.doesNotMatch(text, /:latest/);
});

Deno.test("The TURN server's ports are those that compose.yaml publishes", async () => {
  const { services } = parse(await read("compose.yaml"), { merge: true }) as {
    services: Record<string, Service>;
  };
  const conf = new Map(
    (await read("deploy/turnserver.conf")).split("\n").map((line) => line.split("=", 2) as [string, string]),
  );
  const relay = `${conf.get("min-port")}-${conf.get("max-port")}`, port = conf.get("listening-port");
  assert.deepEqual(services.turn.ports, [`${port}:${port}`, `${port}:${port}/udp`, `${relay}:${relay}/udp`]);
  assert.ok(conf.has("use-auth-secret") && conf.has("no-cli") && conf.has("no-multicast-peers"));
  assert.ok(!conf.has("user") && !conf.has("allow-loopback-peers"));
});

Deno.test("The shell scripts are sound", async () => {
  for (const script of SHELLS) {
    const path = new URL(`../${script}`, import.meta.url).pathname;
    assert.ok((Deno.statSync(path).mode! & 0o111) === 0o111, `${script} cannot be run`);
    const checked = await run("bash", ["-n", path]);
    assert.equal(checked?.code, 0, checked?.output);
    const linted = await run("shellcheck", [path]);
    if (linted) assert.equal(linted.code, 0, linted.output);
  }
});

Deno.test("turn.sh fills in its template, hides the secret, and refuses what it cannot use", async () => {
  const folder = await Deno.makeTempDir({ prefix: "oac-turn-" });
  try {
    await Deno.writeTextFile(
      `${folder}/turnserver`,
      '#!/bin/sh\necho "$@" "${OAC_TURN_SECRET:-}"\ncat "$2"\n',
      { mode: 0o755 },
    );
    const script = new URL("../deploy/turn.sh", import.meta.url).pathname;
    const secret = "a1".repeat(16);
    const right = { OAC_TURN_SECRET: secret, PUBLIC_ADDRESS: "203.0.113.7", TMPDIR: folder };
    const start = (env: Record<string, string>) =>
      run("sh", [script], { ...env, PATH: `${folder}:${Deno.env.get("PATH")}` });
    const { code, output } = (await start(right))!;
    assert.equal(code, 0, output);
    const [line, ...conf] = output.split("\n");
    assert.ok(!line.includes(secret), "The secret can be seen by other users");
    for (
      const want of [`static-auth-secret=${secret}`, "external-ip=203.0.113.7", "realm=open-avatar-chat"]
    ) {
      assert.ok(conf.includes(want), want);
    }
    assert.doesNotMatch(conf.filter((line) => !line.startsWith("#")).join("\n"), /@/);
    const wrong: Record<string, string>[] = [
      { OAC_TURN_SECRET: "" },
      { OAC_TURN_SECRET: "short" },
      { OAC_TURN_SECRET: `${secret}\nx` },
      {
        PUBLIC_ADDRESS: "example.org",
      },
      { TURN_REALM: "a b" },
    ];
    for (const env of wrong) {
      const refused = (await start({ ...right, ...env }))!;
      assert.equal(refused.code, 2, JSON.stringify(env));
      assert.match(refused.output, new RegExp(`^${Object.keys(env)[0]} .*\\.?\n$`));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("The systemd unit is right and hardened", async () => {
  const unit = await read("deploy/open-avatar-chat.service");
  for (
    const line of [
      "NoNewPrivileges=true",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
      "PrivateTmp=true",
    ]
  ) {
    assert.ok(unit.split("\n").includes(line), line);
  }
  assert.doesNotMatch(unit, /^User=root|SECRET=\w/m);
  const folder = await Deno.makeTempDir({ prefix: "oac-unit-" });
  try {
    // Only the program is not there.
    const path = `${folder}/open-avatar-chat.service`;
    await Deno.writeTextFile(path, unit.replace(/^ExecStart=.*/m, "ExecStart=/bin/true"));
    const verified = await run("systemd-analyze", ["verify", path]);
    if (verified) assert.equal(verified.code, 0, verified.output);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("build_and_run.sh builds, fetches and runs, all without root's rights", async () => {
  const folder = await Deno.makeTempDir({ prefix: "oac-docker-" });
  try {
    const docker = `${folder}/docker`;
    await Deno.writeTextFile(docker, '#!/bin/sh\necho docker "$@"\n', { mode: 0o755 });
    const script = new URL("../build_and_run.sh", import.meta.url).pathname;
    const { code, output } = (await run("bash", [script, "--gpu"], { DOCKER: docker }))!;
    assert.equal(code, 0, output);
    const [runtime, models, fetching, card, serving] = output.trim().split("\n");
    assert.match(
      runtime,
      /^docker build --build-arg BASE=nvidia\/cuda:\S+ --target runtime /,
    );
    assert.match(models, /^docker build .*--target models /);
    assert.match(card, / fetch llama\.cpp-cuda$/);
    for (const line of [fetching, card, serving]) {
      assert.match(line, /--read-only --cap-drop ALL --security-opt no-new-privileges/);
    }
    assert.match(serving, / --user [1-9]\d*:\d+ .*--gpus all .* --config configs\/sample\.yaml$/);
    const outside = (await run("bash", [script, "--config", "/etc/passwd"], { DOCKER: docker }))!;
    assert.equal(outside.code, 2);
    assert.match(outside.output, /^"\/etc\/passwd" is not below configs\//);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("The two nodes behind the balancer have ports of their own and no rights to spare", async () => {
  const { services } = parse(await read("deploy/scale.compose.yaml"), { merge: true });
  const { "node-a": a, "node-b": b, balancer } = services;
  for (const service of [a, b, balancer]) {
    assert.deepEqual([service.read_only, service.cap_drop], [true, ["ALL"]]);
  }
  const setting = (name: string) => [a, b].map(({ environment }) => environment[`OAC_SERVICE_${name}`]);
  assert.deepEqual(setting("PORT").map((port) => `127.0.0.1:${port}`), [
    balancer.environment.NODE_A,
    balancer.environment.NODE_B,
  ]);
  assert.equal(new Set(setting("RTC_UDP_PORTS")).size, 2);
});
