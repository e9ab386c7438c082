/**
 * Chinese and mixed replies. eSpeak NG and the pinyin dictionary are real. No Chinese voice can be fetched everywhere, so
 * the voice is SYNTHETIC: the English one's weights under the description of a Chinese one. What it says is no Chinese,
 * but its times, its sound and the choice between voices are those of a real one.
 */
import assert from "node:assert/strict";
import * as v from "valibot";
import { concat } from "../src/audio/pcm.ts";
import { fieldsOf } from "../src/audio/protobuf.ts";
import type { Body } from "../src/engine/frame.ts";
import type { Model } from "../src/engine/handler.ts";
import { visemeOf } from "../src/face/visemes.ts";
import { chineseWords } from "../src/handlers/tts/chinese.ts";
import { syllablesOf } from "../src/handlers/tts/loanword.ts";
import { groups, openPhonemizer, pronounce } from "../src/handlers/tts/phonemizer.ts";
import { handler } from "../src/handlers/tts/piper.ts";
import { openPinyin, pinyinIds, syllable } from "../src/handlers/tts/pinyin.ts";
import { catalog } from "../src/models/catalog.ts";
import { answers, env, session } from "./hearing.ts";

const JOE = "en_US-joe-medium";
const VOICE = `${env.modelRoot}/${JOE}/${JOE}.onnx`;

/** The alphabet of Piper's pinyin voices. */
const SYMBOLS =
  ("_ ^ $ Ø b p m f d t n l g k h j q x zh ch sh r z c s y w a o e ai ei ao ou an en ang eng ong i ia ie " +
    "iao iu ian in iang ing iong u ua uo uai ui uan un uang ueng v ve van vn er ue 1 2 3 4 5").split(" ");
const MARKS = ["。.", "？?", "！!", "—…、，,：:；; "];
const map: Record<string, number[]> = Object.fromEntries(
  [...SYMBOLS.map((symbol) => [symbol]), ...MARKS.map((marks) => [...marks])].flatMap((symbols, id) =>
    symbols.map((symbol) => [symbol, [id]])
  ),
);
/** Put together as the voice "zh_CN-chaowen-medium" describes itself; a test compares its checksum. */
const CHAOWEN = {
  audio: { sample_rate: 22050, quality: "medium" },
  espeak: { voice: "zh" },
  phoneme_type: "pinyin",
  num_symbols: 256,
  num_speakers: 1,
  inference: { noise_scale: 0.667, length_scale: 1, noise_w: 0.8 },
  phoneme_id_map: map,
  speaker_id_map: {},
  hop_length: 256,
  piper_version: "1.3.0",
  language: {
    code: "zh_CN",
    family: "zh",
    region: "CN",
    name_native: "简体中文",
    name_english: "Chinese",
    country_english: "China",
  },
  dataset: "chaowen",
};

let root: string;
/** A folder of models with the English voice and two synthetic ones. */
Deno.test.beforeAll(async () => {
  root = await Deno.makeTempDir();
  const description = JSON.parse(await Deno.readTextFile(`${VOICE}.json`));
  const voices = {
    [JOE]: description,
    "zh-synthetic-pinyin": CHAOWEN,
    "zh-synthetic-espeak": {
      ...description,
      audio: { sample_rate: 16_000 },
      espeak: { voice: "cmn" },
      phoneme_type: "PhonemeType.ESPEAK",
    },
  };
  for (const [name, json] of Object.entries(voices)) {
    await Deno.mkdir(`${root}/${name}`);
    await Deno.writeTextFile(`${root}/${name}/${name}.onnx.json`, JSON.stringify(json));
    await Deno.copyFile(VOICE, `${root}/${name}/${name}.onnx`);
  }
});
Deno.test.afterAll(async () => await Deno.remove(root, { recursive: true }));

