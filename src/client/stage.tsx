/** The face: poster, then idle clip, then the live picture, each laid over the one before. Never black. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { PageInfo } from "../rtc/signalling.ts";
import type { CallView } from "./call.ts";
import { useWords } from "./i18n.ts";
import { SoundIcon } from "./icons.tsx";
import type { Preferences } from "./preferences.ts";

/** The cross-fade in client.css takes 300 ms; the picture below it stays until it is over. */
const FADE_MS = 400;

interface StageProps {
  view: CallView;
  page: PageInfo;
  preferences: Preferences;
}

export function Stage({ view, page, preferences }: StageProps) {
  const words = useWords();
  const face = useRef<HTMLVideoElement>(null);
  const [tapNeeded, setTapNeeded] = useState(false);
  const live = useLive(face, view.stream, setTapNeeded);
  useSound(face, preferences);
  const folder = `/avatars/${page.avatar}`;

  return (
    <section class="stage" aria-label={words.face} data-video={page.video} data-live={live}>
      {page.video && (
        <div class="backdrop">
          <div>
            <img src={`${folder}/poster.jpg`} alt="" />
          </div>
          <div>
            <img src={`${folder}/poster.jpg`} alt="" />
          </div>
        </div>
      )}
      <div class="face">
        {page.video && <img class="poster" src={`${folder}/poster.jpg`} alt="" />}
        {page.video && <IdleClip key={folder} folder={folder} hidden={live} />}
        <video id="face" autoPlay playsInline ref={face} />
      </div>
      {!page.video && <div class="orb" aria-hidden="true" />}
      {tapNeeded && (
        <button type="button" class="tap" onClick={() => play(face.current!, setTapNeeded)}>
          <SoundIcon />
          {words.tapToHear}
        </button>
      )}
    </section>
  );
}

/** Blinks and breathes while there is no call. Absent for those who asked for less motion: the poster shows then. */
function IdleClip({ folder, hidden }: { folder: string; hidden: boolean }) {
  const clip = useRef<HTMLVideoElement>(null);
  const [moving, setMoving] = useState(false);
  const [still] = useState(() => matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    if (!hidden) return void clip.current?.play().catch(() => {});
    // Decoding a clip that nobody sees would cost a core its breath; it stops once the live picture covers it.
    const timer = setTimeout(() => clip.current?.pause(), FADE_MS);
    return () => clearTimeout(timer);
  }, [hidden]);
  if (still) return null;
  return (
    <video
      class="idle"
      ref={clip}
      muted
      loop
      autoPlay
      playsInline
      aria-hidden="true"
      data-moving={moving}
      onPlaying={() => setMoving(true)}
    >
      <source src={`${folder}/idle.webm`} type="video/webm" />
      <source src={`${folder}/idle.mp4`} type="video/mp4" />
    </video>
  );
}

/** Plays the stream; true from its first picture until it ends. */
function useLive(
  face: { current: HTMLVideoElement | null },
  stream: MediaStream | null,
  setTapNeeded: (needed: boolean) => void,
): boolean {
  const [live, setLive] = useState(false);
  useEffect(() => {
    const video = face.current!;
    if (!stream) return;
    video.srcObject = stream;
    play(video, setTapNeeded);
    const first = () => setLive(true);
    const handle = video.requestVideoFrameCallback?.(first);
    if (handle === undefined) video.addEventListener("resize", first, { once: true });
    return () => {
      if (handle !== undefined) video.cancelVideoFrameCallback(handle);
      video.removeEventListener("resize", first);
      setLive(false);
      setTapNeeded(false);
    };
  }, [stream]);
  useEffect(() => {
    if (stream) return;
    const timer = setTimeout(() => face.current && (face.current.srcObject = null), FADE_MS);
    return () => clearTimeout(timer);
  }, [stream]);
  return live;
}

/** Browsers refuse sound until the page was touched. */
function play(video: HTMLVideoElement, setTapNeeded: (needed: boolean) => void): void {
  video.play().then(
    () => setTapNeeded(false),
    (error) => setTapNeeded(error.name === "NotAllowedError"),
  );
}

function useSound(face: { current: HTMLVideoElement | null }, { volume, speaker }: Preferences): void {
  useEffect(() => {
    face.current!.volume = volume;
  }, [volume]);
  useEffect(() => {
    // A speaker that is gone leaves the sound where it was.
    void face.current!.setSinkId?.(speaker).catch(() => {});
  }, [speaker]);
}
