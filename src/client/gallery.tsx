/** The faces that may be chosen, with pictures, and the rooms behind them. */
import type { AvatarInfo, PageInfo } from "../rtc/signalling.ts";
import type { Call } from "./call.ts";
import { TRANSPARENT } from "./embed.ts";
import { backgrounds, choosable, chosenFace } from "./face_choice.ts";
import { LANGUAGES, useWords } from "./i18n.ts";
import type { Preferences } from "./preferences.ts";
import { OwnFace } from "./own_face.tsx";
import { type Store, useStore } from "./store.ts";
import type { CallView } from "./view.ts";

interface GalleryProps {
  call: Call;
  view: CallView;
  preferences: Store<Preferences>;
  page: PageInfo;
}

export function Gallery({ call, view, preferences, page }: GalleryProps) {
  const words = useWords();
  const { vrm, ...wished } = useStore(preferences), wish = chosenFace(wished, page, TRANSPARENT);
  if (!page.gallery || !page.video) return null;
  const choose = (patch: Partial<Pick<Preferences, "avatar" | "background">>) => {
    preferences.set(patch.avatar === undefined ? patch : { ...patch, vrm: "" });
    call.changeDrawer();
    call.changeFace(chosenFace(preferences.get(), page, TRANSPARENT));
  };
  // What could not be shown is not what is chosen.
  const chosen = view.notice?.code === "avatar" && view.face ? view.face.avatar : wish.avatar;
  const changing = view.face !== null && view.face.avatar !== chosen;
  return (
    <>
      <fieldset class="faces">
        <legend>{words.faces}</legend>
        <div>
          {page.gallery.avatars.map((avatar) => (
            <Card
              key={avatar.name}
              avatar={avatar}
              checked={vrm === "" && avatar.name === chosen}
              changing={vrm === "" && changing && avatar.name === chosen}
              disabled={!choosable(avatar, page)}
              choose={() => choose({ avatar: avatar.name })}
            />
          ))}
        </div>
      </fieldset>
      <OwnFace call={call} preferences={preferences} page={page} />
      {!TRANSPARENT && (
        <label class="row">
          <span>{words.background}</span>
          <select
            value={wish.background}
            onChange={(event) => choose({ background: event.currentTarget.value })}
          >
            {backgrounds.map((name) => <option key={name} value={name}>{words.backgrounds[name]}</option>)}
          </select>
        </label>
      )}
    </>
  );
}

interface CardProps {
  avatar: AvatarInfo;
  checked: boolean;
  /** Chosen, but the call still shows another one. */
  changing: boolean;
  disabled: boolean;
  choose: () => void;
}

/** A radio button with a picture: arrow keys, screen readers and forms know what it is. */
function Card({ avatar, checked, changing, disabled, choose }: CardProps) {
  const words = useWords();
  const chinese = words === LANGUAGES.zh;
  const { name, title, about, needs, licence } = avatar;
  const id = `face-${name}`;
  return (
    <label class="card" title={licence}>
      <input
        type="radio"
        name="face"
        value={name}
        checked={checked}
        disabled={disabled}
        aria-describedby={`${id}-about`}
        onChange={choose}
      />
      <img
        src={`/avatars/${name}/poster.jpg`}
        alt=""
        loading="lazy"
        width={96}
        height={96}
        onError={(event) => event.currentTarget.classList.add("absent")}
      />
      <span>{chinese && title.zh || title.en}</span>
      {changing && <small role="status">{words.changing}</small>}
      {needs && <small>{words.otherVoice}</small>}
      <span class="unseen" id={`${id}-about`}>{about && (chinese && about.zh || about.en)}</span>
    </label>
  );
}
