// Runs in the page before its own scripts: records microphone and reply on one clock, and what the face shows.
(() => {
  const recorder = globalThis.__recorder = {
    rate: 0,
    mic: [],
    reply: [],
    frames: [],
    events: [],
    startedAt: 0,
  };
  const context = () => recorder.context ??= new AudioContext({ latencyHint: "interactive" });
  const worklet = `registerProcessor("pair", class extends AudioWorkletProcessor {
    constructor() { super(); this.size = 4096; this.at = 0; this.pair = [new Float32Array(4096), new Float32Array(4096)]; }
    process(inputs) {
      for (let k = 0; k < 2; k++) this.pair[k].set(inputs[k][0] ?? new Float32Array(128), this.at);
      this.at += 128;
      if (this.at === this.size) { this.port.postMessage(this.pair.map((p) => p.slice())); this.at = 0; }
      return true;
    }
  })`;
  const tap = async () => {
    const ctx = context();
    recorder.rate = ctx.sampleRate;
    await ctx.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: "text/javascript" })));
    const node = new AudioWorkletNode(ctx, "pair", { numberOfInputs: 2, numberOfOutputs: 1 });
    node.port.onmessage = ({ data: [mic, reply] }) => {
      recorder.mic.push(mic);
      recorder.reply.push(reply);
    };
    node.connect(ctx.destination);
    await ctx.resume();
    recorder.startedAt = performance.now();
    return node;
  };
  const node = () => recorder.node ??= tap();
  const record = async (stream, input) => {
    const target = await node();
    const source = context().createMediaStreamSource(new MediaStream(stream.getAudioTracks()));
    source.channelCount = 1;
    const mono = new GainNode(context(), { channelCount: 1, channelCountMode: "explicit" });
    source.connect(mono).connect(target, 0, input);
    (recorder.sources ??= []).push(source, mono);
  };

  const getUserMedia = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (getUserMedia) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      // The browser's cleaning would need a real room; recorded speech is sent as it is.
      if (constraints.audio) {
        constraints = {
          ...constraints,
          audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
        };
      }
      const stream = await getUserMedia(constraints);
      if (constraints.audio) await record(stream, 0);
      return stream;
    };
  }
  const Peer = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Peer {
    constructor(...args) {
      super(...args);
      recorder.peer = this;
      this.addEventListener("track", ({ track }) => {
        if (track.kind === "audio") record(new MediaStream([track]), 1);
      });
    }
  };

  // The mouth: mean darkness and change of a small crop, picture by picture.
  const canvas = new OffscreenCanvas(32, 16);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let before = null;
  const watch = (video) => {
    const next = (now, { width, height, mediaTime }) => {
      const [x, y, w, h] = globalThis.__mouth ?? [0.38, 0.54, 0.24, 0.15];
      pen.drawImage(video, x * width, y * height, w * width, h * height, 0, 0, 32, 16);
      const { data } = pen.getImageData(0, 0, 32, 16);
      let change = 0;
      const grey = new Float32Array(512);
      for (let i = 0; i < 512; i++) {
        grey[i] = (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3;
        if (before) change += Math.abs(grey[i] - before[i]);
      }
      before = grey;
      recorder.frames.push({ time: now, mediaTime, change: change / 512, width, height });
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  document.addEventListener("DOMContentLoaded", () => {
    const find = () => {
      const video = document.querySelector("video#face");
      if (video) watch(video);
      else requestAnimationFrame(find);
    };
    find();
  });
})();
