/**
 * `deno task fill`: builds `src/face/fill/binary.ts`, the WebAssembly that fills pictures, from its sources. Both are
 * committed; a test builds it again and notices when they differ.
 */
import asc from "npm:assemblyscript@0.28.20/asc";

const FOLDER = new URL("../src/face/fill/", import.meta.url).pathname;
/** What these export can be called from outside. */
const ENTRIES = ["head.ts", "layer.ts", "cover.ts", "i420.ts", "portrait.ts"];

/** @throws Error with what the compiler says when the sources are not right */
export async function buildProgram(): Promise<Uint8Array> {
  let built: Uint8Array | undefined;
  const { error, stderr } = await asc.main([
    ...ENTRIES,
    ...["--baseDir", `${FOLDER}program`],
    ...["--outFile", "program.wasm"],
    ...["--runtime", "stub", "--noAssert", "-O3"],
    // All browsers' engines and Deno's have these since 2021.
    ...["--enable", "simd,nontrapping-f2i,bulk-memory"],
  ], { writeFile: (_, contents) => void (built = contents as Uint8Array) });
  if (error || !built) throw new Error(`The program that fills pictures cannot be built:\n${stderr}`);
  return built;
}

if (import.meta.main) {
  const program = await buildProgram();
  // In a module of its own it is found wherever a module is: in workers, in the executable, in a page.
  await Deno.writeTextFile(
    `${FOLDER}binary.ts`,
    `/** Built by \`deno task fill\`: WebAssembly, as base64. */\nexport const binary =\n  "${program.toBase64()}";\n`,
  );
  console.log(`src/face/fill/binary.ts: ${program.length} bytes`);
}
