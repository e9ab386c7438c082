/**
 * Reads a browser's offer and narrows it to what is supported: Opus, and the first of H.264 and VP8 in the browser's
 * order of preference. What is left out of the offer cannot be chosen by mistake: werift compares codecs by name only
 * and would take the first H.264 whatever its packetization, and it would agree to bandwidth feedback nobody reads.
 */

export type VideoCodec = "h264" | "vp8";

export interface NarrowOffer {
  sdp: string;
  /** Null when the browser wants no picture, none was asked for, or no codec is shared. */
  video: { codec: VideoCodec; bitrate: number } | null;
}

/** An offer nobody sends by mistake is smaller. */
const LONGEST = 64 * 1024;
/** Bits per second for a face of 512×512 at 25 to 30 pictures a second. */
const BITRATE = 1_000_000;
/** Losses are repaired by sending again and by keyframes; nothing else is listened to. */
const VIDEO_FEEDBACK = /^(nack|nack pli|ccm fir)$/;

interface Codec {
  payload: string;
  /** Upper case, without rate. */
  name: string;
  parameters: Map<string, string>;
}

function codecsOf(lines: string[]): Codec[] {
  const payloads = lines[0].split(" ").slice(3);
  return payloads.map((payload) => {
    const map = lines.find((line) => line.startsWith(`a=rtpmap:${payload} `));
    const format = lines.find((line) => line.startsWith(`a=fmtp:${payload} `));
    const pairs = format?.slice(format.indexOf(" ") + 1).split(";") ?? [];
    const name = map?.slice(map.indexOf(" ") + 1).split("/")[0].toUpperCase() ?? "";
    return {
      payload,
      name,
      parameters: new Map(pairs.map((pair) => pair.trim().split("=", 2) as [string, string])),
    };
  });
}

/** What the encoder makes is constrained baseline, which every baseline decoder (profile 66 = 0x42) reads. */
function videoCodec({ name, parameters }: Codec): VideoCodec | null {
  if (name === "VP8") return "vp8";
  const baseline = parameters.get("profile-level-id")?.toLowerCase().startsWith("42") ?? false;
  return name === "H264" && parameters.get("packetization-mode") === "1" && baseline ? "h264" : null;
}

/** Keeps some payloads of a media section, and only that feedback which `feedback` matches. */
function keep(lines: string[], payloads: string[], feedback: RegExp): string[] {
  const [kind, port, protocol] = lines[0].split(" ");
  const rest = lines.slice(1).filter((line) => {
    const [, attribute, payload, value] = /^a=(rtpmap|fmtp|rtcp-fb):(\S+) (.*)$/.exec(line) ?? [];
    if (!attribute) return true;
    return payloads.includes(payload) && (attribute !== "rtcp-fb" || feedback.test(value));
  });
  return [[kind, port, protocol, ...payloads].join(" "), ...rest];
}

/** Port 0 refuses a media section (RFC 3264, section 6). */
function refuse(lines: string[]): string[] {
  const [kind, , ...rest] = lines[0].split(" ");
  return [[kind, "0", ...rest].join(" "), ...lines.slice(1)];
}

function narrowAudio(lines: string[]): string[] {
  const opus = codecsOf(lines).find(({ name }) => name === "OPUS");
  if (!opus) throw new Error('The offer cannot be used: its audio must allow "opus"');
  return keep(lines, [opus.payload], /^$/);
}

/** The section with one codec and its retransmission, or null if none is supported. */
function narrowVideo(lines: string[]): { lines: string[]; codec: VideoCodec; bitrate: number } | null {
  const codecs = codecsOf(lines);
  const chosen = codecs.find((codec) => videoCodec(codec) !== null);
  if (!chosen || !lines.some((line) => line === "a=recvonly" || line === "a=sendrecv")) return null;
  const repair = codecs.find(({ name, parameters }) =>
    name === "RTX" && parameters.get("apt") === chosen.payload
  );
  const payloads = repair ? [chosen.payload, repair.payload] : [chosen.payload];
  const limit = lines.find((line) => line.startsWith("b=TIAS:"))?.slice(7);
  return {
    lines: keep(lines, payloads, VIDEO_FEEDBACK),
    codec: videoCodec(chosen)!,
    bitrate: Math.min(BITRATE, limit === undefined ? BITRATE : Number(limit)),
  };
}

/**
 * An address the browser hides behind a ".local" name (mDNS) would have to be asked for on the network. There is no
 * need: the browser tries our addresses anyway and its own shows with the first packet. For the same reason the end of
 * its list must not count as the end of all hope.
 */
export function isUseful(candidate: string): boolean {
  return candidate.trim() !== "" && !/\.local\s/.test(candidate);
}

function check(sdp: string): void {
  const fail = (what: string) => {
    throw new Error(`The offer cannot be used: ${what}`);
  };
  if (sdp.length > LONGEST) fail(`it has ${sdp.length} characters, ${LONGEST} are allowed`);
  if (!sdp.startsWith("v=0")) fail('it is not SDP, which starts with "v=0"');
  if (!/^m=audio /m.test(sdp)) fail('it has no "m=audio" section');
  if (!/^a=ice-ufrag:/m.test(sdp) || !/^a=ice-pwd:/m.test(sdp)) fail("it has no ICE credentials");
  if (!/^a=fingerprint:/m.test(sdp)) fail("it has no DTLS fingerprint");
}

/**
 * @param video whether a picture is to be sent.
 * @throws {Error} with one line that says why the offer cannot be used.
 */
export function narrow(sdp: string, video: boolean): NarrowOffer {
  check(sdp);
  const sections = sdp.split(/\r?\n(?=m=)/).map((section) =>
    section.split(/\r?\n/).filter((line) =>
      line !== "" && line !== "a=end-of-candidates" && (!line.startsWith("a=candidate:") || isUseful(line))
    )
  );
  let heard = false;
  let seen: NarrowOffer["video"] = null;
  const narrowed = sections.map((lines) => {
    if (lines[0].startsWith("m=audio ") && !heard) {
      heard = true;
      return narrowAudio(lines);
    }
    const picture = video && !seen && lines[0].startsWith("m=video ") ? narrowVideo(lines) : null;
    if (picture) {
      seen = { codec: picture.codec, bitrate: picture.bitrate };
      return picture.lines;
    }
    return /^m=(audio|video) /.test(lines[0]) ? refuse(lines) : lines;
  });
  return { sdp: narrowed.flat().join("\r\n") + "\r\n", video: seen };
}
