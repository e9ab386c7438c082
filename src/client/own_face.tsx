/** The caller's own avatar: a VRM file, tried before it takes the place of the face that is there. */
import { useRef, useState } from "preact/hooks";
import type { PageInfo } from "../rtc/signalling.ts";
import type { Call } from "./call.ts";
import { openFile } from "./drawer.ts";
import { graphics } from "./graphics.ts";
import { fill, useWords } from "./i18n.ts";
import { forgetVrm, keepVrm } from "./own_vrm.ts";
import type { Preferences } from "./preferences.ts";
import { type Store, useStore } from "./store.ts";

interface OwnFaceProps {
  call: Call;
  preferences: Store<Preferences>;
  page: PageInfo;
}

/** Bytes; a larger file is not even read. */
const LARGEST = 100 << 20;

export function OwnFace({ call, preferences, page: { render } }: OwnFaceProps) {
  const words = useWords().vrm;
  const { vrm } = useStore(preferences);
  const picker = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<"idle" | "reading" | { reason: string }>("idle");
  if (!render || render === "server" || graphics() === "none") return null;
  const wear = (name: string) => {
    preferences.set({ vrm: name });
    call.changeDrawer();
  };
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setState("reading");
    const reason = await refusal(file);
    if (picker.current) picker.current.value = "";
    setState(reason === null ? "idle" : { reason });
    if (reason !== null) return;
    // The same name may stand for another file.
    wear("");
    wear(file.name);
  };
  const remove = () => {
    wear("");
    void forgetVrm();
  };
  return (
    <div class="own-face">
      <input
        type="file"
        accept=".vrm,.glb"
        hidden
        ref={picker}
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
      <button type="button" class="choice" onClick={() => picker.current!.click()}>{words.choose}</button>
      {vrm !== "" && (
        <p class="aside">
          <strong>{vrm}</strong> {words.where}
        </p>
      )}
      {vrm !== "" && <button type="button" class="choice" onClick={remove}>{words.remove}</button>}
      {state === "reading" && <p class="aside" role="status">{words.reading}</p>}
      {typeof state === "object" && <p class="aside" role="alert">{fill(words.refused, state)}</p>}
    </div>
  );
}

/** Opens the file to see whether it can be, and keeps it; in one line why not, null when it is kept. */
async function refusal(file: File): Promise<string | null> {
  if (file.size > LARGEST) return `it has ${Math.ceil(file.size / (1 << 20))} MB, 100 are allowed`;
  try {
    using _painting = await openFile(await file.arrayBuffer());
    await keepVrm(file);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
