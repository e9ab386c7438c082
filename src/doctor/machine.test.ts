import assert from "node:assert/strict";
import {
  judgeCard,
  judgeDisk,
  judgeMemory,
  judgeProcessor,
  type Machine,
  readDf,
  totalMemory,
} from "./machine.ts";

const NONE: Machine = {
  cpuinfo: null,
  meminfo: null,
  limit: null,
  used: null,
  stat: null,
  devices: null,
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

Deno.test("card: the one that is set must be there, one that lies idle is named", () => {
  const judge = (devices: string | null, gpu: Parameters<typeof judgeCard>[1]) =>
    judgeCard({ ...NONE, devices }, gpu);
  assert.equal(judge("null\nnvidia0\nnvidiactl\n", "cuda").verdict, "ok");
  assert.equal(judge("null\ndri\n", "cuda").verdict, "warning");
  assert.equal(judge("null\ndri\n", "vulkan").verdict, "ok");
  assert.match(
    judge("null\n", "vulkan").found,
    /use vulkan, but there is no such card, so the processor answers/,
  );
  assert.equal(judge(null, "cuda").verdict, "ok");
  assert.doesNotMatch(judge("null\ndri\n", "false").found, /fetch/);
  assert.match(judge("nvidiactl\n", "false").found, /fetch llama\.cpp-cuda$/);
});

Deno.test("memory: in all there is what the machine has, or less in a container", () => {
  const meminfo = "MemTotal:       8000 kB\n";
  assert.equal(totalMemory({ ...NONE, meminfo }), 8_192_000);
  assert.equal(totalMemory({ ...NONE, meminfo, limit: "4000000\n" }), 4e6);
  assert.equal(totalMemory({ ...NONE, meminfo, limit: "max\n" }), 8_192_000);
  assert.equal(totalMemory(NONE), null);
});
