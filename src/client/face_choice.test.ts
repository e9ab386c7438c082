import assert from "node:assert/strict";
import type { Gallery, PageInfo } from "../rtc/signalling.ts";
import { choosable, chosenFace } from "./face_choice.ts";

const gallery: Gallery = {
  avatars: [
    { name: "jonas", title: { en: "Jonas" } },
    { name: "emil", title: { en: "Emil" } },
    { name: "mira", title: { en: "Mira" }, needs: ["female"] },
  ],
  anyVoice: false,
  background: "office",
};
const page: PageInfo = { version: "1", avatar: "jonas", video: true, camera: false, gallery };
const shown = (avatar: string, background = "", of: PageInfo = page, transparent = false) =>
  chosenFace({ avatar, background }, of, transparent);

Deno.test("face: the caller's choice if it is there, else the server's", () => {
  assert.deepEqual(shown(""), { avatar: "jonas", background: "office" });
  assert.deepEqual(shown("emil", "green"), { avatar: "emil", background: "green" });
  assert.deepEqual(shown("gone", "cellar"), { avatar: "jonas", background: "office" });
  assert.deepEqual(shown("emil", "own", page, true), { avatar: "emil", background: "transparent" });
});

Deno.test("face: one that another voice would suit is not chosen, unless the server allows it", () => {
  assert.equal(shown("mira").avatar, "jonas");
  assert.equal(shown("mira", "", { ...page, gallery: { ...gallery, anyVoice: true } }).avatar, "mira");
  // What the server itself has chosen is never barred.
  assert.equal(choosable(gallery.avatars[2], { ...page, avatar: "mira" }), true);
});

Deno.test("face: before the server has said what there is, the poster of the last choice shows", () => {
  const early: PageInfo = { ...page, gallery: undefined };
  assert.deepEqual(shown("emil", "", early), { avatar: "emil", background: "own" });
});