Deno.test("pinyin: the description used here is that of the voice in the catalog, byte by byte", async () => {
  // As Python writes it, with the tones where they stand in the alphabet: JavaScript puts keys like numbers first.
  const symbols = [...SYMBOLS, ...MARKS.flatMap((marks) => [...marks])];
  const list = symbols.map((symbol) => `    "${symbol}": [\n      ${map[symbol][0]}\n    ]`).join(",\n");
  const text = JSON.stringify({ ...CHAOWEN, phoneme_id_map: 0 }, null, 2)
    .replace('"phoneme_id_map": 0', () => `"phoneme_id_map": {\n${list}\n  }`)
    .replace('"length_scale": 1,', '"length_scale": 1.0,');
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const listed = catalog["zh_CN-chaowen-medium"].files.find(({ name }) => name.endsWith(".json"));
  assert.equal(new Uint8Array(digest).toHex(), listed!.sha256);
});

Deno.test("pinyin: each character gets its syllable, by the words it stands in", async () => {
  const say = await openPinyin(await openPhonemizer("en-us"));
  const read = (text: string) => {
    const { symbols, words } = say(text);
    return words.map(({ text, from, to }) => `${text}=${symbols.slice(from, to).join("")}`).join(" ");
  };
  assert.equal(read("你好，世界。"), "你=ni3 好，=hao3 世=shi4 界。=jie4");
  assert.equal(
    read("银行行长在重庆长大"),
    "银=yin2 行=hang2 行=hang2 长=zhang3 在=zai4 重=chong2 庆=qing4 长=zhang3 大=da4",
  );
  assert.equal(read("女儿绿了"), "女=nv3 儿=Øer2 绿=lv4 了=le5");
  assert.equal(read("气温25度"), "气=qi4 温=wen1 25=Øer4shi2wu3 度=du4");
  assert.equal(read("用GPT和OpenAI"), "用=yong4 GPT=ji1pi1ti1 和=he2 OpenAI=Øou1pen1Øei1Øai1");
  assert.equal(say("好！").symbols.at(-1), "！");
  assert.equal(say("OK, 好.").symbols.at(-1), "。", "the marks are those the voice knows");
  assert.deepEqual(say("…").symbols, []);
});

Deno.test("pinyin: every syllable of the language is in the voice's alphabet", async () => {
  const { pinyin } = await import("pinyin-pro");
  let known = 0;
  for (let point = 0x4e00; point < 0x9fa5; point += 3) {
    const [text] = pinyin(String.fromCodePoint(point), {
      type: "array",
      toneType: "num",
      toneSandhi: false,
      v: true,
    });
    if (!/^[a-z]+\d$/.test(text)) continue;
    const parts = syllable(text);
    assert.ok(parts, text);
    for (const part of parts) assert.ok(map[part], `${text}: ${part}`);
    known++;
  }
  assert.ok(known > 6000, `${known}`);
});

Deno.test("pinyin: words in Latin letters become syllables that the voice knows", async () => {
  const english = await openPhonemizer("en-us");
  const words =
    "Kubernetes Python Microsoft iPhone Google YouTube Wikipedia Linux Chrome Anthropic DeepSeek Qwen " +
    "WeChat judge church strength rhythm queue zoo Xiaomi NASA USB AI 5G C++ measure vision think this oil house";
  for (const word of words.split(" ")) {
    const syllables = syllablesOf(word, english);
    assert.ok(syllables.length > 0, word);
    for (const part of syllables.flat()) assert.ok(map[part], `${word}: ${part}`);
  }
  const read = (word: string) =>
    syllablesOf(word, english).map(([initial, final]) => initial + final).join(" ");
  assert.equal(read("Python"), "pai sen");
  assert.equal(read("GPU"), "ji pi you");
});

Deno.test("pinyin: a blank stands behind each syllable and mark, as in training", () => {
  const { ids, owners, closing } = pinyinIds(["n", "i", "3", "？", "absent"], map);
  const [n, i, tone, mark] = ["n", "i", "3", "？"].map((symbol) => map[symbol][0]);
  assert.deepEqual(ids, [1, 0, n, i, tone, 0, mark, 0, 2]);
  assert.deepEqual(owners, [-1, -1, 0, 1, 2, 2, 3, 3, -1]);
  assert.deepEqual(closing.map(Number), [0, 0, 0, 0, 0, 1, 0, 1, 0]);
});

