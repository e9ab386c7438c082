/** Face, devices, captions, language, volume, and, folded away, the meter. */
import { useEffect, useState } from "preact/hooks";
import type { Call } from "./call.ts";
import type { CallView } from "./view.ts";
import type { PageInfo } from "../rtc/signalling.ts";
import { OtherDevices } from "./devices.tsx";
import { Gallery } from "./gallery.tsx";
import { graphics } from "./graphics.ts";
import { useWords } from "./i18n.ts";
import type { Memory } from "./memory.ts";
import { Meter } from "./meter.tsx";
import { Panel } from "./panel.tsx";
import type { Preferences } from "./preferences.ts";
import { type Store, useStore } from "./store.ts";

interface SettingsProps {
  call: Call;
  view: CallView;
  preferences: Store<Preferences>;
  memory: Memory;
  page: PageInfo;
  /** Opens the check-up instead. */
  checkup: () => void;
  close: () => void;
}

export function Settings({ call, view, preferences, memory, page, checkup, close }: SettingsProps) {
  const words = useWords();
  const chosen = useStore(preferences);
  const devices = useDevices(view.microphone);
  const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
  const chooseMicrophone = (microphone: string) => {
    preferences.set({ microphone });
    if (view.microphone) void call.changeMicrophone();
  };
  return (
    <Panel title={words.settings} close={close}>
      <Gallery call={call} view={view} preferences={preferences} page={page} />
      <DrawerChoice call={call} preferences={preferences} page={page} />
      {devices.audioinput.length === 0 && <p class="aside">{words.devicesLater}</p>}
      <DeviceChoice
        label={words.microphone}
        devices={devices.audioinput}
        value={chosen.microphone}
        choose={chooseMicrophone}
      />
      {canChooseSpeaker && (
        <DeviceChoice
          label={words.speaker}
          devices={devices.audiooutput}
          value={chosen.speaker}
          choose={(speaker) => preferences.set({ speaker })}
        />
      )}
      <label class="row">
        <span>{words.volume}</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={chosen.volume}
          onInput={(event) => preferences.set({ volume: Number(event.currentTarget.value) })}
        />
      </label>
      <label class="row">
        <span>{words.language}</span>
        <select
          value={chosen.language}
          onChange={(event) =>
            preferences.set({ language: event.currentTarget.value as Preferences["language"] })}
        >
          <option value="auto">{words.automatic}</option>
          <option value="en" lang="en">English</option>
          <option value="zh" lang="zh-Hans">中文</option>
        </select>
      </label>
      <label class="row check">
        <span>{words.showCaptions}</span>
        <input
          type="checkbox"
          checked={chosen.captions}
          onChange={(event) => preferences.set({ captions: event.currentTarget.checked })}
        />
      </label>
      <Remembering call={call} preferences={preferences} memory={memory} />
      <OtherDevices page={page} />
      <Meter call={call} view={view} />
      <button type="button" class="choice" onClick={checkup}>{words.checkup.open}</button>
      <p class="aside keys">{words.keys}</p>
    </Panel>
  );
}

/** Where the server leaves it open, and the page could. */
function DrawerChoice({ call, preferences, page }: Pick<SettingsProps, "call" | "preferences" | "page">) {
  const words = useWords();
  const { drawer } = useStore(preferences);
  if (page.render !== "auto" || graphics() === "none") return null;
  const choose = (drawer: Preferences["drawer"]) => {
    preferences.set({ drawer });
    call.changeDrawer();
  };
  return (
    <label class="row">
      <span>{words.drawer}</span>
      <select
        value={drawer}
        onChange={(event) => choose(event.currentTarget.value as Preferences["drawer"])}
      >
        {(["auto", "server", "page"] as const).map((name) => (
          <option key={name} value={name}>{words.drawers[name]}</option>
        ))}
      </select>
    </label>
  );
}

/** Consent and erasure: what was said is kept in this browser only while the box is ticked. */
function Remembering({ call, preferences, memory }: Pick<SettingsProps, "call" | "preferences" | "memory">) {
  const words = useWords();
  const { remember } = useStore(preferences);
  const [kept, setKept] = useState(() => memory.recall().length);
  const forget = () => {
    memory.forget();
    call.forget();
    setKept(0);
  };
  const choose = (remember: boolean) => {
    preferences.set({ remember });
    if (!remember) forget();
  };
  return (
    <>
      <label class="row check">
        <span>{words.remember}</span>
        <input type="checkbox" checked={remember} onChange={(event) => choose(event.currentTarget.checked)} />
      </label>
      {remember && <p class="aside">{words.rememberWhere}</p>}
      {kept > 0 && <button type="button" class="choice" onClick={forget}>{words.forget}</button>}
    </>
  );
}

interface DeviceChoiceProps {
  label: string;
  devices: MediaDeviceInfo[];
  value: string;
  choose: (id: string) => void;
}

function DeviceChoice({ label, devices, value, choose }: DeviceChoiceProps) {
  const words = useWords();
  if (devices.length === 0) return null;
  const known = devices.some((device) => device.deviceId === value);
  return (
    <label class="row">
      <span>{label}</span>
      <select value={known ? value : ""} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{words.systemChoice}</option>
        {devices.map((device) => <option key={device.deviceId} value={device.deviceId}>{device.label}
        </option>)}
      </select>
    </label>
  );
}

type Devices = Record<"audioinput" | "audiooutput", MediaDeviceInfo[]>;

/** Devices by kind. Before the microphone was allowed browsers give them no names, and those are left out. */
function useDevices(microphone: MediaStream | null): Devices {
  const [devices, setDevices] = useState<Devices>({ audioinput: [], audiooutput: [] });
  useEffect(() => {
    const source = navigator.mediaDevices;
    if (!source?.enumerateDevices) return;
    const list = async () => {
      const named = (await source.enumerateDevices()).filter((device) =>
        device.label !== "" && device.deviceId !== "default"
      );
      setDevices({
        audioinput: named.filter((device) => device.kind === "audioinput"),
        audiooutput: named.filter((device) => device.kind === "audiooutput"),
      });
    };
    void list();
    source.addEventListener("devicechange", list);
    return () => source.removeEventListener("devicechange", list);
  }, [microphone]);
  return devices;
}
