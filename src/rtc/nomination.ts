/**
 * Which way the media take to the browser. The browser says so: it nominates a pair of addresses, and a moment later
 * perhaps a better one, because Chromium nominates whatever pair it is changing to. werift 0.25.2 keeps the first for
 * good. Chromium does not listen there any longer, so that nothing is seen or heard, or the handshake never ends, while
 * checks go on and both sides call themselves connected. Here the pair that was nominated last is used.
 *
 * Source: RFC 5245, 8.1.1.2 (aggressive nomination) and 11.1.1; RFC 8445 has a browser nominate once, but Chromium does
 * not keep to it, and follows the last nomination when it is in our place (`P2PTransportChannel::OnNominated`).
 */
import { CandidatePairState } from "werift";
import type { Address, Ice, Protocol } from "./internals.ts";

/** Makes an agent follow the browser; to be called before the first check comes in. */
export function followNomination(ice: Ice): void {
  const { checkIncoming, checkComplete } = ice;
  let last: { protocol: Protocol; from: Address } | null = null;

  ice.checkIncoming = (request, from, protocol) => {
    if (request.attributesKeys.includes("USE-CANDIDATE")) last = { protocol, from };
    checkIncoming.call(ice, request, from, protocol);
  };
  // Called when a check of ours ends, and when the browser nominates a pair that we have checked.
  ice.checkComplete = (pair) => {
    checkComplete.call(ice, pair);
    if (!ice.nominated || ice.nominated === pair || !pair.remoteNominated) return;
    const [host, port] = pair.remoteAddr;
    const isLast = pair.protocol === last?.protocol && host === last.from[0] && port === last.from[1];
    // Nobody is believed who has not answered our check with the browser's password.
    if (!isLast || pair.state !== CandidatePairState.SUCCEEDED) return;
    ice.nominated = pair;
    // The browser is asked all the time whether it still wants our media (RFC 7675); from now on it is asked there.
    if (ice.consentFresh) ice.queryConsent();
  };
}
