/** A QR code (ISO/IEC 18004) as a picture. */
import { encode } from "uqr";

/** Points along a module's side; a whole number, so that all modules look alike. */
const SCALE = 8;
/** Modules of quiet ground around it, as the standard asks. */
const BORDER = 4;

/** Always dark on light: cameras read it so on every screen. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: BORDER });
  const modules = data.flatMap((row, y) => row.map((dark, x) => dark ? `M${x} ${y}h1v1h-1z` : ""));
  return (
    <svg
      class="qr"
      width={size * SCALE}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={modules.join("")} />
    </svg>
  );
}
