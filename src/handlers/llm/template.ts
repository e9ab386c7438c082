/** How a model's own template puts a conversation into tokens. */
import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText } from "node-llama-cpp";

type Library = typeof import("node-llama-cpp");
type State = ReturnType<ChatWrapper["generateContextState"]>;

/** An empty thought, as templates write it for `enable_thinking: false` (Qwen3, SmolLM3). */
const THOUGHT = "<think>\n\n</think>\n\n";

/** Does a template (Jinja) leave it to the one who asks whether the model thinks aloud? */
const mayThink = (template: string | undefined) => template?.includes("enable_thinking") ?? false;

const isUnanswered = (item: ChatHistoryItem | undefined) =>
  item?.type === "model" && item.response.every((part) => part === "");

/** The library's ChatML always begins with the model's start token. */
function withoutStart(library: Library, text: LlamaText): LlamaText {
  const [first, ...rest] = text.values;
  const start = first instanceof library.SpecialToken && first.value === "BOS";
  return start ? library.LlamaText(rest) : text;
}

function withThought(library: Library, text: LlamaText): LlamaText {
  if (text.toString().trimEnd().endsWith("</think>")) return text;
  return library.LlamaText([text, new library.SpecialTokensText(THOUGHT)]);
}

/**
 * The template of a model, as the library finds it, but for two things. For many models the start token is the
 * `<|im_start|>` that follows anyway; twice it confuses them, so it is left out where the model says it wants none. And
 * models that may think aloud before they answer find that done: a caller would wait for every thought.
 */
export function templateOf(library: Library, model: LlamaModel): ChatWrapper {
  const wrapper = library.resolveChatWrapper(model);
  const thinks = mayThink(model.fileInfo.metadata.tokenizer?.chat_template);
  const starts = model.tokens.shouldPrependBosToken;
  const generate = wrapper.generateContextState.bind(wrapper);
  wrapper.generateContextState = (options): State => {
    const state = generate(options);
    let text = starts ? state.contextText : withoutStart(library, state.contextText);
    if (thinks && isUnanswered(options.chatHistory.at(-1))) text = withThought(library, text);
    return { ...state, contextText: text };
  };
  return wrapper;
}
