/** Which program this is, and how it was started. */
import packageInfo from "../package.json" with { type: "json" };

export const VERSION: string = packageInfo.version;

/** How the user starts the program; messages that say what to do begin with it. */
export const PROGRAM = Deno.build.standalone ? "./open-avatar-chat" : "deno task start";
export const MODELS_PROGRAM = Deno.build.standalone ? "./open-avatar-chat models" : "deno task models";
export const DOCTOR_PROGRAM = Deno.build.standalone ? "./open-avatar-chat doctor" : "deno task doctor";

/** Written by `scripts/compile.ts`; whoever runs the sources knows their commit. */
const BUILD = new URL("../dist/build.json", import.meta.url);

/** What an executable was built from. */
export interface Build {
  commit: string;
  /** Of the commit, in milliseconds since 1970. */
  date: number;
}

/** @returns null when the sources are run. */
export async function readBuild(): Promise<Build | null> {
  return Deno.build.standalone ? JSON.parse(await Deno.readTextFile(BUILD)) : null;
}

/** One line: version, runtime and, in an executable, the commit it was built from. */
export async function versionLine(): Promise<string> {
  const parts = [`Deno ${Deno.version.deno}`];
  const build = await readBuild();
  if (build) parts.push(`commit ${build.commit}`);
  return `Open Avatar Chat ${VERSION} (${parts.join(", ")})`;
}
