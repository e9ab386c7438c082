/** What went wrong, in words, and what to do about it. */
import type { Call } from "./call.ts";
import { CheckupFaults } from "./checkup_panel.tsx";
import type { CallView } from "./view.ts";
import { remedies, type Remedy } from "./faults.ts";
import { fill, useWords } from "./i18n.ts";
import type { Store } from "./store.ts";
import type { Trace } from "./trace.ts";

interface NoticeProps {
  call: Call;
  view: CallView;
  trace: Store<Trace>;
  /** Opens the check-up. */
  checkup: () => void;
}

export function Notice({ call, view, trace, checkup }: NoticeProps) {
  const words = useWords();
  const fault = view.notice ?? view.fault;
  if (!fault) return null;
  const { title, remedy } = words.faults[fault.code];
  const addresses = {
    https: `https://${location.host}`,
    localhost: `http://localhost:${location.port || "80"}`,
  };
  const labels: Record<Remedy, string> = {
    retry: words.retry,
    text: words.continueWithText,
    dismiss: words.dismiss,
  };
  const act = (choice: Remedy) => {
    if (choice === "dismiss") call.dismiss();
    else if (view.notice) void call.changeMicrophone();
    else void call.start(choice === "retry");
  };
  return (
    <div class="notice" role="alert" data-fault={fault.code}>
      <h2>{title}</h2>
      <p>{fill(remedy, addresses)}</p>
      {view.fault && <CheckupFaults trace={trace} microphone={view.microphone} />}
      {fault.detail && (
        <details>
          <summary>{fault.code === "drawing" ? words.reason : words.detail}</summary>
          <p lang="en">{fault.detail}</p>
        </details>
      )}
      <div class="choices">
        {remedies(fault.code, view.notice !== null).map((choice, at) => (
          <button
            type="button"
            key={choice}
            class={at === 0 ? "choice first" : "choice"}
            onClick={() => act(choice)}
          >
            {labels[choice]}
          </button>
        ))}
        {view.fault && <button type="button" class="choice" onClick={checkup}>{words.checkup.open}</button>}
      </div>
    </div>
  );
}
