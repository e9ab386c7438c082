/** Mild expressions for replies whose model gives no directions: told by words and question marks. */
import type { WordSpan } from "../engine/frame.ts";
import type { ExpressionName } from "./expressions.ts";

/** Something for the face to do. */
export interface Act {
  name: ExpressionName;
  /** Seconds from the reply's first sample. */
  start: number;
  /** 0..1. */
  level: number;
}

const signs: [sign: RegExp, name: ExpressionName, level: number][] = [
  [/\b(sorry|apologi[sz]e|unfortunately|my condolences)\b|抱歉|对不起|很遗憾|难过/giu, "sad", 0.45],
  [
    /\b(hello|hi|thanks|thank you|welcome|great|lovely|wonderful|glad|congratulations|goodbye)\b/giu,
    "smile",
    0.6,
  ],
  [/你好|您好|谢谢|太好了|恭喜|欢迎|很高兴|再见/gu, "smile", 0.6],
  [/\bwow\b|哇/giu, "surprise", 0.4],
  [/\b(yes|of course|certainly|absolutely|exactly)\b|当然|没错/giu, "dip", 0.5],
  [/[\p{L}\p{N}]+[?？]/gu, "ask", 0.7],
];
/** Seconds between two at least. */
const APART = 2;

/** Takes the words of one clause after another and tells what goes with them, in order of time. */
export function createHints(): (words: readonly WordSpan[]) => Act[] {
  let free = -Infinity;
  return (words) => {
    let text = "";
    const starts: number[] = [];
    for (const { text: word, start, glued } of words) {
      if (!glued && text !== "") text += " ";
      text += word;
      while (starts.length < text.length) starts.push(start);
    }
    const found = signs.flatMap(([sign, name, level]) =>
      [...text.matchAll(sign)].map(({ index }) => ({ name, start: starts[index], level }))
    );
    found.sort((a, b) => a.start - b.start);
    return found.filter(({ start }) => {
      if (start < free) return false;
      free = start + APART;
      return true;
    });
  };
}
