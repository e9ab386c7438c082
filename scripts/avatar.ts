/**
 * `deno task avatar check DIR …`: says each fault of an avatar pack in one line, or that there is none.
 * `deno task avatar seal DIR [--title TEXT] [--title-zh TEXT] [--voices female,male] [--room NAME] [--licence TEXT]`:
 * writes size and SHA-256 of every file, and what is given, into its manifest. See docs/avatar-pack.md.
 */
import { parseArgs } from "node:util";
import { packFaults } from "../src/face/packfolder.ts";
import { sealPack } from "../src/face/seal.ts";

const USAGE = "Usage: deno task avatar check DIR …\n" +
  "       deno task avatar seal DIR [--title TEXT] [--title-zh TEXT] [--about TEXT] [--about-zh TEXT]\n" +
  "                                 [--voices female,male] [--room NAME] [--licence TEXT]";
const text = { type: "string" } as const;
const OPTIONS = {
  title: text,
  "title-zh": text,
  about: text,
  "about-zh": text,
  voices: text,
  room: text,
  licence: text,
};

/** @returns 0 when all packs can be used */
async function check(folders: string[]): Promise<number> {
  let faulty = 0;
  for (const folder of folders) {
    const faults = await packFaults(folder);
    for (const fault of faults) console.error(`${folder}: ${fault}`);
    if (faults.length === 0) console.log(`${folder}: the pack is right.`);
    else faulty++;
  }
  return faulty > 0 ? 1 : 0;
}

async function seal(folder: string, given: Partial<Record<keyof typeof OPTIONS, string>>): Promise<number> {
  const words: Record<string, unknown> = {};
  if (given.title) words.title = { en: given.title, zh: given["title-zh"] };
  if (given.about) words.about = { en: given.about, zh: given["about-zh"] };
  if (given.voices) words.voices = given.voices.split(",");
  if (given.room) words.room = given.room;
  if (given.licence) words.licence = given.licence;
  await sealPack(folder, words);
  return await check([folder]);
}

async function run(args: string[]): Promise<number> {
  const { values, positionals: [command, ...folders] } = parseArgs({
    args,
    options: OPTIONS,
    allowPositionals: true,
  });
  if (command === "check" && folders.length > 0) return await check(folders);
  if (command === "seal" && folders.length === 1) return await seal(folders[0], values);
  console.error(USAGE);
  return 2;
}

try {
  Deno.exitCode = await run(Deno.args);
} catch (error) {
  console.error((error as Error).message);
  Deno.exitCode = 2;
}
