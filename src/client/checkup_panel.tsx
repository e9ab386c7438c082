/** The check-up as the caller sees it: a panel with everything, and the faults alone for the message of a failed call. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type BrowserFacts, readBrowser } from "./browser_facts.ts";
import { examine, type Finding, pairOf, reportOf } from "./checkup.ts";
import { en } from "./en.ts";
import { useWords } from "./i18n.ts";
import { Panel } from "./panel.tsx";
import { type Store, useStore } from "./store.ts";
import type { Trace } from "./trace.ts";

interface CheckupProps {
  trace: Store<Trace>;
  /** The microphone of the present call. */
  microphone: MediaStream | null;
  /** Of the program. */
  version: string;
  close: () => void;
}

export function CheckupPanel({ trace: store, microphone, version, close }: CheckupProps) {
  const words = useWords();
  const trace = useStore(store);
  const facts = useFacts(microphone);
  const report = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  if (!facts) return <Panel title={words.checkup.title} close={close}>{null}</Panel>;
  const text = reportOf(facts, trace, en, version);
  const copy = () =>
    copyText(text, report.current!).then(() => setCopied(words.copied), () => setCopied(words.notCopied));
  const tools = (
    <button type="button" class="tool" onClick={copy} onBlur={() => setCopied(null)}>
      {copied ?? words.copy}
    </button>
  );
  return (
    <Panel title={words.checkup.title} close={close} tools={tools}>
      <Findings findings={examine(facts, trace, words)} />
      {trace.pairs.length > 0 && (
        <>
          <h3 class="aside">{words.checkup.pairs}</h3>
          <ul class="pairs" lang="en">
            {trace.pairs.map((pair, at) => (
              <li key={at} data-chosen={pair.chosen}>
                <b>{pair.state}</b> {pairOf(pair)}
              </li>
            ))}
          </ul>
        </>
      )}
      <details class="meter">
        <summary>{words.checkup.report}</summary>
        <pre ref={report} lang="en">{text}</pre>
      </details>
    </Panel>
  );
}

/** What is wrong, for the message about a failed call; nothing when the check-up found no fault. */
export function CheckupFaults({ trace: store, microphone }: Pick<CheckupProps, "trace" | "microphone">) {
  const words = useWords();
  const trace = useStore(store);
  const facts = useFacts(microphone);
  if (!facts) return null;
  const faults = examine(facts, trace, words).filter(({ verdict }) => verdict === "bad");
  return faults.length > 0 ? <Findings findings={faults} /> : null;
}

function Findings({ findings }: { findings: Finding[] }) {
  const words = useWords();
  return (
    <dl class="findings">
      {findings.map(({ name, verdict, found }) => (
        <div key={name} data-verdict={verdict}>
          <dt>
            <i aria-hidden="true">{MARKS[verdict]}</i>
            {words.checkup.names[name]}
            <span class="unseen">{words.colon + words.checkup.verdicts[verdict]}</span>
          </dt>
          <dd>{found}</dd>
        </div>
      ))}
    </dl>
  );
}

const MARKS: Record<Finding["verdict"], string> = { ok: "✓", warning: "!", bad: "✕", unknown: "–" };

/** Null until the browser has answered. Asked again when devices come and go. */
function useFacts(microphone: MediaStream | null): BrowserFacts | null {
  const [facts, setFacts] = useState<BrowserFacts | null>(null);
  useEffect(() => {
    let over = false;
    const ask = () => readBrowser(microphone).then((answer) => over || setFacts(answer));
    void ask();
    navigator.mediaDevices?.addEventListener("devicechange", ask);
    return () => {
      over = true;
      navigator.mediaDevices?.removeEventListener("devicechange", ask);
    };
  }, [microphone]);
  return facts;
}

/** Without https there is no clipboard; there the report is shown and marked, and the older command copies it. */
async function copyText(text: string, shown: HTMLElement): Promise<void> {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  shown.closest("details")!.open = true;
  getSelection()!.selectAllChildren(shown);
  if (!document.execCommand("copy")) throw new Error("The browser does not copy on an insecure page");
}
