/** Places for callers in one llama.cpp context. */
import type { ChatWrapper, LlamaChat, LlamaContext } from "node-llama-cpp";
import { templateOf } from "./template.ts";

type Library = typeof import("node-llama-cpp");

/** Each place holds its share of the model's memory, and keeps it, warm, for the next caller. */
export class Places {
  readonly #library: Library;
  readonly #context: LlamaContext;
  readonly #free: LlamaChat[] = [];
  /** The same for all: to find it takes 0.2 s. */
  #template?: ChatWrapper;
  #taken = 0;

  constructor(library: Library, context: LlamaContext) {
    this.#library = library;
    this.#context = context;
  }

  /** @throws {Error} if all places are taken. */
  take(): LlamaChat {
    const chat = this.#free.pop() ?? this.#make();
    this.#taken++;
    return chat;
  }

  /** Is only one place taken? */
  get quiet(): boolean {
    return this.#taken === 1;
  }

  #make(): LlamaChat {
    const { sequencesLeft, totalSequences, model } = this.#context;
    if (sequencesLeft === 0) {
      throw new Error(
        `LLM_Llama has all its ${totalSequences} callers; set "max_callers" higher to admit more at once`,
      );
    }
    const { LlamaChat } = this.#library;
    this.#template ??= templateOf(this.#library, model);
    return new LlamaChat({
      contextSequence: this.#context.getSequence(),
      chatWrapper: this.#template,
    });
  }

  giveBack(chat: LlamaChat): void {
    this.#free.push(chat);
    this.#taken--;
  }
}
