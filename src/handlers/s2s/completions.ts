/** MiniCPM-o behind a server with OpenAI's chat completions (vLLM, vllm-omni, sglang-omni). */
import type { HandlerEnv } from "../../engine/handler.ts";
import { RemoteError } from "../../remote/failure.ts";
import { openRemote, type Remote } from "../../remote/remote.ts";
import { RATE } from "../asr/take.ts";
import { type Piece, readOmni } from "./omni.ts";
import {
  forgetHalf,
  imagePart,
  instruct,
  type Message,
  messagesFor,
  newDialogue,
  type Part,
  recall,
  remember,
  soundPart,
  textPart,
} from "./prompt.ts";
import type { Config } from "./settings.ts";
import type { Line, Question, Source } from "./source.ts";
import type { Pcm } from "./sound.ts";

/** Of a request that asks for sound, what the servers that speak look for. */
function wishes({ audio_out }: Config, reference: string | null): Record<string, unknown> {
  if (!audio_out) return { modalities: ["text"] };
  return {
    modalities: ["text", "audio"],
    audio: { format: "wav", ...(reference && { ref_audio: `data:audio/wav;base64,${reference}` }) },
    chat_template_kwargs: { use_tts_template: true },
  };
}

interface Service {
  config: Config;
  remote: Remote;
  first: Message[];
  wishes: Record<string, unknown>;
}

function partsOf({ pcm, picture, frame }: Question): Part[] {
  return [
    ...(picture ? [imagePart(picture)] : []),
    pcm ? soundPart(pcm, RATE) : textPart(frame.text),
  ];
}

function openLine({ config, remote, first, wishes }: Service, session: string): Line {
  const dialogue = newDialogue();
  const request = (messages: Message[], signal: AbortSignal) => {
    const { max_tokens, temperature, extra } = config;
    const limits = { max_tokens, ...(temperature !== undefined && { temperature }) };
    const ask = (model: string) => ({
      path: "/chat/completions",
      json: { model, messages, stream: true, ...limits, ...wishes, ...extra },
    });
    return remote.stream(session, signal, ask, readOmni);
  };
  return {
    hear() {},
    async *ask(question, signal): AsyncGenerator<Piece> {
      const user = partsOf(question);
      dialogue.asked = { turn: question.frame.turn, user };
      for (;;) {
        try {
          return yield* request(messagesFor(first, dialogue, user), signal);
        } catch (error) {
          // A prompt that is too long is refused before anything is said.
          if (!(error instanceof RemoteError && error.tooLong && forgetHalf(dialogue))) throw error;
        }
      }
    },
    recall: (exchanges) => recall(dialogue, exchanges, config.history_turns),
    end: (frame) => remember(dialogue, frame, config.transcripts === "asr", config.history_turns),
    close: () => remote.pool.forget(session),
  };
}

/** @param reference the voice to imitate. */
export async function openCompletions(
  config: Config,
  env: HandlerEnv,
  reference: Pcm | null,
): Promise<Source> {
  const remote = await openRemote({ ...config, model_name: config.served_name }, env.log);
  const part = reference && soundPart(reference.pcm, reference.rate);
  const data = part?.type === "input_audio" ? part.input_audio.data : null;
  const first = instruct({ voice: config.voice_prompt, assistant: config.assistant_prompt, reference: part });
  const service = { config, remote, first, wishes: wishes(config, data) };
  return {
    open: (session) => openLine(service, session),
    [Symbol.asyncDispose]() {
      remote[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
