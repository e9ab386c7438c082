/** Leads a page's media through a relay: the page learns the relay's address only, and the server no address at all. */
import type { Caller } from "../tests/caller.ts";
import { openRelay, type Relay, type RelayOptions } from "./relay.ts";

export interface Detour extends Disposable {
  /** Changes a page before its call begins. */
  prepare(caller: Caller): Promise<void>;
  readonly counts: Relay["counts"];
}

export function createDetour(options: RelayOptions): Detour {
  let relay: Relay | null = null;
  return {
    async prepare({ page }) {
      await page.exposeFunction("__relay", async (host: string, port: number) => {
        relay?.[Symbol.dispose]();
        relay = await openRelay(host, port, options);
        return relay.port;
      });
      await page.evaluate(redirect);
    },
    get counts() {
      return relay?.counts ?? { passed: 0, lost: 0 };
    },
    [Symbol.dispose]: () => relay?.[Symbol.dispose](),
  };
}

/** Runs in the page. */
function redirect(): void {
  const relay = (globalThis as unknown as { __relay(host: string, port: number): Promise<number> }).__relay;
  const without = (sdp: string) => sdp.replace(/a=(candidate|end-of-candidates)[^\n]*\n/g, "");
  // Without the old forms that take callbacks.
  const { setRemoteDescription, addIceCandidate } = RTCPeerConnection.prototype as unknown as {
    setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
    addIceCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  };
  RTCPeerConnection.prototype.setRemoteDescription = async function (description) {
    const sdp = description.sdp ?? "";
    const candidate = /^a=(candidate:\S+ 1 udp \d+) (\d+\.\d+\.\d+\.\d+) (\d+) (typ host.*?)\r?$/mi.exec(sdp);
    if (!candidate) throw new Error("The server's answer has no IPv4 address.");
    const [, head, host, port, rest] = candidate;
    const detour = await relay(host, Number(port));
    await setRemoteDescription.call(this, { ...description, sdp: without(sdp) });
    await addIceCandidate.call(this, { candidate: `${head} 127.0.0.1 ${detour} ${rest}`, sdpMLineIndex: 0 });
  };
  RTCPeerConnection.prototype.addIceCandidate = () => Promise.resolve();
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    const message = typeof data === "string" ? JSON.parse(data) : {};
    if (message.type === "candidate") return;
    if (message.type === "offer") message.sdp = without(message.sdp);
    send.call(this, typeof data === "string" ? JSON.stringify(message) : data);
  };
}
