/**
 * What a worker may do: read the program and its own models, call native code, and nothing else: no network, no
 * writing, no programs. One that speaks to services elsewhere may connect to them and to nobody else, and start the
 * programs that its settings name. What does not hold for native code is kept by verifying every file before it gets there.
 */
import { join } from "node:path";
import { PROGRAM_VARIABLES } from "../config/variables.ts";
import { type Handler, kindsOf } from "../engine/handler.ts";
import { hostOf } from "../remote/address.ts";

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

/** Packs that came with the program, and those of the user's own beside the models that callers may choose. */
function packsOf(config: unknown, modelRoot: string, avatarRoot: string): string[] {
  const { avatar_name: own, avatars = [] } = config as { avatar_name?: string; avatars?: string[] };
  const names = new Set([...own === undefined ? [] : [own], ...avatars]);
  return [avatarRoot, ...[...names].map((name) => join(modelRoot, name))];
}

/** onnxruntime reports home otherwise. */
const ENVIRONMENT = ["ORT_DISABLE_TELEMETRY"];

/** The permissions of the worker of a handler; they can only be fewer than the main thread's. */
export function rightsOf(
  { handler, config }: Position,
  { modelRoot, avatarRoot }: Folders,
): Deno.PermissionOptionsObject {
  const models = handler.models(config).map((name) => join(modelRoot, name));
  const faces = kindsOf(handler.produces, config).includes("video.reply")
    ? packsOf(config, modelRoot, avatarRoot)
    : [];
  const hosts = (handler.endpoints?.(config) ?? []).map(hostOf);
  const programs = handler.programs?.(config) ?? [];
  return {
    read: [...CODE.map((path) => new URL(path, import.meta.url)), ...models, ...faces],
    // "inherit": the main thread's may itself be limited, and a worker cannot ask for more.
    // What comes from elsewhere is not let near native code, unless the handler says what for.
    ffi: hosts.length > 0 && models.length === 0 && !handler.native?.(config) ? false : "inherit",
    sys: "inherit",
    // Its own keys, and not what the server and the other handlers keep there.
    env: [
      ...ENVIRONMENT,
      ...handler.secrets?.(config) ?? [],
      ...programs.length > 0 ? PROGRAM_VARIABLES : [],
    ],
    net: hosts.length > 0 ? [...new Set(hosts)] : false,
    write: false,
    run: programs.length > 0 ? [...new Set(programs)] : false,
    import: false,
  };
}

/** A line for each program that a handler would start and this program may not. */
export async function barredPrograms(positions: readonly Position[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, handler, config } of positions) {
    for (const command of handler.programs?.(config) ?? []) {
      if ((await Deno.permissions.query({ name: "run", command })).state === "granted") continue;
      const why = Deno.build.standalone ? "an executable runs none" : "it was not allowed to";
      lines.push(
        `"${name}" would start the program "${command}", which this program may not: ${why}. ` +
          'Name a service by its "url" instead, or run the sources: deno task start.',
      );
    }
  }
  return lines;
}
