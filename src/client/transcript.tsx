/** The whole conversation, to read, copy and clear. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Call } from "./call.ts";
import { type Conversation, plain, shown } from "./conversation.ts";
import { useWords } from "./i18n.ts";
import { Panel } from "./panel.tsx";

interface TranscriptProps {
  call: Call;
  conversation: Conversation;
  close: () => void;
}

export function Transcript({ call, conversation, close }: TranscriptProps) {
  const words = useWords();
  const { entries } = conversation;
  const end = useRef<HTMLDivElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  useLayoutEffect(() => end.current?.scrollIntoView({ block: "end" }), [
    entries.length,
    entries.at(-1)?.text,
  ]);

  const copy = () => {
    const text = plain(entries, {
      user: words.you + words.colon,
      reply: words.avatar + words.colon,
      dash: words.dash,
    });
    copyText(text).then(() => setCopied(words.copied), () => setCopied(words.notCopied));
  };
  const tools = entries.length > 0 && (
    <>
      <button type="button" class="tool" onClick={copy} onBlur={() => setCopied(null)}>
        {copied ?? words.copy}
      </button>
      <button type="button" class="tool" onClick={() => call.clearTranscript()}>{words.clear}</button>
    </>
  );
  return (
    <Panel title={words.transcript} close={close} tools={tools}>
      {entries.length === 0 && <p class="aside">{words.nothingYet}</p>}
      <dl class="entries">
        {entries.map((entry) => (
          <div key={entry.key} class="entry" data-who={entry.who} data-final={entry.final}>
            <dt>{entry.who === "user" ? words.you : words.avatar}</dt>
            <dd>{shown(entry, words.dash)}</dd>
          </div>
        ))}
      </dl>
      <div ref={end} />
    </Panel>
  );
}

/** The clipboard exists on secure pages only: `navigator.clipboard` is missing on others. */
async function copyText(text: string): Promise<void> {
  if (!navigator.clipboard) throw new Error("No clipboard on an insecure page");
  await navigator.clipboard.writeText(text);
}
