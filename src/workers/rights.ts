/**
 * What a worker may do: read the program and its own models, call native code, and nothing else: no network, no
 * writing, no programs. What does not hold for native code is kept by verifying every file before it gets there.
 */
import { join } from "node:path";
import type { Handler } from "../engine/handler.ts";

export interface Position {
  name: string;
  handler: Handler;
  config: unknown;
}

export interface Folders {
  modelRoot: string;
  avatarRoot: string;
}

/** The program's own code; where it is compiled, this lies inside the executable or beside it. */
const CODE = ["../../src/", "../../node_modules/", "../../package.json"];

/** Packs that came with the program, and one of the user's own beside the models. */
function packsOf(config: unknown, modelRoot: string, avatarRoot: string): string[] {
  const own = (config as { avatar_name?: string }).avatar_name;
  return own === undefined ? [avatarRoot] : [avatarRoot, join(modelRoot, own)];
}

/** The permissions of the worker of a handler; they can only be fewer than the main thread's. */
export function rightsOf(
  { handler, config }: Position,
  { modelRoot, avatarRoot }: Folders,
): Deno.PermissionOptionsObject {
  const models = handler.models(config).map((name) => join(modelRoot, name));
  const faces = handler.produces.includes("video.reply") ? packsOf(config, modelRoot, avatarRoot) : [];
  return {
    read: [...CODE.map((path) => new URL(path, import.meta.url)), ...models, ...faces],
    // "inherit": the main thread's may itself be limited, and a worker cannot ask for more.
    ffi: "inherit",
    sys: "inherit",
    env: "inherit",
    net: false,
    write: false,
    run: false,
    import: false,
  };
}
