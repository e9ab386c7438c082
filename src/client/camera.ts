/** The caller's camera, for models that see: a picture a second, small enough for one message. */
import type { Timers } from "./timers.ts";

/** Milliseconds from one picture to the next. */
const INTERVAL = 1_000;
/** Pixels of a picture's longer side: what vision models scale down to anyway. */
const LONGER_SIDE = 512;
/** Tried one after the other until the picture is small enough for the server. */
const QUALITIES = [0.7, 0.5, 0.3];
/** Bytes; `LONGEST_PICTURE` of the server. */
const LONGEST = 60 * 1024;

/** @throws what `getUserMedia` throws */
export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" },
  });
}

/** Gives a JPEG of the camera's picture again and again until it is disposed of. */
export function watchCamera(
  stream: MediaStream,
  timers: Timers,
  show: (picture: ArrayBuffer) => void,
): Disposable {
  const video = document.createElement("video");
  const canvas = document.createElement("canvas");
  let over = false;
  let cancel = () => {};
  video.muted = video.playsInline = true;
  video.srcObject = stream;
  void video.play().catch(() => {});
  const look = async () => {
    const picture = video.videoWidth > 0 ? await draw(video, canvas) : null;
    if (over) return;
    if (picture) show(picture);
    cancel = timers.after(INTERVAL, look);
  };
  video.onloadeddata = () => void look();
  return {
    [Symbol.dispose]() {
      over = true;
      cancel();
      video.onloadeddata = null;
      video.srcObject = null;
    },
  };
}

async function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<ArrayBuffer | null> {
  const scale = Math.min(1, LONGER_SIDE / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")!.drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (blob && blob.size <= LONGEST) return await blob.arrayBuffer();
  }
  return null;
}
