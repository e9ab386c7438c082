/** The caller's microphone: opening it, and how loud it is right now. */

/**
 * Asks the browser for the microphone.
 *
 * @param device id of the wished device; "" is the system's choice. One that is gone is replaced by another.
 * @throws what `getUserMedia` throws; see `microphoneFault`
 */
export function openMicrophone(device: string): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(device === "" ? {} : { deviceId: { ideal: device } }),
    },
  });
}

/** False on an insecure page, where browsers hide the devices altogether. */
export function microphoneAvailable(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

export function closeDevice(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}

export interface Level extends Disposable {
  /** Loudness of the last 20 ms or so: 0 (silence) to 1 (loud). */
  read(): number;
}

/** Listens to a stream without playing it. */
export function watchLevel(stream: MediaStream): Level {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(stream);
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  const samples = new Float32Array(analyser.fftSize);
  source.connect(analyser);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      return loudness(samples);
    },
    [Symbol.dispose]() {
      source.disconnect();
      void context.close();
    },
  };
}

/** Samples -1..1 to 0..1 on a scale that the ear agrees with: -55 dBFS (a quiet room) is 0, -15 dBFS is 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 55) / 40));
}
