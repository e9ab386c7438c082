/** What can go wrong on the page, and what the caller can do about each; the words are in `en.ts` and `zh.ts`. */

export type FaultCode =
  /** There is no microphone, or none that fits. */
  | "noMicrophone"
  | "denied"
  /** Another program holds the microphone. */
  | "inUse"
  /** Neither https nor localhost: the browser gives no microphone at all. */
  | "insecure"
  | "microphone"
  /** The microphone was unplugged during the call. */
  | "microphoneGone"
  /** The camera was refused, is gone, or another program holds it. */
  | "camera"
  /** The face that was chosen can't be shown; the old one stays. */
  | "avatar"
  /** The page can't draw the face (any more); the server does. */
  | "drawing"
  | "busy"
  | "lost"
  | "unreachable"
  /** Server and page can talk, but sound and picture find no way. */
  | "media"
  /** The same, and a TURN server that could have helped refused us. */
  | "relay"
  | "unsupported"
  /** A part of the server failed; its own words come along. */
  | "server";

export interface Fault {
  code: FaultCode;
  /** The server's own words, in English, for whoever looks after it. */
  detail?: string;
}

/** What the caller may press. */
export type Remedy = "retry" | "text" | "dismiss";

const MICROPHONE: ReadonlySet<FaultCode> = new Set([
  "noMicrophone",
  "denied",
  "inUse",
  "insecure",
  "microphone",
  "microphoneGone",
]);

/**
 * Buttons for a fault. `inCall`: the call goes on all the same, as it does when only the microphone is missing.
 */
export function remedies(code: FaultCode, inCall: boolean): Remedy[] {
  if (inCall) return MICROPHONE.has(code) && code !== "insecure" ? ["retry", "dismiss"] : ["dismiss"];
  if (code === "insecure") return ["text"];
  if (MICROPHONE.has(code)) return ["retry", "text"];
  return code === "unsupported" ? [] : ["retry"];
}

/**
 * Why `getUserMedia` failed. Names of the errors: W3C Media Capture and Streams, section 10.2; the older names are
 * those of browsers before the standard.
 */
export function microphoneFault(error: unknown): FaultCode {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError" || name === "DevicesNotFoundError") {
    return "noMicrophone";
  }
  if (name === "NotAllowedError" || name === "SecurityError" || name === "PermissionDeniedError") {
    return "denied";
  }
  if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") return "inUse";
  return "microphone";
}
