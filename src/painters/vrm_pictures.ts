/**
 * Pictures of a VRM, read without addresses of their own: three.js would make some ("blob:…"), which the page's rules (its
 * content security policy) do not let it load.
 */
import { Texture } from "three";
import type { GLTFLoaderPlugin, GLTFParser } from "three/addons/loaders/GLTFLoader.js";

/** Pixels a side. */
const SIDE = 8192;

/** A plugin for GLTFLoader. */
export function readPictures(parser: GLTFParser): GLTFLoaderPlugin {
  const known = new Map<number, Promise<Texture>>();
  const read = async (index: number) => {
    const { bufferView, mimeType: type } = parser.json.images[index];
    const bytes: ArrayBuffer = await parser.getDependency("bufferView", bufferView);
    const picture = await createImageBitmap(new Blob([bytes], { type }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    if (picture.width > SIDE || picture.height > SIDE) {
      picture.close();
      throw new Error(
        `a picture has ${picture.width} × ${picture.height} pixels, ${SIDE} a side are allowed`,
      );
    }
    const texture = new Texture(picture);
    texture.needsUpdate = true;
    return texture;
  };
  // What several materials share is read once.
  parser.loadImageSource = async (index) => {
    const first = known.get(index);
    if (first) return (await first).clone();
    known.set(index, read(index));
    return await known.get(index)!;
  };
  return { name: "pictures" };
}
