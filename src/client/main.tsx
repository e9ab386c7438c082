/** The page's beginning: puts the parts together and draws them. */
import { render } from "preact";
import { App } from "./app.tsx";
import { Call } from "./call.ts";
import { openCamera, watchCamera } from "./camera.ts";
import { drawerOf, modelOf, openModel } from "./drawer.ts";
import { TRANSPARENT } from "./embed.ts";
import { chosenFace } from "./face_choice.ts";
import { graphics } from "./graphics.ts";
import { Link } from "./link.ts";
import { openMemory } from "./memory.ts";
import { closeDevice, microphoneAvailable, openMicrophone } from "./microphone.ts";
import { openPreferences } from "./preferences.ts";
import { browserTimers as timers } from "./timers.ts";
import { createTrace } from "./trace.ts";
import type { PageInfo } from "../rtc/signalling.ts";
import { fitViewport } from "./viewport.ts";

const root = document.getElementById("app")!;
const preferences = openPreferences(() => localStorage);
const memory = openMemory(() => localStorage);
const trace = createTrace();
const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** What the page was sent with; the server's own word follows. */
let page: PageInfo = { version: "", avatar: root.dataset.avatar ?? "", video: true, camera: false };

const call = new Call({
  timers,
  supported: () => typeof RTCPeerConnection === "function",
  microphoneAvailable,
  openMicrophone: () => openMicrophone(preferences.get().microphone),
  closeDevice,
  recall: () => preferences.get().remember ? memory.recall() : [],
  keep: (exchanges) => preferences.get().remember && memory.keep(exchanges),
  calm: () => calm.matches,
  openCamera,
  watchCamera: (stream, show) => watchCamera(stream, timers, show),
  face: () => chosenFace(preferences.get(), page, TRANSPARENT),
  drawer: () => drawerOf(page.render, preferences.get(), graphics()),
  model: ({ avatar }) => modelOf(avatar, preferences.get()),
  openModel,
  connect: (microphone, face, events) =>
    new Link({ address: callAddress(), video: page.video, face, microphone, timers, trace }, events),
});

function callAddress(): string {
  const address = new URL("/api/call", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

function draw(): void {
  render(<App call={call} preferences={preferences} memory={memory} page={page} trace={trace} />, root);
}

addEventListener("pagehide", () => call.end());
calm.addEventListener("change", () => call.setCalm(calm.matches));
fitViewport();
draw();
// Without an answer the page keeps what it was sent with, and Start says that the server is not there.
fetch("/api/page").then((response) => response.json()).then((info: PageInfo) => {
  page = info;
  draw();
  call.changeDrawer();
}, () => {});
