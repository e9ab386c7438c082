import assert from "node:assert/strict";
import { HELP, parseCommand } from "../src/cli.ts";

const none = { host: undefined, port: undefined, logLevel: undefined };

const RIGHT: [args: string, command: ReturnType<typeof parseCommand>][] = [
  ["", { kind: "run", config: undefined, flags: none }],
  ["--config a.yaml --port 80 --host ::1 --log-level DEBUG", {
    kind: "run",
    config: "a.yaml",
    flags: { host: "::1", port: "80", logLevel: "DEBUG" },
  }],
  ["--config=a.yaml --port=80", { kind: "run", config: "a.yaml", flags: { ...none, port: "80" } }],
  ["--port 80 --port 81", { kind: "run", config: undefined, flags: { ...none, port: "81" } }],
  ["--check-config", { kind: "check-config", config: undefined, flags: none }],
  ["--print-graph --config b", { kind: "print-graph", config: "b", flags: none }],
  ["--version --check-config", { kind: "version" }],
  ["--version --help", { kind: "help" }],
];

const WRONG: [args: string, line: string][] = [
  ["--prot 80", 'Unknown flag "--prot". Did you mean "--port"?'],
  ["--loglevel=DEBUG", 'Unknown flag "--loglevel". Did you mean "--log-level"?'],
  ["--checkconfig", 'Unknown flag "--checkconfig". Did you mean "--check-config"?'],
  ["--entirely-else", 'Unknown flag "--entirely-else". See --help.'],
  ["-p 80", 'Unknown flag "-p". See --help.'],
  ["serve", 'Unexpected argument "serve". See --help.'],
  ["--port", '"--port" needs a value. See --help.'],
  ["--port=", '"--port" needs a value. See --help.'],
  ["--help=yes", '"--help" takes no value, but was given "yes". See --help.'],
  ["--config a.yaml b.yaml", 'Unexpected argument "b.yaml". See --help.'],
];

const split = (args: string) => args.split(" ").filter(Boolean);

for (const [args, command] of RIGHT) {
  Deno.test(`The command line "${args}" is understood`, () =>
    assert.deepEqual(parseCommand(split(args)), command));
}

for (const [args, line] of WRONG) {
  Deno.test(`The command line "${args}" is answered in one line`, () => {
    assert.deepEqual(parseCommand(split(args)), { kind: "wrong", line });
  });
}

Deno.test("The help names every flag", () => {
  for (const [args] of RIGHT) {
    for (const flag of args.match(/--[a-z-]+/g) ?? []) assert.ok(HELP.includes(`${flag} `), flag);
  }
});
