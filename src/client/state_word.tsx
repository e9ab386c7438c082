/** The quiet word near the face. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { CallView } from "./view.ts";
import { fill, useWords, type Words } from "./i18n.ts";
import { type Steady, steady } from "./steady.ts";
import { browserTimers } from "./timers.ts";

/** What the call is doing, in one word; "" where the page itself says enough. */
export function stateWord(
  view: Pick<CallView, "phase" | "asking" | "place" | "mood" | "muted" | "microphone">,
  words: Words,
): string {
  switch (view.phase) {
    case "starting":
      return view.asking ? "" : words.connecting;
    case "queue":
      return fill(words.queue, { place: String(view.place) });
    case "loading":
      return words.loading;
    case "reconnecting":
      return words.reconnecting;
    case "live":
      break;
    default:
      return "";
  }
  if (view.mood === "idle") return "";
  if (view.mood !== "listening") return words.moods[view.mood];
  if (!view.microphone) return "";
  return view.muted ? words.muted : words.moods.listening;
}

export function StateWord({ view }: { view: CallView }) {
  const words = useWords();
  const word = stateWord(view, words);
  const [shown, setShown] = useState("");
  const pace = useRef<Steady<string> | null>(null);
  useEffect(() => {
    const own = pace.current = steady(setShown, browserTimers);
    return () => own[Symbol.dispose]();
  }, []);
  useEffect(() => pace.current!.push(word), [word]);
  // The last word stays in its place while it fades away.
  const last = useRef("");
  if (shown !== "") last.current = shown;
  if (view.phase === "error") return null;
  return <p class="word" role="status" data-empty={shown === ""}>{last.current}</p>;
}