Deno.test("espeak: real Mandarin phonemes, each character with its own, no language flag spoken", async () => {
  const phonemize = await openPhonemizer("cmn");
  const read = (text: string) => {
    const { symbols, words } = pronounce(phonemize, text, false, chineseWords);
    return words.map(({ text, from, to }) => `${text}=${symbols.slice(from, to).join("")}`).join(" ");
  };
  assert.equal(read("你好。"), "你=ni2 好。=χˈɑu2".normalize("NFD"));
  assert.equal(
    read("我喜欢 OpenAI 的"),
    "我=wˈo2 喜=ɕˈi2 欢=χˈua1n OpenAI=ˈəʊpən ˈeɪ ˈaɪ 的=tˈə1".normalize("NFD"),
  );
  assert.equal(read("50%"), `50%=${groups(phonemize("百分之五十")).map((word) => word.join("")).join(" ")}`);
  const en = await openPhonemizer("en-us");
  assert.equal(groups(en("hello"))[0].join(""), "həlˈoʊ", "one engine speaks for two voices in turn");
  assert.equal(groups(phonemize("你"))[0].join(""), "nˈi2");
});

const SAMPLES: Record<string, string> = {
  cmn: "你好，我喜欢这个世界，四十只石狮子。儿子去学院吃饭，绿色的雨伞，热水，长城，用心，汪洋",
  yue: "你好，我鍾意飲茶，香港嘅天氣好熱，學校，月亮",
  ja: "こんにちは、きょうはとてもいいてんきですね。りょこうにいきましょう。しゃしん、ひと、ぴあの、つき",
  ko: "안녕하세요, 오늘 날씨가 아주 좋습니다. 빨리 먹고 싶은 떡볶이, 쌀, 의사, 왜, 원, 귀",
  de: "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Pfannkuchen, Bücher, Garage",
  fr: "Portez ce vieux whisky au juge blond qui fume. Un bon vin blanc, agneau, huit, garçon, peur",
  es: "El veloz murciélago hindú comía feliz cardillo y kiwi. La cigüeña tocaba el saxofón, llave, año",
  "es-419": "llave, zapato, jamón, yo",
  it: "Pranzo d'acqua fa volti sghembi. Gli gnocchi, zio, ragazzo, scena, famiglia",
  "pt-br": "À noite, vovô vê o ímã cair no pé do pinguim queixoso. Não, mãe, lhe, tia, rio",
  nl: "Pa's wijze lynx bezag vroom het fikse aquaduct. Goed, huis, schip, neus",
  ru: "Съешь же ещё этих мягких французских булок, да выпей чаю. Щука, вьюга",
  pl: "Zażółć gęślą jaźń. Pchnąć w tę łódź jeża, szczęście",
  cs: "Příliš žluťoučký kůň úpěl ďábelské ódy, řeka",
  sv: "Sju sjösjuka, kärlek, barn, kort, Yxskaftbud, ge vår WC-zonmö IQ-hjälp",
  da: "Høj bly gom vandt fræk sexquiz på wc. Rødgrød med fløde",
  fi: "Törkylempijävongahdus, hyvää yötä",
  hu: "Árvíztűrő tükörfúrógép, gyere, nyár, tyúk",
  tr: "Pijamalı hasta yağız şoföre çabucak güvendi",
  el: "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. χέρι, θέλω, δεν",
  ar: "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر",
  hi: "नमस्ते, आप कैसे हैं? घर, छत, ठंड, ढोल, झील, ज्ञान, बड़ा, पढ़ना",
  vi: "Xin chào, tôi yêu Việt Nam. Quyển sách, những người, đường",
  "en-us": "The quick brown fox jumps over the lazy dog. button, bird, thing, this, pleasure, church",
};
/** Stress, length, tones, breaks, and what only colours the letter before it. */
const SILENT = /[\p{M}\p{Lm}\p{N}\p{P}\p{S}\s]/u;

Deno.test("visemes: every phoneme of eSpeak in the main languages shapes the mouth, tones and marks do not", async () => {
  for (const [language, text] of Object.entries(SAMPLES)) {
    const phonemize = await openPhonemizer(language);
    const phonemes = groups(phonemize(text)).flat();
    assert.ok(phonemes.length > 8, language);
    for (const phoneme of phonemes) {
      for (const letter of phoneme) {
        assert.equal(
          visemeOf(letter) === undefined,
          SILENT.test(letter),
          `${language}: ${letter} of ${phoneme}`,
        );
      }
    }
  }
});

