/** What is beside the face: the outermost columns of its own picture, drawn out to both sides and out of focus. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { paintRoom, type Room } from "../face/background.ts";

/** Pixels a side; it is blurred anyway. */
const SIZE = 96;

/** @param room behind the live picture; "own" is the one that the poster shows too */
export function Backdrop({ folder, room }: { folder: string; room: string }) {
  const side = (at: number) => (
    <div key={at}>
      {room === "own" ? <img src={`${folder}/poster.jpg`} alt="" /> : <Painting room={room as Room} />}
    </div>
  );
  return <div class="backdrop">{[0, 1].map(side)}</div>;
}

function Painting({ room }: { room: Room }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = new Uint8ClampedArray(paintRoom(room, SIZE).buffer);
    canvas.current!.getContext("2d")!.putImageData(new ImageData(pixels, SIZE, SIZE), 0, 0);
  }, [room]);
  return <canvas ref={canvas} width={SIZE} height={SIZE} />;
}
