/** How numbers, dates, times, units and signs are read in Chinese. */

const DIGITS = "零一二三四五六七八九";
const GROUPS = ["", "万", "亿", "万亿"];

/** One digit after the other, "二零二四"; the 1 of telephone numbers is "幺". */
function spelled(digits: string, one = "一"): string {
  return [...digits].map((digit) => digit === "1" ? one : DIGITS[Number(digit)]).join("");
}

/** 1 to 9999. `first`: nothing is read before it, so that 12 is "十二" and not "一十二". */
function group(value: number, first: boolean): string {
  let text = "";
  let gap = false;
  for (const [size, name] of [[1000, "千"], [100, "百"], [10, "十"], [1, ""]] as const) {
    const digit = Math.floor(value / size) % 10;
    if (digit === 0) {
      gap = text !== "";
      continue;
    }
    if (gap) text += "零";
    gap = false;
    if (size === 10 && digit === 1 && first && text === "") text += name;
    else text += (digit === 2 && size === 1000 ? "两" : DIGITS[digit]) + name;
  }
  return text;
}

/** A whole number up to 10^16, as it is counted: 2024 is "两千零二十四". Longer ones digit by digit. */
export function cardinal(digits: string): string {
  const plain = digits.replace(/^0+(?=.)/, "");
  if (plain.length > 16) return spelled(plain);
  if (plain === "0") return DIGITS[0];
  let text = "";
  let gap = false;
  const count = Math.ceil(plain.length / 4);
  for (let i = count - 1; i >= 0; i--) {
    const value = Number(plain.slice(Math.max(0, plain.length - 4 * i - 4), plain.length - 4 * i));
    if (value === 0) {
      gap = true;
      continue;
    }
    if (text !== "" && (gap || value < 1000)) text += "零";
    gap = false;
    text += (value === 2 && i > 0 ? "两" : group(value, text === "")) + GROUPS[i];
  }
  return text;
}

/** "-1,234.50" → "负一千二百三十四点五零" */
function decimal(number: string): string {
  const [, minus, whole, , fraction] = number.replaceAll(",", "").match(/^(-?)(\d+)(\.(\d+))?$/)!;
  return (minus ? "负" : "") + cardinal(whole) + (fraction ? `点${spelled(fraction)}` : "");
}

function time(hours: string, minutes: string, seconds?: string): string {
  const two = (digits: string) => (digits[0] === "0" ? DIGITS[0] : "") + cardinal(digits);
  const hour = `${hours.replace(/^0(?=.)/, "") === "2" ? "两" : cardinal(hours)}点`;
  if (Number(minutes) === 0 && !seconds) return hour;
  return `${hour}${two(minutes)}分${seconds ? `${two(seconds)}秒` : ""}`;
}

const UNITS: Record<string, string> = {
  "km/h": "公里每小时",
  "m/s": "米每秒",
  "m²": "平方米",
  "㎡": "平方米",
  "m³": "立方米",
  "°C": "摄氏度",
  "℃": "摄氏度",
  "°F": "华氏度",
  "°": "度",
  kg: "公斤",
  km: "公里",
  cm: "厘米",
  mm: "毫米",
  mg: "毫克",
  ml: "毫升",
  mL: "毫升",
  kWh: "千瓦时",
  kW: "千瓦",
  Hz: "赫兹",
  min: "分钟",
  ms: "毫秒",
  m: "米",
  g: "克",
  h: "小时",
  s: "秒",
  L: "升",
  V: "伏",
  W: "瓦",
  K: "开",
  "%": "",
};
const CURRENCIES: Record<string, string> = {
  "¥": "元",
  "￥": "元",
  "$": "美元",
  "€": "欧元",
  "£": "英镑",
};
const NUMBER = "-?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|-?\\d+(?:\\.\\d+)?";
const UNIT = Object.keys(UNITS).filter((unit) => unit !== "%").sort((a, b) => b.length - a.length).join("|");
const MEASURES = "个位只条张本件次天年周种杯瓶台辆家岁名块元倍层间份点米斤公小分";

/** Tried in this order where a number begins. */
const FORMS: [RegExp, (...parts: string[]) => string][] = [
  [
    /(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d.])/y,
    (_, y, __, m, d) => `${spelled(y)}年${cardinal(m)}月${cardinal(d)}日`,
  ],
  [/([12]\d{3})(?=年(?![前后来间]))/y, (_, year) => spelled(year)],
  [/(\d{1,2}):([0-5]\d)(?::([0-5]\d))?(?!\d)/y, (_, h, m, s) => time(h, m, s)],
  [/(\d+)\/(\d+)(?![\d/])/y, (_, over, under) => `${cardinal(under)}分之${cardinal(over)}`],
  [new RegExp(`(${NUMBER})%`, "y"), (_, number) => {
    const read = decimal(number);
    return read.startsWith("负") ? `负百分之${read.slice(1)}` : `百分之${read}`;
  }],
  [new RegExp(`([¥￥$€£])(${NUMBER})`, "y"), (_, sign, number) => decimal(number) + CURRENCIES[sign]],
  [/(1[3-9]\d{9})(?!\d)/y, (_, telephone) => spelled(telephone, "幺")],
  [
    /(0\d+|\d{9,})(?![.\d])/y,
    (_, digits) => /^[1-9].*0000$/.test(digits) ? cardinal(digits) : spelled(digits),
  ],
  [new RegExp(`(${NUMBER})(${UNIT})(?![A-Za-z])`, "y"), (_, number, unit) => {
    const cold = unit.endsWith("C") || unit === "℃";
    const read = number === "2" ? "两" : decimal(number);
    return (cold ? read.replace("负", "零下") : read) + UNITS[unit];
  }],
  [new RegExp(`2(?=[${MEASURES}])`, "y"), () => "两"],
  [new RegExp(`(${NUMBER})`, "y"), (_, number) => decimal(number)],
];
const SIGNS: Record<string, string> = { "&": "和", "+": "加", "=": "等于", "×": "乘", "÷": "除以" };

/** What stands at `at`, and how it is read; null if no number or sign begins there. */
export function numeralAt(text: string, at: number): { length: number; reading: string } | null {
  const before = text[at - 1] ?? " ";
  if (/[A-Za-z]/.test(before)) return null;
  if (/[-~～–]/.test(text[at])) {
    if (/\d/.test(before) && /\d/.test(text[at + 1] ?? "")) return { length: 1, reading: "到" };
    if (text[at] !== "-") return null;
  }
  if (SIGNS[text[at]]) return { length: 1, reading: SIGNS[text[at]] };
  for (const [form, read] of FORMS) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match) return { length: match[0].length, reading: read(...match) };
  }
  return null;
}

/** A unit that stands apart from its number, "3 kg". */
export function unitReading(word: string): string | undefined {
  return UNITS[word] || undefined;
}
