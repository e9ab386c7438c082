/** What Chinese words tell of whether somebody has finished. Not tuned on recordings: those that could be had are English. */
import type { Ending } from "./ending.ts";

/** Nothing ends with these: conjunctions, prepositions, adverbs that lean on a verb, fillers. */
const HANGING =
  /(?:和|跟|与|或者|还是|但是|可是|不过|因为|所以|如果|虽然|然后|而且|就是说|就是|比如|例如|关于|把|被|从|在|向|对于|给|很|非常|太|更|最|那个|这个|一个|嗯|呃|额|我想|我觉得)$/u;
/** They come last in a question whose mark the recogniser left out. */
const QUESTION = /(?:吗|呢|么|什么|多少|几点|哪里|哪儿|谁|怎么样|怎么办|好不好|是不是|对不对|行不行)$/u;
const ANSWER =
  /^(?:是|对|好|行|嗯|不|没有|可以|不是|不对|不行|不用|当然|没错|谢谢|你好|再见|好的|是的|对的|好啊|谢谢你|不客气|没关系|知道了|明白了)+$/u;
const DIGITS = /[\d零〇一二三四五六七八九十百千幺两]+$/u;
/** Shorter runs of digits are the beginning of one, and one or two are a count. */
const SHORTEST_NUMBER = 7;
const LONGEST_COUNT = 2;

/** As `endingOf`, of a transcript that ends in Chinese. */
export function chineseEndingOf(text: string): Ending {
  const mark = text.trimEnd().at(-1) ?? "";
  const spoken = text.replace(/[^\p{L}\p{N}]+$/u, "");
  if (/(?:…|—|\.{2,})\s*$/.test(text)) return "hanging";
  if (/[？?]/.test(mark)) return "question";
  if (ANSWER.test(spoken.replaceAll(/[^\p{L}\p{N}]/gu, ""))) return "answer";
  if (HANGING.test(spoken)) return "hanging";
  if (QUESTION.test(spoken)) return "question";
  const digits = DIGITS.exec(spoken)?.[0].length ?? 0;
  if (digits > LONGEST_COUNT && digits < SHORTEST_NUMBER) return "number";
  return /[。！.!]/.test(mark) ? "stop" : "loose";
}
