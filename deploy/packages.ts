/**
 * Edits package.json before the packages are installed. `package.json` leaves out llama.cpp for graphics cards, which
 * is 0.5 GB: `cuda` takes it in again.
 */
const KINDS = ["cpu", "cuda"];

/** `package.json` without what keeps packages of this kind out. */
export function withPackagesFor(kind: string, text: string): string {
  if (!KINDS.includes(kind)) throw new Error(`GPU is "${kind}", but must be one of: ${KINDS.join(", ")}.`);
  const { overrides, ...rest } = JSON.parse(text);
  const kept = Object.entries(overrides).filter(([name]) => kind === "cpu" || !name.includes("-cuda"));
  return `${JSON.stringify({ ...rest, overrides: Object.fromEntries(kept) }, null, 2)}\n`;
}

if (import.meta.main) {
  const [kind = "cpu"] = Deno.args;
  const text = await Deno.readTextFile("package.json");
  await Deno.writeTextFile("package.json", withPackagesFor(kind, text));
}
