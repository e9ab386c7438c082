/** How to open the page on a phone: the address as a QR code, and what to do when the phone warns of it. */
import type { PageInfo } from "../rtc/signalling.ts";
import { useWords } from "./i18n.ts";
import { QrCode } from "./qr.tsx";

export function OtherDevices({ page: { address, authority } }: { page: PageInfo }) {
  const words = useWords();
  // A server that no other device can reach has nothing to say here.
  if (!address && location.protocol === "https:") return null;
  return (
    <details class="meter devices">
      <summary>{words.otherDevices}</summary>
      {address ? <Door address={address} /> : <p class="aside">{words.onlyHttp}</p>}
      {address && authority && <Trust fingerprint={authority} />}
    </details>
  );
}

function Door({ address }: { address: string }) {
  const words = useWords();
  return (
    <>
      <p class="aside">{words.scan}</p>
      <QrCode text={address} label={words.qr} />
      <p class="address">
        <a href={address} target="_blank" rel="noopener">{address}</a>
      </p>
    </>
  );
}

function Trust({ fingerprint }: { fingerprint: string }) {
  const words = useWords();
  return (
    <>
      <p class="aside">
        {words.trust} <a href="/ca.crt">{words.certificate}</a>
      </p>
      <p class="aside">{words.fingerprint}</p>
      <p class="fingerprint" translate={false}>{fingerprint}</p>
    </>
  );
}
