import assert from "node:assert/strict";
import { judgeDisk, judgeMemory, judgeProcessor, type Machine, readDf } from "./machine.ts";

const NONE: Machine = {
  cpuinfo: null,
  meminfo: null,
  limit: null,
  used: null,
  stat: null,
  cores: 2,
  arch: "x86_64",
};
const processor = (flags: string, more: Partial<Machine> = {}) =>
  judgeProcessor({ ...NONE, cpuinfo: `model name\t: Test\nflags\t\t: fpu ${flags}\n`, ...more });

Deno.test("processor: without AVX2, or on one core, a call is a risk", () => {
  assert.equal(processor("sse4_1 avx2").verdict, "ok");
  assert.equal(processor("sse4_1 avx").verdict, "warning");
  assert.equal(processor("sse4_1 avx2", { cores: 1 }).verdict, "warning");
});

Deno.test("processor: elsewhere it says that it did not look", () => {
  assert.match(judgeProcessor({ ...NONE, arch: "aarch64" }).found, /not checked/);
  assert.match(judgeProcessor(NONE).found, /2 cores \(features not checked\)/);
});

const meminfo = (bytes: number) => `MemTotal: 1 kB\nMemAvailable:   ${Math.round(bytes / 1024)} kB\n`;

Deno.test("memory: the models' files and a gigabyte must fit", () => {
  assert.equal(judgeMemory({ ...NONE, meminfo: meminfo(1.3e9) }, 0.2e9).verdict, "ok");
  const tight = judgeMemory({ ...NONE, meminfo: meminfo(1.1e9) }, 0.2e9);
  assert.deepEqual([tight.verdict, tight.found], ["bad", "1.1 GB free, about 1.2 GB needed"]);
  assert.match(judgeMemory(NONE, 0.2e9).found, /not checked/);
});

Deno.test("memory: the limit of a container counts, its cached files do not", () => {
  const machine = { ...NONE, meminfo: meminfo(8e9), limit: "2000000000\n", used: "1500000000\n" };
  assert.equal(judgeMemory(machine, 0).verdict, "bad");
  assert.equal(judgeMemory({ ...machine, stat: "anon 1\ninactive_file 900000000\n" }, 0).verdict, "ok");
  assert.equal(judgeMemory({ ...machine, limit: "max\n" }, 0).verdict, "ok");
});

Deno.test("disk: df in the form of POSIX is read, whatever the device is called", () => {
  const text = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/a 100 40 60 40% /my disk\n";
  assert.equal(readDf(text), 60 * 1024);
  assert.equal(readDf("df: no such file"), null);
  assert.equal(readDf(null), null);
});

Deno.test("disk: missing models must fit, and some room should be left", () => {
  assert.equal(judgeDisk({ models: 1e9, logs: 1e9 }, 0.2e9).verdict, "ok");
  assert.equal(judgeDisk({ models: 1e8, logs: 1e9 }, 0.2e9).verdict, "bad");
  assert.equal(judgeDisk({ models: 1e9, logs: 1e7 }, 0).verdict, "warning");
  assert.equal(judgeDisk({ models: null, logs: null }, 0).found, "not checked");
});