Deno.test("visemes: so does everything in the alphabet that Piper's voices share, and in that of pinyin", async () => {
  const { phoneme_id_map } = JSON.parse(await Deno.readTextFile(`${VOICE}.json`));
  for (const letter of Object.keys(phoneme_id_map)) {
    assert.equal(visemeOf(letter) === undefined, SILENT.test(letter), letter);
  }
  const say = await openPinyin(await openPhonemizer("en-us"));
  const { ipa } = say(
    "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜，窗外，翁，用，儿，娃",
  );
  for (const letter of ipa!.join("")) {
    assert.equal(visemeOf(letter) === undefined, SILENT.test(letter), letter);
  }
});

function deltas(...texts: string[]): Body[] {
  return texts.map((delta, i) => ({ kind: "text.reply", delta, last: i === texts.length - 1 }));
}

function open(settings: object) {
  return handler.load(v.parse(handler.config, { noise_w: 0, ...settings }), { ...env, modelRoot: root });
}

/** Everything that is said, with times and sound put together. */
async function speak<S>(model: Model<S>, texts: string[], language?: string) {
  const bodies = await answers(model, [
    { kind: "text.user", text: "?", final: true, ...language && { language } },
    ...deltas(...texts),
  ]);
  const clauses = bodies.filter((body) => body.kind === "phonemes");
  const audio = bodies.filter((body) => body.kind === "audio.reply");
  return { clauses, audio, pcm: concat(audio.map(({ pcm }) => pcm)) };
}

type Clause = Extract<Body, { kind: "phonemes" }>;
const TEXTS = [
  "你好，我喜",
  "欢 OpenAI 的“模型”。Well, that is",
  " fine, isn't it? 今天25度，",
  "对吗？…… OK！",
];
const written = (clauses: Clause[]) =>
  clauses.flatMap(({ words }) => words).map(({ text, glued }) => glued ? text : ` ${text}`).join("").trim();
/** Did the voice of pinyin say it? Only that one lengthens each syllable by its tone. */
const pinyinSaid = ({ spans }: Clause) => spans.some(({ phoneme }) => phoneme === "ː");

function checkTimes({ clauses, audio, pcm }: Awaited<ReturnType<typeof speak>>, rate: number) {
  let reached = 0;
  for (const { spans, words } of clauses) {
    for (const { start, end } of spans) {
      assert.ok(Math.abs(start - reached) < 1e-6 && end > start, `${start} after ${reached}`);
      reached = end;
    }
    for (const [i, word] of words.entries()) {
      assert.ok(
        word.end >= word.start && (i === 0 || word.start >= words[i - 1].start),
        JSON.stringify(word),
      );
    }
  }
  assert.ok(
    Math.abs(reached - pcm.length / rate) < 1e-6,
    `${reached} s of times, ${pcm.length / rate} s of sound`,
  );
  assert.ok(audio.every((chunk) => chunk.rate === rate));
  assert.deepEqual(audio.map(({ last }) => last), audio.map((_, i) => i === audio.length - 1));
}

Deno.test("synthetic Chinese voice: mixed replies go to the right voice, the text comes back, times fit the sound", async () => {
  await using model = await open({ voices: { zh: "zh-synthetic-pinyin" } });
  const said = await speak(model, TEXTS);
  assert.equal(written(said.clauses), TEXTS.join(""));
  const voices = said.clauses.filter(({ spans }) => spans.length > 0)
    .map((clause) => [clause.words[0].text, pinyinSaid(clause)]);
  assert.deepEqual(voices, [
    ["你", true],
    ["我", true],
    ["Well,", false],
    ["今", true],
    ["……", false],
  ]);
  checkTimes(said, 22_050);
  const [, clause] = said.clauses;
  const [first, second] = clause.words;
  assert.ok(second.start > first.start, "each character has its own time");
});

