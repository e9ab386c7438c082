/** The face: poster, then idle clip, then the live picture, each laid over the one before. Never black. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { PageInfo } from "../rtc/signalling.ts";
import { Backdrop } from "./backdrop.tsx";
import type { Call } from "./call.ts";
import { CutOut } from "./cut_out.tsx";
import { Easel } from "./easel.tsx";
import { TRANSPARENT } from "./embed.ts";
import { chosenFace } from "./face_choice.ts";
import type { CallView } from "./view.ts";
import { useWords } from "./i18n.ts";
import { SoundIcon } from "./icons.tsx";
import { FADE_MS, useLastPicture } from "./last_picture.ts";
import type { Preferences } from "./preferences.ts";

interface StageProps {
  call: Call;
  view: CallView;
  page: PageInfo;
  preferences: Preferences;
}

export function Stage({ call, view, page, preferences }: StageProps) {
  const words = useWords();
  const face = useRef<HTMLVideoElement>(null);
  const [tapNeeded, setTapNeeded] = useState(false);
  const live = useLive(call, face, view.stream, setTapNeeded);
  const lastPicture = useLastPicture(call, face);
  useSound(face, preferences);
  const { avatar, background } = view.face ?? chosenFace(preferences, page, TRANSPARENT);
  const folder = `/avatars/${avatar}`;

  return (
    <section
      class="stage"
      aria-label={words.face}
      data-video={page.video}
      data-live={live}
      data-transparent={TRANSPARENT}
    >
      {page.video && !TRANSPARENT && <Backdrop folder={folder} room={live ? background : "own"} />}
      <div class="face">
        {page.video && !TRANSPARENT && <img class="poster" src={`${folder}/poster.jpg`} alt="" />}
        {page.video && !TRANSPARENT && <IdleClip key={folder} folder={folder} hidden={live} />}
        <video id="face" autoPlay playsInline ref={face} />
        {TRANSPARENT && <CutOut face={face} live={live && !view.drawn} />}
        <Easel call={call} view={view} face={face} />
        <canvas class="last" ref={lastPicture} />
      </div>
      {view.camera && <SelfView camera={view.camera} />}
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

/** What the caller's camera shows, as in a mirror. */
function SelfView({ camera }: { camera: MediaStream }) {
  const words = useWords();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    video.current!.srcObject = camera;
  }, [camera]);
  return <video class="self" ref={video} muted autoPlay playsInline aria-label={words.selfView} />;
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
  call: Call,
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
    const first = () => {
      setLive(true);
      call.pictureShown();
    };
    const handle = video.requestVideoFrameCallback?.(first);
    if (handle === undefined) video.addEventListener("resize", first, { once: true });
    return () => {
      if (handle !== undefined) video.cancelVideoFrameCallback(handle);
      video.removeEventListener("resize", first);
      video.srcObject = null;
      setLive(false);
      setTapNeeded(false);
    };
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
