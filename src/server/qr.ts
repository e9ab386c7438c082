/** A QR code (ISO/IEC 18004) for a terminal: two modules a character, in half blocks. */
import { renderUnicodeCompact } from "uqr";

/** Light modules are drawn in white on black, whatever the terminal's own colours are: some phones read no others. */
const COLOURS = "\x1b[97;40m";
const PLAIN = "\x1b[0m";
/** Modules of quiet ground around it; on a black terminal it needs some of its own. */
const BORDER = 2;

/** @returns lines with ANSI colours. */
export function terminalQr(text: string): string {
  return renderUnicodeCompact(text, { border: BORDER })
    .split("\n")
    .map((line) => COLOURS + line + PLAIN)
    .join("\n");
}
