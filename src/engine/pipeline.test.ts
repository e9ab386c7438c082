import assert from "node:assert/strict";
import type { Kind } from "./frame.ts";
import { connect, PipelineError, printGraph, type Stage } from "./pipeline.ts";

const stage = (name: string, consumes: Kind[], produces: Kind[]): Stage => ({ name, consumes, produces });
const vad = stage("Vad", ["audio.mic"], ["speech.start", "audio.speech", "speech.end"]);
const asr = stage("Asr", ["speech.start", "audio.speech", "speech.end", "speech.resume"], ["text.user"]);
const llm = stage("Llm", ["text.user", "turn.end"], ["text.reply"]);
const tts = stage("Tts", ["text.reply"], ["phonemes", "audio.reply"]);
const face = stage("Face", ["phonemes", "video.tick"], ["video.reply"]);

function linesOf(stages: Stage[]): string[] {
  try {
    connect(stages);
  } catch (error) {
    assert.ok(error instanceof PipelineError);
    return error.lines;
  }
  return [];
}

Deno.test("pipeline: who consumes what", () => {
  const pipeline = connect([vad, asr, llm, tts, face]);
  assert.deepEqual(pipeline.consumers("phonemes"), ["Face"]);
  assert.deepEqual(pipeline.consumers("audio.reply"), ["rtc"]);
  assert.deepEqual(pipeline.consumers("text.user"), ["rtc", "Llm"]);
  assert.match(printGraph(pipeline), /^Tts --phonemes--> Face$/m);
});

Deno.test("pipeline: a voice without a face is whole, a face without a voice is not", () => {
  assert.deepEqual(linesOf([vad, asr, llm, tts]), []);
  assert.deepEqual(linesOf([vad, asr, llm, face]), [
    '"rtc" needs "audio.reply", but no configured handler produces it. Add a TTS handler, such as TTS_Piper.',
    '"Face" needs "phonemes", but no configured handler produces it. Add a TTS handler, such as TTS_Piper.',
  ]);
});

Deno.test("pipeline: what several need is missed in one line", () => {
  assert.deepEqual(linesOf([vad, llm, tts]), [
    '"rtc" and "Llm" need "text.user", but no configured handler produces it. Add an ASR handler, such as ASR_Moonshine.',
  ]);
});

Deno.test("pipeline: two producers of one kind are named", () => {
  assert.deepEqual(linesOf([vad, asr, llm, { ...llm, name: "Other" }, tts]), [
    '"Llm" and "Other" both produce "text.reply". Disable one of them (enabled: false).',
  ]);
});
