/**
 * Cuts a VITS model (Piper's ONNX export) into two: text to latent frames, and latent frames to sound.
 *
 * Whole, the model gives its first sample only after the last has been computed, and no phoneme times at all. Cut at
 * the input of the vocoder (HiFi-GAN's first convolution), the first half tells how long every phoneme lasts, and the
 * second half can be run on a few frames at a time.
 */
import {
  extract,
  type Graph,
  GRAPH_INPUT,
  GRAPH_OUTPUT,
  namesOf,
  reachable,
  readGraph,
} from "./onnx_graph.ts";

/** The two halves of a voice, as ONNX models. Where it has several speakers, each takes `sid` too if it needs it. */
export interface SplitVoice {
  /** `input`, `input_lengths`, `scales` → the latent frames and the durations. */
  encoder: Uint8Array<ArrayBuffer>;
  /** Latent frames → the sound. */
  vocoder: Uint8Array<ArrayBuffer>;
  /** Name of the tensor between the halves: float [1, channels, frames]. */
  latent: string;
  /** Name of the tensor of durations: float [1, 1, phonemes], frames per phoneme id. */
  durations: string;
  /** Name of the sound. */
  sound: string;
}

/** A voice as one model that gives all of its sound at once. */
export interface WholeVoice {
  model: Uint8Array<ArrayBuffer>;
  /** As in `SplitVoice`; undefined if they cannot be told. */
  durations?: string;
  sound: string;
}

const INPUTS = ["input", "input_lengths", "scales"];
const SPEAKER = "sid";

/** What goes in and out of the voice. */
function ends(graph: Graph): { inputs: string[]; sound: string } {
  const inputs = namesOf(graph, GRAPH_INPUT);
  const missing = INPUTS.find((name) => !inputs.includes(name));
  if (missing) throw new Error(`it has no input "${missing}"`);
  const [sound] = namesOf(graph, GRAPH_OUTPUT);
  if (sound === undefined) throw new Error("it has no output");
  return { inputs: inputs.includes(SPEAKER) ? [...INPUTS, SPEAKER] : INPUTS, sound };
}

/**
 * The tensor of durations. VITS rounds its durations up to whole frames, and nothing else; Piper finds them in the same
 * way (https://github.com/OHF-Voice/piper1-gpl, `patch_voice_with_alignment.py`).
 */
function durationsOf(graph: Graph): string {
  const rounded = graph.nodes.filter((node) => node.op === "Ceil");
  if (rounded.length !== 1) {
    throw new Error(`it has ${rounded.length} nodes "Ceil" where one gives the durations`);
  }
  return rounded[0].outputs[0];
}

/**
 * The tensor that the vocoder takes, found by the shape of HiFi-GAN (arXiv 2010.05646): before its first transposed
 * convolution stands a convolution of the latent frames, and beside it, added, maybe one of the speaker.
 */
function latentOf(graph: Graph): string {
  const first = graph.nodes.find((node) => node.op === "ConvTranspose");
  if (!first) throw new Error('it has no node "ConvTranspose", with which a vocoder begins');
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const open = [first.inputs[0]];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const maker = makers.get(name);
    if (!maker) continue;
    if (maker.op !== "Conv") open.push(...maker.inputs);
    else if (reachable(graph, [], [maker.inputs[0]]).names.has(INPUTS[0])) return maker.inputs[0];
  }
  throw new Error("no convolution of the text stands before its vocoder");
}

/**
 * Splits a Piper voice at the input of its vocoder.
 *
 * @param model The contents of a Piper `.onnx` file.
 * @throws {Error} saying what is missing, if it is no such file, or built in another way.
 */
export function splitVoice(model: Uint8Array): SplitVoice {
  try {
    const graph = readGraph(model);
    const { inputs, sound } = ends(graph);
    const latent = latentOf(graph), durations = durationsOf(graph);
    const speaker = inputs.includes(SPEAKER) && reachable(graph, [latent], [sound]).names.has(SPEAKER);
    return {
      encoder: extract(graph, inputs, [latent, durations]),
      vocoder: extract(graph, speaker ? [latent, SPEAKER] : [latent], [sound]),
      latent,
      durations,
      sound,
    };
  } catch (error) {
    throw new Error(`It cannot be cut in two: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * A Piper voice as it is, with its durations as a second output where they can be found.
 *
 * @throws {Error} saying what is missing, if it is no Piper voice.
 */
export function wholeVoice(model: Uint8Array): WholeVoice {
  try {
    const graph = readGraph(model);
    const { inputs, sound } = ends(graph);
    const rounded = graph.nodes.filter((node) => node.op === "Ceil");
    const durations = rounded.length === 1 ? rounded[0].outputs[0] : undefined;
    return {
      model: extract(graph, inputs, durations ? [sound, durations] : [sound]),
      durations,
      sound,
    };
  } catch (error) {
    throw new Error(`Not a Piper voice: ${(error as Error).message}`, { cause: error });
  }
}
