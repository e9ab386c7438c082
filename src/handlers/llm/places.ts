/** Places for callers in one llama.cpp context. */
import type { ChatWrapper, LlamaChat, LlamaContext, LlamaModel } from "node-llama-cpp";

type Library = typeof import("node-llama-cpp");

/**
 * The library's ChatML template always begins with the model's start token, which for many models is the `<|im_start|>`
 * that follows anyway; twice it confuses them. It is left out for models that say they want none.
 */
function fitTemplate(library: Library, wrapper: ChatWrapper, model: LlamaModel): ChatWrapper {
  if (model.tokens.shouldPrependBosToken) return wrapper;
  const generate = wrapper.generateContextState.bind(wrapper);
  wrapper.generateContextState = (options) => {
    const state = generate(options);
    const [first, ...rest] = state.contextText.values;
    const start = first instanceof library.SpecialToken && first.value === "BOS";
    return start ? { ...state, contextText: library.LlamaText(rest) } : state;
  };
  return wrapper;
}

/** Each place holds its share of the model's memory, and keeps it, warm, for the next caller. */
export class Places {
  readonly #library: Library;
  readonly #context: LlamaContext;
  readonly #free: LlamaChat[] = [];

  constructor(library: Library, context: LlamaContext) {
    this.#library = library;
    this.#context = context;
  }

  /** @throws {Error} if all places are taken. */
  take(): LlamaChat {
    const chat = this.#free.pop();
    if (chat) return chat;
    const { sequencesLeft, totalSequences, model } = this.#context;
    if (sequencesLeft === 0) {
      throw new Error(
        `LLM_Llama has all its ${totalSequences} callers; set "max_callers" higher to admit more at once`,
      );
    }
    const { LlamaChat, resolveChatWrapper } = this.#library;
    return new LlamaChat({
      contextSequence: this.#context.getSequence(),
      chatWrapper: fitTemplate(this.#library, resolveChatWrapper(model), model),
    });
  }

  giveBack(chat: LlamaChat): void {
    this.#free.push(chat);
  }
}
