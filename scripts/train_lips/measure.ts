/** `measure.ts DATA/test [lips.onnx]`: how well the lips follow the voices there, by loudness and by the network. */
import { join } from "node:path";
import { readWav } from "../../src/audio/wav.ts";
import { LIPS, type Mouthing } from "../../src/handlers/tts/mouthing.ts";
import { mouthingByLoudness } from "../../src/handlers/tts/mouthing_loudness.ts";
import { openLipsNet } from "../../src/handlers/tts/mouthing_net.ts";
import { mouthingByNet } from "../../src/handlers/tts/mouthing_stream.ts";
import { compare, type Comparison, comparison, figuresOf, follow, segmentsOf } from "./figures.ts";

type Span = [phoneme: string, start: number, end: number];

function line(name: string, of: Comparison): string {
  const { jaw, recall, precision } = figuresOf(of);
  const percent = (share: number) => `${(100 * share).toFixed(0).padStart(3)} %`;
  return `${name.padEnd(28)} jaw ${jaw.toFixed(2)}  closures found ${percent(recall)}, right ${
    percent(precision)
  }`;
}

async function measure(folder: string, open: () => Mouthing, piece?: number): Promise<Comparison> {
  const result = comparison();
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const spans: Span[] = JSON.parse(await Deno.readTextFile(join(folder, name)));
    const truth = segmentsOf(spans.map(([phoneme, start, end]) => ({ phoneme, start, end })));
    const { pcm, rate } = readWav(await Deno.readFile(join(folder, name.replace(/json$/, "wav"))));
    compare(result, truth, segmentsOf(await follow(open(), pcm, rate, piece)), pcm.length / rate);
  }
  return result;
}

const [data, path = LIPS] = Deno.args;
await using net = await openLipsNet(path);
const voices = (await Array.fromAsync(Deno.readDir(data))).map(({ name }) => name).sort();
for (const voice of voices) {
  console.log(line(`${voice} by loudness`, await measure(join(data, voice), mouthingByLoudness)));
  // The clock stands still: all sound lies ahead.
  const ahead = () => mouthingByNet(net, () => 0);
  console.log(line(`${voice} by the network`, await measure(join(data, voice), ahead)));
  // It goes on by 100 ms with each piece of 100 ms.
  const abreast = (clock = 0) => mouthingByNet(net, () => clock += 100);
  console.log(line(`${voice}, nothing ahead`, await measure(join(data, voice), () => abreast(), 0.1)));
}
