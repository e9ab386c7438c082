/** The one bar: start or end, microphone, text, and the doors to the panels. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { PanelName } from "./app.tsx";
import type { Call } from "./call.ts";
import type { CallView } from "./view.ts";
import { useWords } from "./i18n.ts";
import {
  CameraIcon,
  CameraOffIcon,
  MicrophoneIcon,
  MutedIcon,
  SendIcon,
  SettingsIcon,
  TranscriptIcon,
} from "./icons.tsx";
import { watchLevel } from "./microphone.ts";

interface BarProps {
  call: Call;
  view: CallView;
  /** Does anybody look at the camera? */
  camera: boolean;
  panel: PanelName | null;
  toggle: (name: PanelName) => void;
}

export function Bar({ call, view, camera, panel, toggle }: BarProps) {
  const words = useWords();
  return (
    <div class="bar" role="group" aria-label={words.controls}>
      <StartEnd call={call} active={call.active} />
      {call.active && !view.asking && <Microphone call={call} view={view} />}
      {camera && view.phase === "live" && <Camera call={call} view={view} />}
      <TextField call={call} />
      <button
        type="button"
        class="round"
        title={words.transcript}
        aria-label={words.transcript}
        aria-expanded={panel === "transcript"}
        onClick={() => toggle("transcript")}
      >
        <TranscriptIcon />
      </button>
      <button
        type="button"
        class="round"
        title={words.settings}
        aria-label={words.settings}
        aria-expanded={panel === "settings"}
        onClick={() => toggle("settings")}
      >
        <SettingsIcon />
      </button>
    </div>
  );
}

function StartEnd({ call, active }: { call: Call; active: boolean }) {
  const words = useWords();
  const press = () => active ? call.end() : void call.start(true);
  return (
    <button type="button" class={active ? "pill end" : "pill start"} onClick={press}>
      {active ? words.end : words.start}
    </button>
  );
}

function Camera({ call, view }: { call: Call; view: CallView }) {
  const words = useWords();
  const on = view.camera !== null;
  const label = on ? words.hideCamera : words.showCamera;
  return (
    <button
      type="button"
      class="round microphone camera"
      data-on={on}
      title={label}
      aria-label={label}
      onClick={() => void call.setCamera(!on)}
    >
      {on ? <CameraIcon /> : <CameraOffIcon />}
    </button>
  );
}

function Microphone({ call, view }: { call: Call; view: CallView }) {
  const words = useWords();
  const button = useRef<HTMLButtonElement>(null);
  useRing(button, view.microphone);
  useEffect(() => {
    // Who started by keyboard stands on "End" now, where Space would hang up instead of muting.
    if (view.microphone && document.activeElement?.matches(".end")) button.current?.focus();
  }, []);
  const on = view.microphone !== null && !view.muted;
  const press = () => view.microphone ? call.setMuted(!view.muted) : void call.changeMicrophone();
  const label = !view.microphone ? words.microphoneOn : view.muted ? words.unmute : words.mute;
  return (
    <button
      type="button"
      ref={button}
      class="round microphone"
      data-on={on}
      title={label}
      aria-label={label}
      onClick={press}
    >
      {on ? <MicrophoneIcon /> : <MutedIcon />}
    </button>
  );
}

/** The ring around the microphone follows its loudness, past Preact: it changes with every picture of the screen. */
function useRing(button: { current: HTMLButtonElement | null }, microphone: MediaStream | null): void {
  useEffect(() => {
    if (!microphone) return;
    const level = watchLevel(microphone);
    let shown = 0;
    let frame = requestAnimationFrame(function draw() {
      const now = level.read();
      // Up at once, down slowly, as meters do.
      shown = Math.max(now, shown * 0.88);
      button.current?.style.setProperty("--level", shown.toFixed(2));
      frame = requestAnimationFrame(draw);
    });
    return () => {
      cancelAnimationFrame(frame);
      button.current?.style.removeProperty("--level");
      level[Symbol.dispose]();
    };
  }, [microphone]);
}

function TextField({ call }: { call: Call }) {
  const words = useWords();
  const [text, setText] = useState("");
  const send = (event: Event) => {
    event.preventDefault();
    call.say(text.trim());
    setText("");
  };
  return (
    <form class="field" onSubmit={send}>
      <input
        type="text"
        id="message"
        value={text}
        maxLength={2000}
        placeholder={words.field}
        aria-label={words.field}
        autocomplete="off"
        enterkeyhint="send"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {text.trim() !== "" && (
        <button type="submit" class="send" title={words.send} aria-label={words.send}>
          <SendIcon />
        </button>
      )}
    </form>
  );
}
