/** The page's half of the doctor: what of browser, microphone and connection is right, and what is not. */
import type { BrowserFacts } from "./browser_facts.ts";
import { fill, type Words } from "./i18n.ts";
import type { CandidateEnd, Pair, Trace } from "./trace.ts";

export type Verdict = "ok" | "warning" | "bad" | "unknown";
export type FindingName =
  | "browser"
  | "codecs"
  | "origin"
  | "permission"
  | "device"
  | "server"
  | "ways"
  | "media";

export interface Finding {
  name: FindingName;
  verdict: Verdict;
  /** In the caller's language. */
  found: string;
}

/** Judges everything; the order is that in which things are needed. */
export function examine(facts: BrowserFacts, trace: Trace, words: Words): Finding[] {
  const say = words.checkup.found;
  return [
    {
      name: "browser",
      verdict: facts.webrtc ? "ok" : "bad",
      found: fill(facts.webrtc ? say.browser : say.noWebrtc, { name: facts.browser }),
    },
    codecs(facts, say),
    {
      name: "origin",
      verdict: facts.secure ? "ok" : "bad",
      found: fill(facts.secure ? say.secure : say.insecure, { origin: facts.origin }),
    },
    permission(facts, say),
    device(facts, say),
    server(trace, say),
    ways(trace, say),
    media(trace, say),
  ];
}

type Say = Words["checkup"]["found"];

function codecs({ receives: { opus, h264, vp8 } }: BrowserFacts, say: Say): Finding {
  const known = [opus && "Opus", h264 && "H.264", vp8 && "VP8"].filter((name) => name !== false);
  // Without a picture codec one can still talk.
  const verdict = !opus ? "bad" : h264 || vp8 ? "ok" : "warning";
  return { name: "codecs", verdict, found: known.join(", ") || say.none };
}

function permission({ permission, secure }: BrowserFacts, say: Say): Finding {
  const verdict = permission === "denied" || !secure ? "bad" : permission === "unknown" ? "unknown" : "ok";
  return { name: "permission", verdict, found: say[secure ? permission : "denied"] };
}

function device({ microphones, microphone }: BrowserFacts, say: Say): Finding {
  if (microphone !== "") return { name: "device", verdict: "ok", found: microphone };
  if (microphones === null) return { name: "device", verdict: "unknown", found: say.unknown };
  if (microphones === 0) return { name: "device", verdict: "bad", found: say.none };
  return { name: "device", verdict: "ok", found: fill(say.devices, { n: String(microphones) }) };
}

function server({ socket, closed }: Trace, say: Say): Finding {
  const code = closed ? String(closed.code) : "";
  const told = {
    none: say.untried,
    opening: say.opening,
    open: say.open,
    closed: say.closed,
    failed: say.failed,
  };
  // Once the call is over the socket is closed, which is as it should be.
  const verdict = socket === "failed" ? "bad" : socket === "none" || socket === "opening" ? "unknown" : "ok";
  return { name: "server", verdict, found: fill(told[socket], { code }) };
}

function ways({ socket, pairs, gathering }: Trace, say: Say): Finding {
  const good = pairs.find(({ chosen }) => chosen) ?? pairs.find(({ state }) => state === "succeeded");
  if (good) return { name: "ways", verdict: "ok", found: fill(say.way, { pair: pairOf(good) }) };
  if (pairs.length > 0) {
    return { name: "ways", verdict: "bad", found: fill(say.noWay, { n: String(pairs.length) }) };
  }
  if (socket === "none" || socket === "failed" || gathering === "new") {
    return { name: "ways", verdict: "unknown", found: say.untried };
  }
  return { name: "ways", verdict: "bad", found: say.noAddress };
}

function media({ connection, codecs, pairs }: Trace, say: Say): Finding {
  if (codecs.length > 0) {
    return { name: "media", verdict: "ok", found: codecs.map((mime) => mime.split("/")[1]).join(", ") };
  }
  if (connection === "connected") return { name: "media", verdict: "unknown", found: say.silent };
  const reached = pairs.some(({ state }) => state === "succeeded");
  if (reached) return { name: "media", verdict: "bad", found: say.noMedia };
  return { name: "media", verdict: "unknown", found: say.untried };
}

const endOf = ({ type, address, protocol }: CandidateEnd) =>
  [type, protocol, address].filter((part) => part !== undefined).join(" ");

/** One way, for example "host udp 192.168.1.5:50000 → host udp 192.168.1.9:40000". */
export function pairOf({ local, remote }: Pair): string {
  return `${endOf(local)} → ${endOf(remote)}`;
}

/** Everything as plain text for a bug report. `words`: English, so that whoever helps can read it. */
export function reportOf(facts: BrowserFacts, trace: Trace, words: Words, version: string): string {
  const marks: Record<Verdict, string> = { ok: "ok", warning: "warning", bad: "BAD", unknown: "?" };
  const lines = examine(facts, trace, words).map(({ name, verdict, found }) =>
    `${marks[verdict].padEnd(7)} ${words.checkup.names[name]}: ${found}`
  );
  return [
    `Open Avatar Chat ${version}`,
    ...lines,
    `States: connection ${trace.connection}, ICE ${trace.ice}, gathering ${trace.gathering}`,
    ...trace.pairs.map((pair) => `Way: ${pair.state}${pair.chosen ? " (chosen)" : ""}: ${pairOf(pair)}`),
    ...trace.serverErrors.map((line) => `Server error: ${line}`),
  ].join("\n");
}
