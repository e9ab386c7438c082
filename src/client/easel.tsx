/** Where the page shows the face that it draws itself, picture by picture as the display asks for them. */
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "./call.ts";
import type { CallView } from "./view.ts";

interface EaselProps {
  call: Call;
  view: CallView;
  /** Where the server's pictures are shown. */
  face: { current: HTMLVideoElement | null };
}

export function Easel({ call, view: { canvas, drawn }, face }: EaselProps) {
  const easel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!canvas) return;
    easel.current!.replaceChildren(canvas);
    let handle = requestAnimationFrame(function draw(now) {
      handle = requestAnimationFrame(draw);
      call.paint(now);
    });
    return () => {
      cancelAnimationFrame(handle);
      canvas.remove();
    };
  }, [canvas]);
  // The server's picture comes back when there is one.
  useEffect(() => {
    const video = face.current!;
    if (!drawn) return;
    if (!("requestVideoFrameCallback" in video)) {
      const timer = setInterval(() => call.pictureShown(), 500);
      return () => clearInterval(timer);
    }
    let handle = video.requestVideoFrameCallback(function shown() {
      handle = video.requestVideoFrameCallback(shown);
      call.pictureShown();
    });
    return () => video.cancelVideoFrameCallback(handle);
  }, [drawn]);
  return <div class="easel" ref={easel} data-drawn={drawn} />;
}
