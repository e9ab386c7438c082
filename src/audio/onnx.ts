/** Opens ONNX models for small, fast, CPU-bound work: one thread each, so that several workers share few cores. */
import type * as ort from "onnxruntime-node";

type Feeds = ort.InferenceSession.FeedsType;
type Results = ort.InferenceSession.OnnxValueMapType;

/** A loaded ONNX model. It holds native memory until it is disposed of. */
export interface OnnxModel extends AsyncDisposable {
  /** Names of the graph's inputs and outputs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Makes tensors for `run`. */
  readonly Tensor: typeof ort.Tensor;
  /**
   * Runs the graph. The native call is synchronous: it blocks this thread, and nothing can stop it half-way.
   *
   * @param feeds A tensor for each input; their data must not lie in a SharedArrayBuffer.
   * @param fetches Names of the wanted outputs; all when left out.
   */
  run(feeds: Feeds, fetches?: readonly string[]): Promise<Results>;
}

/**
 * Loads a model (`.onnx` or `.ort`) on the CPU with one thread and sequential execution.
 *
 * onnxruntime-node is a native addon: call this in a worker, never on the main thread.
 *
 * @param source Path of the file, or its contents.
 * @throws {Error} naming the file, if it cannot be read or is not a model.
 */
export async function openModel(source: string | Uint8Array): Promise<OnnxModel> {
  // The library reports usage and writes below the home folder unless this is set before it is loaded.
  Deno.env.set("ORT_DISABLE_TELEMETRY", "1");
  const { InferenceSession, Tensor } = await import("onnxruntime-node");
  // Native code knows nothing of Deno's permissions, so the file is read here, where they hold.
  const bytes = typeof source === "string" ? await Deno.readFile(source) : source;
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    logSeverityLevel: 3,
  };
  const session = await InferenceSession.create(bytes, options).catch((error: Error) => {
    const origin = typeof source === "string" ? `"${source}"` : `${bytes.length} bytes`;
    throw new Error(`Cannot load the ONNX model from ${origin}: ${error.message}`, { cause: error });
  });
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    Tensor,
    run: (feeds, fetches) => fetches ? session.run(feeds, fetches) : session.run(feeds),
    [Symbol.asyncDispose]: () => session.release(),
  };
}
