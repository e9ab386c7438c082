import assert from "node:assert/strict";
import { isUseful, narrow } from "./codecs.ts";

const HEAD = [
  "v=0",
  "o=- 7080557013898978990 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0 1 2",
  "a=ice-ufrag:bTkd",
  "a=ice-pwd:/gaAbdPlKkcKa6rgk05jPYUQ",
  "a=fingerprint:sha-256 48:C9",
];
const SOUND = [
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0",
  "a=mid:0",
  "a=candidate:1 1 udp 2113937151 0b2c8a5e-1d1c.local 50000 typ host",
  "a=candidate:2 1 udp 2113937151 192.0.2.7 50001 typ host",
  "a=end-of-candidates",
  "a=rtpmap:111 opus/48000/2",
  "a=rtcp-fb:111 transport-cc",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  "a=rtpmap:0 PCMU/8000",
];
const DATA = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:2"];

const VP8 = ["96", "VP8/90000", ""];
const VP9 = ["98", "VP9/90000", "profile-id=0"];
const H264 = ["108", "H264/90000", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"];
const H264_MODE_0 = ["104", "H264/90000", "packetization-mode=0;profile-level-id=42001f"];
const H264_MAIN = ["116", "H264/90000", "packetization-mode=1;profile-level-id=4d001f"];

function picture(codecs: string[][], direction = "recvonly", more: string[] = []): string[] {
  const payloads = codecs.flatMap(([payload]) => [payload, `${Number(payload) + 1}`]);
  return [
    `m=video 9 UDP/TLS/RTP/SAVPF ${payloads.join(" ")}`,
    "a=mid:1",
    `a=${direction}`,
    ...more,
    ...codecs.flatMap(([payload, map, format]) => [
      `a=rtpmap:${payload} ${map}`,
      `a=rtcp-fb:${payload} goog-remb`,
      `a=rtcp-fb:${payload} transport-cc`,
      `a=rtcp-fb:${payload} nack`,
      `a=rtcp-fb:${payload} nack pli`,
      ...(format ? [`a=fmtp:${payload} ${format}`] : []),
      `a=rtpmap:${Number(payload) + 1} rtx/90000`,
      `a=fmtp:${Number(payload) + 1} apt=${payload}`,
    ]),
  ];
}

const sdp = (...sections: string[][]) => [HEAD, SOUND, ...sections, DATA].flat().join("\r\n") + "\r\n";
const offer = (codecs: string[][]) => narrow(sdp(picture(codecs)), true);

Deno.test("the first supported codec in the browser's order is taken, with its retransmission", () => {
  const vp8 = offer([VP9, VP8, H264]);
  assert.equal(vp8.video?.codec, "vp8");
  assert.match(vp8.sdp, /^m=video 9 UDP\/TLS\/RTP\/SAVPF 96 97\r$/m);
  const h264 = offer([H264, VP8]);
  assert.equal(h264.video?.codec, "h264");
  assert.match(h264.sdp, /^m=video 9 UDP\/TLS\/RTP\/SAVPF 108 109\r$/m);
  assert.doesNotMatch(h264.sdp, /VP8/);
});

Deno.test("H.264 must be baseline in packetization mode 1", () => {
  assert.equal(offer([H264_MODE_0, H264_MAIN, VP8]).video?.codec, "vp8");
  assert.match(offer([H264_MODE_0, H264_MAIN, H264]).sdp, /SAVPF 108 109\r$/m);
  assert.equal(offer([H264_MODE_0]).video, null);
});

Deno.test("only feedback that is acted on stays", () => {
  const feedback = offer([VP8]).sdp.match(/^a=rtcp-fb:.*$/gm);
  assert.deepEqual(feedback, ["a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli"]);
});

Deno.test("of the sound only Opus stays", () => {
  const { sdp } = offer([VP8]);
  assert.match(sdp, /^m=audio 9 UDP\/TLS\/RTP\/SAVPF 111\r$/m);
  assert.doesNotMatch(sdp, /PCMU|red\/48000|a=fmtp:63/);
  assert.match(sdp, /useinbandfec=1/);
});

Deno.test("hidden addresses and the end of the list are left out", () => {
  const { sdp } = offer([VP8]);
  assert.doesNotMatch(sdp, /\.local|end-of-candidates/);
  assert.match(sdp, /192\.0\.2\.7 50001/);
  assert.equal(isUseful("candidate:1 1 udp 2113937151 0b2c.local 50000 typ host"), false);
  assert.equal(isUseful(""), false);
  assert.equal(isUseful("candidate:2 1 udp 2113937151 192.0.2.7 50001 typ host"), true);
});

Deno.test("a picture that is not wanted, not received or in no shared codec is refused, the call goes on", () => {
  for (
    const narrowed of [
      narrow(sdp(picture([VP8])), false),
      narrow(sdp(picture([VP8], "sendonly")), true),
      offer([VP9]),
    ]
  ) {
    assert.equal(narrowed.video, null);
    assert.match(narrowed.sdp, /^m=video 0 /m);
    assert.match(narrowed.sdp, /^m=audio 9 /m);
  }
  assert.equal(narrow(sdp(), true).video, null);
});

Deno.test("a second section of a kind is refused", () => {
  const { sdp: narrowed } = narrow(sdp(picture([VP8]), picture([VP8]), SOUND), true);
  assert.deepEqual(narrowed.match(/^m=\w+ \d+/gm), [
    "m=audio 9",
    "m=video 9",
    "m=video 0",
    "m=audio 0",
    "m=application 9",
  ]);
});

Deno.test("the browser's limit of the bitrate is kept", () => {
  assert.equal(offer([VP8]).video?.bitrate, 1_000_000);
  const limited = narrow(sdp(picture([VP8], "recvonly", ["b=TIAS:300000"])), true);
  assert.equal(limited.video?.bitrate, 300_000);
});

Deno.test("an offer that cannot be used is refused in one line", () => {
  const whole = sdp(picture([VP8]));
  const broken: [string, RegExp][] = [
    ["", /it is not SDP/],
    ["v=0\r\n", /no "m=audio" section/],
    [whole.replace(/a=ice-pwd.*\r\n/, ""), /no ICE credentials/],
    [whole.replace(/a=fingerprint.*\r\n/, ""), /no DTLS fingerprint/],
    [whole.replace("opus", "speex"), /its audio must allow "opus"/],
    [whole + "a".repeat(65_536), /characters, 65536 are allowed/],
  ];
  for (const [text, expected] of broken) {
    assert.throws(() => narrow(text, true), (error: Error) => {
      assert.match(error.message, /^The offer cannot be used: /);
      assert.match(error.message, expected);
      return !error.message.includes("\n");
    });
  }
});
