/** The newest words, above the bar; or, before a call, what will happen. */
import { useEffect, useState } from "preact/hooks";
import type { CallView } from "./view.ts";
import { captions, type Entry, shown } from "./conversation.ts";
import { useWords } from "./i18n.ts";

export function Captions({ view, visible }: { view: CallView; visible: boolean }) {
  const words = useWords();
  if (view.phase === "idle") return <p class="hint">{words.hint}</p>;
  if (view.asking) return <p class="hint">{words.asking}</p>;
  if (view.phase === "error") return null;
  const { user, reply } = captions(view.conversation);
  const replied = reply !== null && reply.text !== "";
  return (
    <>
      <div class="captions" role="group" aria-label={words.captions} hidden={!visible}>
        <p id="caption-user" data-final={user?.final ?? false} data-past={replied}>
          <span>{user?.text}</span>
        </p>
        <p id="caption-reply" data-final={reply?.final ?? false}>
          <span>{reply && shown(reply, words.dash)}</span>
        </p>
      </div>
      <Announcer user={user} reply={reply} />
    </>
  );
}

/** Tells a screen reader whole sentences: partial ones would be read again and again. */
function Announcer({ user, reply }: { user: Entry | null; reply: Entry | null }) {
  const words = useWords();
  const [text, setText] = useState("");
  const news = reply?.final ? reply : user?.final ? user : null;
  useEffect(() => {
    if (news) {
      setText(`${words[news.who === "user" ? "you" : "avatar"]}${words.colon}${shown(news, words.dash)}`);
    }
  }, [news?.key, news?.text]);
  return <p class="unseen" aria-live="polite">{text}</p>;
}
