/** What the browser says about itself and its microphone; nothing is asked of the caller. */

export interface BrowserFacts {
  /** Name and version, for example "Chromium 140". */
  browser: string;
  webrtc: boolean;
  /** Codecs that it can receive, of those that the server sends. */
  receives: { opus: boolean; h264: boolean; vp8: boolean };
  /** https, or the server's own computer. */
  secure: boolean;
  origin: string;
  permission: "granted" | "prompt" | "denied" | "unknown";
  /** Number of microphones; null where the page may not know. */
  microphones: number | null;
  /** The one in use; "" when none is. */
  microphone: string;
}

/** @param stream the microphone of the present call */
export async function readBrowser(stream: MediaStream | null): Promise<BrowserFacts> {
  const receives = (kind: "audio" | "video", fits: (codec: RTCRtpCodec) => boolean) =>
    typeof RTCRtpReceiver === "function" &&
    (RTCRtpReceiver.getCapabilities?.(kind)?.codecs.some(fits) ?? false);
  return {
    browser: browserName(navigator),
    webrtc: typeof RTCPeerConnection === "function",
    receives: {
      opus: receives("audio", ({ mimeType }) => /opus/i.test(mimeType)),
      h264: receives("video", isBaseline),
      vp8: receives("video", ({ mimeType }) => /vp8/i.test(mimeType)),
    },
    secure: isSecureContext,
    origin: location.origin,
    permission: await permission(),
    microphones: await countMicrophones(),
    microphone: stream?.getAudioTracks()[0]?.label ?? "",
  };
}

/** The H.264 that the server sends: baseline (profile 66 = 0x42), packetization mode 1 (RFC 6184). */
function isBaseline({ mimeType, sdpFmtpLine = "" }: RTCRtpCodec): boolean {
  return /h264/i.test(mimeType) && /packetization-mode=1/.test(sdpFmtpLine) &&
    /profile-level-id=42/i.test(sdpFmtpLine);
}

interface Named {
  userAgent: string;
  userAgentData?: { brands: { brand: string; version: string }[]; platform: string };
}

/** Brands where there are any (Chromium; one of them is made up to be ignored), else from the long string. */
export function browserName({ userAgent, userAgentData }: Named): string {
  const brands = userAgentData?.brands.filter(({ brand }) =>
    !/not.?a.?brand/i.test(brand.replace(/\W/g, " "))
  );
  const brand = brands?.find(({ brand }) => brand !== "Chromium") ?? brands?.[0];
  if (brand) return `${brand.brand} ${brand.version} (${userAgentData!.platform})`;
  const system = /\(([^;)]+)/.exec(userAgent)?.[1] ?? "";
  const safari = /Version\/(\S+).*Safari/.exec(userAgent);
  const other = /(Edg|Firefox|FxiOS|CriOS|Chrome)\/(\d+)/.exec(userAgent);
  const name = safari ? `Safari ${safari[1]}` : other ? `${other[1]} ${other[2]}` : userAgent;
  return system === "" || name === userAgent ? name : `${name} (${system})`;
}

async function permission(): Promise<BrowserFacts["permission"]> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state;
  } catch {
    // Firefox before 132 does not know the name.
    return "unknown";
  }
}

async function countMicrophones(): Promise<number | null> {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === "audioinput").length;
  } catch {
    return null;
  }
}
