/** The picture side of the pacer: asks the face for each picture a little ahead, and sends it a little after its sound. */

export interface Pictures {
  /** Asks for and sends what is due at this media time, milliseconds. */
  work(now: number): void;
  /** Media time at which there is something to do next; Infinity when there is no picture at all. */
  next(): number;
  arrived(media: number, data: Uint8Array, now: number): void;
  /** The page draws that moment itself: what it needs for it has been made. */
  looked(media: number, now: number): void;
  wantKey(): void;
  readonly stats: {
    sent: number;
    looks: number;
    skippedTicks: number;
    late: number;
    dropped: number;
  };
}

export interface PicturesOptions {
  /** Pictures per second; 0 for none. */
  fps: number;
  ask(media: number, key: boolean): void;
  send(data: Uint8Array, media: number): void;
  /** The moment of a look has come: the page shows it about now. */
  due(media: number): void;
  /** Told of every picture that was due: did it come too late, or not at all? */
  paced(late: boolean): void;
}

/** A picture is asked for this many frames before its moment: 60 ms at 25 a second. */
const LEAD = 1.5;
/**
 * A picture leaves this many milliseconds after the sound of its moment. Browsers hold sound longer than pictures (jitter
 * buffer and sound card, together 40 to 60 ms) and leave a difference of less than 30 ms between the two alone, so
 * without this the mouth would run ahead; and the face gains that much time before it is late.
 */
const AFTER_SOUND = 30;
/** Questions without an answer. More would only wait in the face's queue. */
const OUTSTANDING = 3;
/** A question older than this (milliseconds past its due time) will not be answered: the face has been restarted. */
const FORGOTTEN = 1_000;

export function createPictures({ fps, ask, send, due: lookDue, paced }: PicturesOptions): Pictures {
  const stats = { sent: 0, looks: 0, skippedTicks: 0, late: 0, dropped: 0 };
  const frame = fps > 0 ? 1000 / fps : Infinity;
  let asked: { media: number; key: boolean }[] = [];
  const ready: { media: number; data: Uint8Array }[] = [];
  // The first one that can still be asked for in time.
  let number = Math.ceil(LEAD);
  let newest = -Infinity;
  /** The last picture came more than a frame late: ask one by one until the face has caught up. */
  let behind = false;
  let key = true;
  /** The page draws. */
  let looks = false;
  /** Media times of looks that were sent ahead. */
  const ahead: number[] = [];

  const due = () => number * 1000 / fps;
  const leaves = (media: number) => media + AFTER_SOUND;
  const forget = (now: number) => {
    const alive = asked.filter(({ media }) => media > now - FORGOTTEN);
    key ||= asked.some((question) => question.key && !alive.includes(question));
    asked = alive;
  };
  const out = (data: Uint8Array, media: number) => {
    newest = media;
    stats.sent++;
    send(data, media);
  };
  const skip = (count: number) => {
    stats.skippedTicks += count;
    for (let i = 0; i < count && !looks; i++) paced(true);
  };
  const question = (now: number) => {
    const media = due();
    number++;
    if (media < now || asked.length >= (behind ? 1 : OUTSTANDING)) return skip(1);
    asked.push({ media, key });
    ask(media, key);
    key = false;
  };

  return {
    stats,
    work(now) {
      if (fps === 0) return;
      forget(now);
      // After a long stall the questions that were missed are counted, not asked one after another.
      const missed = Math.max(0, Math.floor((now - due()) / frame));
      number += missed;
      skip(missed);
      while (due() - LEAD * frame <= now) question(now);
      while (ready.length > 0 && leaves(ready[0].media) <= now) {
        const { media, data } = ready.shift()!;
        out(data, media);
      }
      while (leaves(ahead[0] ?? Infinity) <= now) lookDue(ahead.shift()!);
    },
    next: () =>
      fps === 0
        ? Infinity
        : Math.min(due() - LEAD * frame, leaves(ready[0]?.media ?? Infinity), leaves(ahead[0] ?? Infinity)),
    arrived(media, data, now) {
      asked = asked.filter((each) => each.media > media);
      looks = false;
      const late = now - leaves(media);
      behind = late > frame;
      if (late > 0) stats.late++;
      paced(late > 0);
      const last = ready.at(-1)?.media ?? newest;
      if (media <= last) {
        // Pictures build on each other: after one that cannot be sent any more only a keyframe helps.
        stats.dropped++;
        key = true;
      } else if (late >= 0 && ready.length === 0) out(data, media);
      else ready.push({ media, data });
    },
    looked(media, now) {
      asked = asked.filter((each) => each.media > media);
      looks = true;
      behind = false;
      stats.looks++;
      ahead.push(media);
      if (now > leaves(media)) stats.late++;
    },
    wantKey: () => key = true,
  };
}
