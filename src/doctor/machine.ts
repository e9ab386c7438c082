/** Processor, memory, disk: is this machine enough for the configured models? */
import { fetchCommand, type Gpu } from "../handlers/llm/gpu.ts";
import { bad, type Check, ok, size, warning } from "./check.ts";

/** What the system's own programs said; null where one could not be asked. */
export interface Machine {
  /** /proc/cpuinfo */
  cpuinfo: string | null;
  /** /proc/meminfo */
  meminfo: string | null;
  /** Files of the control group (cgroup v2): `memory.max`, `memory.current`, `memory.stat`. */
  limit: string | null;
  used: string | null;
  stat: string | null;
  /** Names in /dev. */
  devices: string | null;
  cores: number;
  arch: string;
}

/**
 * Asks the system. Deno gives /proc to nobody but a program that may do everything, therefore `cat` reads it; the right
 * to run programs is given up afterwards.
 */
export async function readMachine(): Promise<Machine> {
  const read = (path: string) => output("cat", path);
  const group = "/sys/fs/cgroup/memory";
  const [cpuinfo, meminfo, limit, used, stat] = await Promise.all(
    ["/proc/cpuinfo", "/proc/meminfo", `${group}.max`, `${group}.current`, `${group}.stat`].map(read),
  );
  const devices = await output("ls", "/dev");
  const { hardwareConcurrency: cores } = navigator, { arch } = Deno.build;
  return { cpuinfo, meminfo, limit, used, stat, devices, cores, arch };
}

/** Bytes free for us on the disk that holds `path`; null when that cannot be told. */
export async function freeDisk(path: string): Promise<number | null> {
  // A folder that is not there yet will be made in this one.
  return readDf(await output("df", "-Pk", path) ?? await output("df", "-Pk", "."));
}

/** The fourth column of `df -P` (POSIX), in units of 1024 bytes. */
export function readDf(text: string | null): number | null {
  const blocks = Number(text?.trim().split("\n").at(-1)?.split(/\s+/)[3]);
  return text && Number.isFinite(blocks) ? blocks * 1024 : null;
}

async function output(program: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout, success } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null;
  }
}

/**
 * The prebuilt binaries run on every x86-64 (llama.cpp brings a variant for each generation, onnxruntime chooses its
 * kernels at run time), but they are made for AVX2. Whether they really run is told by loading them.
 */
export function judgeProcessor({ cpuinfo, cores, arch }: Machine): Check {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo ?? "")?.[1].trim().split(/\s+/));
  const model = /^model name\s*:\s*(.*)$/m.exec(cpuinfo ?? "")?.[1] ?? arch;
  const found = `${model}, ${cores} ${cores === 1 ? "core" : "cores"}`;
  if (arch !== "x86_64" || flags.size === 0) return ok("Processor", `${found} (features not checked)`);
  if (!flags.has("avx2")) {
    return warning(
      "Processor",
      `${found}, without AVX2`,
      "Answers will come later than on a processor with AVX2. In a virtual machine, pass the host's processor through.",
    );
  }
  if (cores < 2) {
    return warning(
      "Processor",
      `${found}, AVX2`,
      "Sound and picture may stutter: two cores or more are better.",
    );
  }
  return ok("Processor", `${found}, AVX2`);
}

/** Bytes besides the models' files: the default chain takes 1.2 GB, its models are 0.2 GB of them. */
const BASE = 1.0e9;

/** @param models bytes of the files of the configured models */
export function judgeMemory(machine: Machine, models: number): Check {
  const free = freeMemory(machine);
  const need = BASE + models;
  if (free === null) return ok("Memory", `not checked; about ${size(need)} are needed`);
  const found = `${size(free)} free, about ${size(need)} needed`;
  if (free >= need) return ok("Memory", found);
  return bad("Memory", found, "Close other programs, raise the container's limit, or choose smaller models.");
}

/** Bytes; the smaller of what the machine and what the container has left. */
function freeMemory({ meminfo, limit, used, stat }: Machine): number | null {
  const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(meminfo ?? "")?.[1] ?? NaN) * 1024;
  // Cached files count as used, but give way.
  const cached = Number(/^inactive_file (\d+)$/m.exec(stat ?? "")?.[1] ?? 0);
  const left = Number(limit ?? NaN) - Number(used ?? NaN) + cached;
  const known = [available, left].filter((bytes) => Number.isFinite(bytes));
  return known.length === 0 ? null : Math.min(...known);
}

/** Bytes that the machine, or its container, has in all; null when that cannot be told. */
export function totalMemory({ meminfo, limit }: Machine): number | null {
  const total = Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo ?? "")?.[1] ?? NaN) * 1024;
  const known = [total, Number(limit ?? NaN)].filter((bytes) => Number.isFinite(bytes) && bytes > 0);
  return known.length === 0 ? null : Math.min(...known);
}

/** Devices by which a driver shows a card: NVIDIA's own, the same under Windows, any other. */
const NVIDIA = ["nvidiactl", "dxg"];
const ANY = [...NVIDIA, "dri"];

/**
 * Does the machine have what `LLM_Llama` is to compute on? Whether llama.cpp finds it too is said when it is loaded.
 * @param gpu the setting, without "auto"
 */
export function judgeCard({ devices }: Machine, gpu: Gpu): Check {
  const names = new Set(devices?.split(/\s+/));
  const has = (some: string[]) => some.some((name) => names.has(name));
  if (gpu === "false") {
    const found = "not used, the language model runs on the processor";
    return ok(
      "Graphics card",
      has(NVIDIA) ? `${found}; for the NVIDIA card: ${fetchCommand("cuda")}` : found,
    );
  }
  if (devices === null || gpu === "metal" || has(gpu === "cuda" ? NVIDIA : ANY)) {
    return ok("Graphics card", gpu);
  }
  return warning(
    "Graphics card",
    `LLM_Llama is to use ${gpu}, but there is no such card, so the processor answers`,
    "Install the card's driver; in a container, pass the card through. Or set LLM_Llama.gpu to false.",
  );
}

/** Below this the log soon has nowhere to go. */
const SPARE = 100e6;

/**
 * @param free bytes where the models lie, and where the log lies; null: unknown
 * @param missing bytes of models that must still be fetched
 */
export function judgeDisk(free: { models: number | null; logs: number | null }, missing: number): Check {
  if (free.models === null || free.logs === null) return ok("Disk", "not checked");
  const found = `${size(free.models)} free for models, ${size(free.logs)} for logs`;
  if (free.models < missing) {
    return bad(
      "Disk",
      `${found}; ${size(missing)} of models are missing`,
      "Make room, or move models/ to a larger disk.",
    );
  }
  if (Math.min(free.models, free.logs) < SPARE) {
    return warning("Disk", found, "Make room: the log and the next model need some.");
  }
  return ok("Disk", found);
}
