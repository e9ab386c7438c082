/**
 * Looks at a VRM file (a binary glTF 2.0 with the extension "VRM" or "VRMC_vrm") before anything is built from it: it may
 * be damaged, name files elsewhere, or ask for more memory than there is.
 */

/** Bytes. */
export const VRM_BYTES = 100 << 20;
/** Things of one kind, and numbers in all accessors together. */
const THINGS = 20_000;
const NUMBERS = 64 << 20;
/** Nodes from the ground to a fingertip or the end of a hair. */
const DEPTH = 256;
const MAGIC = 0x46546c67, JSON_CHUNK = 0x4e4f534a, BINARY_CHUNK = 0x004e4942;
const COMPONENTS: Record<string, number> = {
  SCALAR: 1,
  VEC2: 2,
  VEC3: 3,
  VEC4: 4,
  MAT2: 4,
  MAT3: 9,
  MAT4: 16,
};

/** What is read of the glTF; nothing of it is trusted. */
interface Gltf {
  asset?: { version?: unknown };
  extensions?: Record<string, unknown>;
  buffers?: { uri?: unknown }[];
  images?: { uri?: unknown }[];
  accessors?: { count?: unknown; type?: unknown }[];
  [list: string]: unknown;
}

/** @throws Error in one line that says what is wrong with the file */
export function checkVrm(file: ArrayBuffer): void {
  if (file.byteLength > VRM_BYTES) {
    throw new Error(`it has ${megabytes(file.byteLength)} MB, ${megabytes(VRM_BYTES)} are allowed`);
  }
  const gltf = readHeader(file), { extensions } = gltf;
  if (gltf.asset?.version !== "2.0") throw new Error("it is no glTF 2.0");
  if (!extensions || !("VRM" in extensions || "VRMC_vrm" in extensions)) {
    throw new Error("it is a glTF, but no VRM: the extension VRM or VRMC_vrm is missing");
  }
  for (const kind of ["buffers", "images"] as const) {
    if (list(gltf, kind).some((thing) => Object(thing).uri !== undefined)) {
      throw new Error(
        `its ${kind} lie in other files, which are never fetched; everything must be in the one file`,
      );
    }
  }
  for (const kind of Object.keys(gltf)) {
    const { length } = Array.isArray(gltf[kind]) ? gltf[kind] : [];
    if (length > THINGS) throw new Error(`it has ${length} ${kind}, ${THINGS} are allowed`);
  }
  checkNumbers(gltf);
  checkTree(gltf);
}

const megabytes = (bytes: number) => Math.ceil(bytes / (1 << 20));

function list(gltf: Gltf, kind: string): unknown[] {
  const value = gltf[kind] ?? [];
  if (!Array.isArray(value)) throw new Error(`its "${kind}" are no list`);
  return value;
}

function checkNumbers(gltf: Gltf): void {
  let numbers = 0;
  for (const accessor of list(gltf, "accessors")) {
    const { count, type } = Object(accessor), each = COMPONENTS[type];
    if (!Number.isSafeInteger(count) || count < 0 || !each) {
      throw new Error("an accessor has no valid count or type");
    }
    numbers += count * each;
  }
  if (numbers > NUMBERS) throw new Error(`its accessors hold ${numbers} numbers, ${NUMBERS} are allowed`);
}

/** A node that were its own ancestor would be waited for without end. */
function checkTree(gltf: Gltf): void {
  const parent = new Map<unknown, number>();
  list(gltf, "nodes").forEach((node, at) => {
    for (const child of [Object(node).children ?? []].flat()) {
      if (parent.has(child)) throw new Error(`node ${child} hangs on two others`);
      parent.set(child, at);
    }
  });
  for (const start of parent.keys()) {
    let steps = 0;
    for (let node = start; parent.has(node); node = parent.get(node)!) {
      if (++steps > DEPTH) throw new Error("its nodes hang on each other in a circle, or too deep");
    }
  }
}

/** The container (glTF 2.0 specification, section 4): a header and two chunks. */
function readHeader(file: ArrayBuffer): Gltf {
  const view = new DataView(file);
  if (file.byteLength < 20 || view.getUint32(0, true) !== MAGIC) {
    throw new Error("it is no VRM: a binary glTF is expected");
  }
  if (view.getUint32(4, true) !== 2) {
    throw new Error(`it is a binary glTF of version ${view.getUint32(4, true)}, not 2`);
  }
  const length = view.getUint32(12, true);
  if (view.getUint32(8, true) > file.byteLength || 20 + length > file.byteLength) {
    throw new Error("it is cut off");
  }
  if (view.getUint32(16, true) !== JSON_CHUNK) throw new Error("its first chunk is not JSON");
  const binary = 20 + length;
  if (binary + 8 <= file.byteLength) {
    const cut = binary + 8 + view.getUint32(binary, true) > file.byteLength;
    if (cut || view.getUint32(binary + 4, true) !== BINARY_CHUNK) {
      throw new Error("its binary chunk is cut off");
    }
  }
  try {
    return Object(
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(file, 20, length))),
    );
  } catch (error) {
    throw new Error(`its JSON is damaged (${(error as Error).message})`);
  }
}
