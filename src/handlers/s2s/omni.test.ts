import assert from "node:assert/strict";
import { piecesOf } from "./omni.ts";

const sound = Uint8Array.of(82, 73, 70, 70);
const data = sound.toBase64();
const pieces = (chunk: Parameters<typeof piecesOf>[0]) => [...piecesOf(chunk, "host:1")];
const text = (text: string) => ({ kind: "text", text });
const spoken = (whole = false) => ({ kind: "sound", bytes: sound, whole });

Deno.test("omni: sound beside the text (OpenAI, sglang-omni)", () => {
  assert.deepEqual(pieces({ choices: [{ delta: { content: "Hi", audio: { data } } }] }), [
    text("Hi"),
    spoken(),
  ]);
  assert.deepEqual(pieces({ choices: [{ delta: { content: null, audio: { transcript: "Hi" } } }] }), [
    text("Hi"),
  ]);
});

Deno.test("omni: sound in the place of the text, marked (vllm-omni)", () => {
  assert.deepEqual(pieces({ modality: "text", choices: [{ delta: { content: "Hi" } }] }), [text("Hi")]);
  assert.deepEqual(pieces({ modality: "audio", choices: [{ delta: { content: data } }] }), [spoken()]);
});

Deno.test("omni: a whole answer, its sound in the same choice or in a second one", () => {
  const two = [{ message: { content: "Hi" } }, {
    message: { content: null, audio: { data, transcript: "" } },
  }];
  assert.deepEqual(pieces({ choices: two }), [text("Hi"), spoken(true)]);
  const one = [{ message: { content: "Hi", audio: { data, transcript: "Hi" } } }];
  assert.deepEqual(pieces({ choices: one }), [text("Hi"), spoken(true)]);
});

Deno.test("omni: chunks without anything in them, and sound that is none", () => {
  assert.deepEqual(pieces({}), []);
  assert.deepEqual(
    pieces({ choices: [{ delta: { content: null } }, { delta: {}, finish_reason: "stop" }] }),
    [],
  );
  assert.throws(
    () => pieces({ choices: [{ delta: { audio: { data: "?!" } } }] }),
    /host:1 sent sound that is not base64/,
  );
});
