/**
 * Keeps a picture that is about to go and fades it out over the one that follows: the last live one when the call ends,
 * for browsers paint a video black as soon as its connection is closed, and that of a face or room that gives way to another one.
 */
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "./call.ts";

/** As `--fade` in client.css. */
export const FADE_MS = 300;
/** The server tells of another face or room before its first picture has been decoded. */
const DECODING_MS = 150;

type Reference<T> = { current: T | null };

/** @returns the canvas that it is kept on. */
export function useLastPicture(call: Call, face: Reference<HTMLVideoElement>): Reference<HTMLCanvasElement> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let before = call.view.get();
    // The store tells while the picture is still there; the next drawing is too late.
    return call.view.subscribe(() => {
      const { stream, face: shown, drawn } = call.view.get();
      const ended = before.stream !== null && stream === null;
      const gaveWay = stream !== null && before.face !== null && shown !== null &&
        (shown.avatar !== before.face.avatar || shown.background !== before.face.background);
      before = call.view.get();
      if (!canvas.current || !ended && !gaveWay) return;
      // A face that the page draws stays until the other one has been fetched.
      if (ended || !drawn) fadeOut(canvas.current, pictureOf(call, face.current!), ended ? 0 : DECODING_MS);
    });
  }, [call]);
  return canvas;
}

interface Picture {
  source: CanvasImageSource;
  width: number;
  height: number;
}

/** What is on the screen. */
function pictureOf(call: Call, video: HTMLVideoElement): Picture {
  const { drawn, canvas } = call.view.get();
  if (!drawn || !canvas) return { source: video, width: video.videoWidth, height: video.videoHeight };
  // What the page has drawn is gone once it is shown, so it is drawn once more.
  call.paint(performance.now());
  return { source: canvas, width: canvas.width, height: canvas.height };
}

function fadeOut(canvas: HTMLCanvasElement, { source, width, height }: Picture, wait: number): void {
  if (width === 0) return;
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.drawImage(source, 0, 0);
  const duration = wait + FADE_MS;
  canvas.animate([{ opacity: 1 }, { opacity: 1, offset: wait / duration }, { opacity: 0 }], {
    duration,
    easing: "ease",
  });
}