Deno.test("synthetic Chinese voice: a voice of another rate is brought to the reply's", async () => {
  await using model = await open({ voices: { zh: "zh-synthetic-espeak", en: JOE } });
  const said = await speak(model, TEXTS);
  assert.equal(written(said.clauses), TEXTS.join(""));
  assert.ok(!said.clauses.some(pinyinSaid));
  checkTimes(said, 22_050);
});

Deno.test("synthetic Chinese voice: letters that languages share are read in the caller's", async () => {
  await using model = await open({ model_name: "zh-synthetic-pinyin", voices: { en: JOE } });
  for (const language of ["zh", "en", undefined]) {
    const { clauses } = await speak(model, ["25!"], language);
    assert.equal(pinyinSaid(clauses[0]), language !== "en", `${language}`);
  }
  const caller = await model.open(session);
  await answers(model, [{ kind: "text.user", text: "Hi", final: true, language: "en" }], { state: caller });
  const [body] = await answers(model, deltas("7!"), { state: caller });
  assert.ok(body.kind === "phonemes" && !pinyinSaid(body), "the language is remembered");
});

/** The model with one more node, which rounds: now nothing tells which of two gives the durations. */
function withoutDurations(model: Uint8Array): Uint8Array<ArrayBuffer> {
  const graph = [...fieldsOf(model)].find(({ number }) => number === 7)!;
  const text = (
    number: number,
    value: string,
  ) => [number * 8 + 2, value.length, ...new TextEncoder().encode(value)];
  const node = [...text(1, "scales"), ...text(2, "unused"), ...text(4, "Ceil")];
  const body = concatBytes(model.subarray(graph.from, graph.end), Uint8Array.of(10, node.length, ...node));
  const size: number[] = [];
  for (let left = body.length; left > 0; left = Math.floor(left / 128)) {
    size.push(left % 128 | (left > 127 ? 128 : 0));
  }
  // Written after the graph are only fields that the model can do without, and before it those that it cannot.
  const key = 1 + Math.ceil(Math.log2(graph.end - graph.from + 1) / 7);
  return concatBytes(
    model.subarray(0, graph.from - key),
    Uint8Array.of(58, ...size),
    body,
    model.subarray(graph.end),
  );
}

function concatBytes(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

Deno.test("synthetic voice of another build: said in the log, spoken uncut, its times fill the sound", async () => {
  const name = "uncut-synthetic";
  await Deno.mkdir(`${root}/${name}`);
  await Deno.copyFile(`${VOICE}.json`, `${root}/${name}/${name}.onnx.json`);
  await Deno.writeFile(`${root}/${name}/${name}.onnx`, withoutDurations(await Deno.readFile(VOICE)));
  const warnings: string[] = [];
  const log = { ...env.log, warn: (line: string) => warnings.push(line) };
  const config = v.parse(handler.config, { model_name: name });
  await using model = await handler.load(config, { ...env, modelRoot: root, log });
  assert.match(
    warnings.join("|"),
    /^The voice ".*" makes each clause in one piece\. .*2 nodes "Ceil".*guessed\.$/,
  );
  const said = await speak(model, ["Well, that is fine."]);
  assert.equal(written(said.clauses), "Well, that is fine.");
  assert.ok(said.pcm.length > 22_050 / 2);
  checkTimes(said, 22_050);
});

Deno.test("voices: a speaker that is not there is named", async () => {
  const one = v.parse(handler.config, { speaker_id: 3 });
  await assert.rejects(
    handler.load(one, env),
    /en_US-joe-medium\.onnx": it has no speaker 3\. Set speaker_id to 0/,
  );
});

Deno.test("voices: only what several voices need is asked for", () => {
  const config = { enabled: true, speed: 1, volume: 1, clause_pause: 0, model_name: JOE };
  const consumes = handler.consumes as (config: unknown) => string[];
  assert.deepEqual(consumes({ ...config, voices: {} }), ["text.reply"]);
  assert.deepEqual(consumes({ ...config, voices: { zh: "x" } }), ["text.reply", "text.user"]);
  assert.deepEqual(handler.models({ ...config, voices: { zh: "x", en: JOE } }), [JOE, "x"]);
});
