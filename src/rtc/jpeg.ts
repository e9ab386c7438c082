/** Pictures that a page sends: is it a JPEG of a sensible size? Only its markers are read, nothing is decoded. */

export interface Size {
  width: number;
  height: number;
}

/** Bytes of the longest picture; one message of a data channel holds no more than 64 KiB. */
export const LONGEST_PICTURE = 60 * 1024;
/** Pixels a side. */
const LARGEST = 2048;

/**
 * The size that a JPEG's frame header gives (ITU T.81, B.2.2), or in words what is wrong with the picture.
 * @param data a whole picture
 */
export function jpegSize(data: Uint8Array): Size | string {
  if (data.length > LONGEST_PICTURE) {
    return `the picture has ${data.length} bytes, ${LONGEST_PICTURE} are allowed`;
  }
  if (data[0] !== 0xff || data[1] !== 0xd8) return "the picture is not a JPEG";
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 2; at + 9 <= data.length && data[at] === 0xff;) {
    const marker = data[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (width > 0 && height > 0 && width <= LARGEST && height <= LARGEST) return { width, height };
      return `the picture has ${width} × ${height} pixels, at most ${LARGEST} a side are allowed`;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return "the picture is not a whole JPEG";
}
