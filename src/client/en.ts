/** The page in English; its keys are the type of every other language. `{…}` is filled in at run time. */
import type { CallState } from "../rtc/signalling.ts";
import type { FindingName, Verdict } from "./checkup.ts";
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
  showCamera: "Show yourself by camera",
  hideCamera: "Turn off camera",
  selfView: "Your camera",
  field: "Type a message",
  send: "Send",
  transcript: "Conversation",
  settings: "Settings",
  close: "Close",
  tapToHear: "Tap to hear",

  connecting: "Connecting…",
  muted: "Microphone muted",
  loading: "Waking up…",
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

  faces: "Face",
  background: "Background",
  backgrounds: {
    own: "The one that suits the face",
    office: "Office",
    studio: "Studio",
    evening: "Evening",
    green: "Garden",
  },
  vrm: {
    choose: "Your own avatar (VRM)…",
    where: "The file stays in this browser, and nobody else sees it.",
    reading: "Reading the file…",
    refused: "This file cannot be shown: {reason}.",
    remove: "Remove it from this browser",
  },
  drawer: "The face is drawn by",
  drawers: {
    auto: "Automatic",
    server: "The server",
    page: "This device",
  },
  /** Beneath a face that the server's voice does not suit. */
  otherVoice: "Suits another voice than the one here",
  changing: "Changing…",

  microphone: "Microphone",
  speaker: "Speaker",
  systemChoice: "System default",
  devicesLater: "Devices can be chosen once you have allowed the microphone.",
  volume: "Volume",
  language: "Language",
  automatic: "Automatic",
  showCaptions: "Show captions",
  remember: "Remember me in the next call",
  rememberWhere:
    "What was said stays in this browser and is told to the server at the start of a call, nowhere else.",
  forget: "Forget what was said",
  keys: "Space mutes, Enter sends, Esc stops the answer.",

  otherDevices: "On another device",
  scan: "Point the phone's camera here. Phone and server must be in the same network.",
  qr: "QR code of the address",
  trust: "If the browser there warns of the certificate, it does not know this server's own authority yet. " +
    "Open this file on that device and install it as a CA certificate:",
  certificate: "CA certificate",
  fingerprint:
    "Before you trust it, compare its SHA-256 fingerprint with the one shown on the server's own screen:",
  onlyHttp: "Other devices may use their microphone only over https. " +
    "On the server, run scripts/create_ssl_certs.sh and start it again; their address then appears here.",

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

  checkup: {
    title: "Check-up",
    open: "Check-up",
    pairs: "Ways that were tried",
    report: "Text for a bug report",
    names: {
      browser: "Browser",
      codecs: "Codecs it can play",
      origin: "Address of the page",
      permission: "Permission for the microphone",
      device: "Microphone",
      server: "Server",
      ways: "Way to the server",
      media: "Sound and picture",
    } satisfies Record<FindingName, string>,
    verdicts: {
      ok: "in order",
      warning: "warning",
      bad: "a problem",
      unknown: "not known",
    } satisfies Record<Verdict, string>,
    found: {
      browser: "{name}",
      noWebrtc: "{name}: WebRTC is missing or switched off",
      secure: "{origin} may use the microphone",
      insecure: "{origin} may not use the microphone: neither https nor this computer",
      granted: "Given",
      prompt: "Not asked yet",
      denied: "Refused",
      devices: "{n} found",
      none: "None",
      unknown: "The browser does not tell",
      untried: "Not tried yet",
      opening: "Being connected",
      open: "Connected",
      closed: "Was connected, now closed (code {code})",
      failed: "Could not be reached (code {code})",
      way: "{pair}",
      noWay: "None of {n} ways got through: UDP is blocked, or no TURN server helps",
      noAddress: "No way was found to try",
      silent: "Connected, but nothing has arrived",
      noMedia: "The way is open, but encryption did not come about",
    },
  },

  retry: "Try again",
  continueWithText: "Continue with text",
  dismiss: "Dismiss",
  detail: "What the server said",
  reason: "The reason",
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
        "Browsers allow it only over https or on the PC itself. On the PC that runs the server, open {localhost}. For other devices, run scripts/create_ssl_certs.sh on that PC, start the server again and open {https}. You can type all the same.",
    },
    microphone: {
      title: "The microphone did not start",
      remedy: "Check it in the system's sound settings, then try again. You can also type.",
    },
    microphoneGone: {
      title: "The microphone is gone",
      remedy: "Plug it in again, then try again. Typing still works.",
    },
    camera: {
      title: "The camera did not start",
      remedy:
        "Allow it with the icon beside the address, close other programs that use it, then switch it on again. The call goes on without it.",
    },
    avatar: {
      title: "This face cannot be shown",
      remedy: "The old one stays. Choose another, or look at the server's log.",
    },
    drawing: {
      title: "This device cannot draw the face",
      remedy: "The server draws it again. The call goes on.",
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
    relay: {
      title: "The relay refused the call",
      remedy:
        "Sound and picture need a relay (TURN) from your network, and it did not accept us. Whoever runs this server must check its TURN settings.",
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
