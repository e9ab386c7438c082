/** The page in English; its keys are the type of every other language. `{…}` is filled in at run time. */
import type { CallState } from "../rtc/signalling.ts";
import type { FaultCode } from "./faults.ts";

export const en = {
  title: "Open Avatar Chat",
  start: "Start",
  end: "End",
  hint: "Press Start and talk. Your browser will ask for the microphone, so that you can be heard.",
  asking: "Please allow the microphone, so that you can be heard.",
  face: "The avatar",
  controls: "Call controls",
  mute: "Mute microphone",
  unmute: "Unmute microphone",
  microphoneOn: "Turn on microphone",
  field: "Type a message",
  send: "Send",
  transcript: "Conversation",
  settings: "Settings",
  close: "Close",
  tapToHear: "Tap to hear",

  connecting: "Connecting…",
  muted: "Microphone muted",
  reconnecting: "Reconnecting…",
  queue: "All places are taken. You are number {place} in the queue.",
  moods: {
    listening: "Listening",
    thinking: "Thinking…",
    speaking: "Speaking",
    interrupted: "Interrupted",
  } satisfies Record<CallState, string>,

  captions: "Captions",
  you: "You",
  avatar: "Avatar",
  /** Between a speaker's name and the words. */
  colon: ": ",
  /** Where an answer was cut off. */
  dash: " —",
  nothingYet: "What you say and what you hear will stand here.",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Could not copy",
  clear: "Clear",

  microphone: "Microphone",
  speaker: "Speaker",
  systemChoice: "System default",
  devicesLater: "Devices can be chosen once you have allowed the microphone.",
  volume: "Volume",
  language: "Language",
  automatic: "Automatic",
  showCaptions: "Show captions",
  keys: "Space mutes, Enter sends, Esc stops the answer.",

  meter: "Meter",
  meterIdle: "Figures appear during a call.",
  sinceSpeech: "Last turn, milliseconds after your last word",
  frameRate: "Frames per second",
  loss: "Packets lost",
  roundTrip: "Round trip",
  jitterSound: "Sound buffer",
  jitterPicture: "Picture buffer",
  mouthBehind: "Mouth behind voice",
  tries: "Answers begun",
  spent: "Work for the answer",
  wasted: "Work in vain",
  milliseconds: "{n} ms",
  percent: "{n} %",
  steps: {
    endOfTurn: "End of turn",
    transcript: "Transcript",
    firstToken: "First token",
    firstClause: "First clause",
    firstAudio: "First sound",
    firstPacket: "First packet",
    mouthMoved: "Mouth moves",
    interrupted: "Interrupted",
  },

  retry: "Try again",
  continueWithText: "Continue with text",
  dismiss: "Dismiss",
  detail: "What the server said",
  faults: {
    noMicrophone: {
      title: "No microphone found",
      remedy: "Plug one in or switch it on, then try again. You can also type.",
    },
    denied: {
      title: "The microphone is blocked",
      remedy:
        "Allow it with the icon beside the address, and in the system's privacy settings, then try again. You can also type.",
    },
    inUse: {
      title: "Another program is using the microphone",
      remedy: "Close the other call or recorder, then try again. You can also type.",
    },
    insecure: {
      title: "This page may not use the microphone",
      remedy:
        "Browsers allow it only over https or on the PC itself. On the PC that runs the server, open {localhost}. From elsewhere, put a certificate into ssl_certs and open {https}. You can type all the same.",
    },
    microphone: {
      title: "The microphone did not start",
      remedy: "Check it in the system's sound settings, then try again. You can also type.",
    },
    microphoneGone: {
      title: "The microphone is gone",
      remedy: "Plug it in again, then try again. Typing still works.",
    },
    busy: {
      title: "All places are taken",
      remedy: "Even the queue is full. Try again in a minute.",
    },
    lost: {
      title: "The connection is lost",
      remedy: "Check your network, then try again. Your conversation is still here.",
    },
    unreachable: {
      title: "The server does not answer",
      remedy: "Check that it is running and that you are on its network, then try again.",
    },
    media: {
      title: "Sound and picture cannot get through",
      remedy:
        "A firewall or VPN may be blocking UDP to the server. Allow it or switch it off, then try again.",
    },
    unsupported: {
      title: "This browser cannot make calls",
      remedy: "WebRTC is missing or switched off. Use a current Chrome, Edge, Firefox or Safari.",
    },
    server: {
      title: "Something went wrong on the server",
      remedy: "Try again. If it keeps happening, look at the server's log.",
    },
  } satisfies Record<FaultCode, { title: string; remedy: string }>,
};
