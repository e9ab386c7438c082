/** The page: stage, captions and bar, and one panel at a time beside them. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PageInfo } from "../rtc/signalling.ts";
import { Bar } from "./bar.tsx";
import type { Call } from "./call.ts";
import { Captions } from "./captions.tsx";
import { CheckupPanel } from "./checkup_panel.tsx";
import { chooseLanguage, LANGUAGES, TAGS, WordsContext } from "./i18n.ts";
import { focusKind, keyAction } from "./keys.ts";
import { Notice } from "./notice.tsx";
import type { Memory } from "./memory.ts";
import type { Preferences } from "./preferences.ts";
import { Settings } from "./settings.tsx";
import { Stage } from "./stage.tsx";
import { StateWord } from "./state_word.tsx";
import { type Store, useStore } from "./store.ts";
import type { Trace } from "./trace.ts";
import { Transcript } from "./transcript.tsx";

export type PanelName = "transcript" | "settings" | "checkup";

interface AppProps {
  call: Call;
  preferences: Store<Preferences>;
  memory: Memory;
  page: PageInfo;
  trace: Store<Trace>;
}

export function App({ call, preferences, memory, page, trace }: AppProps) {
  const view = useStore(call.view);
  const chosen = useStore(preferences);
  const [panel, setPanel] = useState<PanelName | null>(null);
  const address = new URLSearchParams(location.search).get("lang");
  const language = chooseLanguage(address, chosen.language, navigator.languages);
  const words = LANGUAGES[language];

  useLayoutEffect(() => {
    document.documentElement.lang = TAGS[language];
    document.title = words.title;
  }, [language]);
  useKeys(call, panel, () => setPanel(null));
  const toggle = (name: PanelName) => setPanel(panel === name ? null : name);

  return (
    <WordsContext.Provider value={words}>
      <div class="page" data-state={view.phase} data-mood={view.mood} data-panel={panel ?? "none"}>
        <main class="scene">
          <Stage call={call} view={view} page={page} preferences={chosen} />
          <div class="foot">
            <StateWord view={view} />
            <Notice call={call} view={view} trace={trace} checkup={() => setPanel("checkup")} />
            <div class="lower">
              <Captions view={view} visible={chosen.captions} />
              <Bar call={call} view={view} camera={page.camera} panel={panel} toggle={toggle} />
            </div>
          </div>
        </main>
        {panel === "transcript" && (
          <Transcript
            call={call}
            conversation={view.conversation}
            close={() => setPanel(null)}
          />
        )}
        {panel === "settings" && (
          <Settings
            call={call}
            view={view}
            preferences={preferences}
            memory={memory}
            page={page}
            checkup={() => setPanel("checkup")}
            close={() => setPanel(null)}
          />
        )}
        {panel === "checkup" && (
          <CheckupPanel
            trace={trace}
            microphone={view.microphone}
            version={page.version}
            close={() => setPanel(null)}
          />
        )}
      </div>
    </WordsContext.Provider>
  );
}

/** Space mutes, Esc closes the panel or stops the answer. */
function useKeys(call: Call, panel: PanelName | null, close: () => void): void {
  const latest = useRef({ panel, close });
  latest.current = { panel, close };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = keyAction(event, focusKind(document.activeElement));
      if (action === "mute" && call.view.get().microphone) {
        event.preventDefault();
        call.setMuted(!call.view.get().muted);
      }
      if (action !== "escape") return;
      if (latest.current.panel) latest.current.close();
      else call.stopAnswer();
    };
    // A button keeps the focus after a click with the mouse, and Space would press it instead of muting.
    const release = (event: MouseEvent) => {
      if (event.detail > 0 && event.target instanceof Element) event.target.closest("button")?.blur();
    };
    document.addEventListener("keydown", press);
    document.addEventListener("click", release);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("click", release);
    };
  }, [call]);
}
