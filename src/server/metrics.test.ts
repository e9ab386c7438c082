import assert from "node:assert/strict";
import { createApp } from "./app.ts";
import { BUCKETS, createMetrics, METRICS_TYPE } from "./metrics.ts";

interface Family {
  help: string;
  type: string;
  /** By name with labels. */
  samples: Map<string, number>;
}

/** Reads the text format as strictly as it is specified for what is used here. */
function parse(text: string): Map<string, Family> {
  assert.ok(text.endsWith("\n"), "the last line ends too");
  const families = new Map<string, Family>();
  let current = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const help = /^# HELP ([a-z_]+) (.+)$/.exec(line);
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line);
    const sample = /^([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? (-?[0-9.]+(?:e[+-]?\d+)?)$/.exec(line);
    if (help) {
      current = help[1];
      assert.ok(!families.has(current), `"${current}" comes twice`);
      families.set(current, { help: help[2], type: "", samples: new Map() });
    } else if (type) {
      assert.equal(type[1], current, "TYPE follows HELP");
      families.get(current)!.type = type[2];
    } else {
      assert.ok(sample, `"${line}" is no sample`);
      const family = families.get(current)!;
      const suffixes = family.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      assert.ok(suffixes.some((suffix) => sample[1] === current + suffix), `"${line}" is under "${current}"`);
      const key = sample[1] + (sample[2] ?? "");
      assert.ok(!family.samples.has(key), `"${key}" comes twice`);
      family.samples.set(key, Number(sample[3]));
    }
  }
  return families;
}

const levels = () => ({ calls: 2, waiting: 1, rss: 123456 });

Deno.test("metrics: a fresh server shows every metric, at zero", () => {
  const families = parse(createMetrics(levels).text());
  assert.equal(families.get("oac_turns_total")!.samples.get("oac_turns_total"), 0);
  assert.equal(families.get("oac_faults_total")!.samples.size, 0);
  assert.equal([...families.values()].filter(({ type }) => type === "histogram").length, 8);
  assert.equal(families.get("oac_calls")!.samples.get("oac_calls"), 2);
  assert.equal(families.get("oac_waiting")!.samples.get("oac_waiting"), 1);
  assert.equal(families.get("oac_resident_memory_bytes")!.samples.get("oac_resident_memory_bytes"), 123456);
});

Deno.test("metrics: buckets are cumulative, bounds included, and count and sum agree with them", () => {
  const metrics = createMetrics(levels);
  const waits = [40, 50, 450, 2999, 7000];
  waits.forEach((firstPacket, turn) => metrics.turn({ turn, endOfTurn: 128, firstPacket }));
  metrics.turn({ turn: 9, endOfTurn: 128, interrupted: 900 });
  const families = parse(metrics.text());
  const name = "oac_turn_first_packet_seconds";
  const { samples } = families.get(name)!;
  for (const bound of BUCKETS) {
    const expected = waits.filter((wait) => wait / 1000 <= bound).length;
    assert.equal(samples.get(`${name}_bucket{le="${bound}"}`), expected, `up to ${bound}`);
  }
  assert.equal(samples.get(`${name}_bucket{le="+Inf"}`), 5);
  assert.equal(samples.get(`${name}_count`), 5);
  assert.equal(samples.get(`${name}_sum`), 10.539);
  const ends = families.get("oac_turn_end_of_turn_seconds")!.samples;
  assert.equal(ends.get("oac_turn_end_of_turn_seconds_count"), 6);
  assert.equal(families.get("oac_turns_total")!.samples.get("oac_turns_total"), 6);
  assert.equal(families.get("oac_interruptions_total")!.samples.get("oac_interruptions_total"), 1);
});

Deno.test("metrics: faults count by handler, whatever its name", () => {
  const metrics = createMetrics(levels);
  metrics.fault("LLM_Llama");
  metrics.fault("LLM_Llama");
  metrics.fault('odd "name"\\\n');
  const { samples } = parse(metrics.text()).get("oac_faults_total")!;
  assert.equal(samples.get('oac_faults_total{handler="LLM_Llama"}'), 2);
  assert.equal(samples.get('oac_faults_total{handler="odd \\"name\\"\\\\\\n"}'), 1);
});

Deno.test("metrics: the route answers in the format's own content type", async () => {
  const app = createApp({
    page: () => ({ version: "0", avatar: "jonas", video: false, camera: false }),
    authority: () => undefined,
    call: () => {},
    health: () => ({ ok: true }),
    metrics: createMetrics(levels).text,
  });
  const answer = await app.request("/metrics");
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), METRICS_TYPE);
  assert.ok(parse(await answer.text()).has("oac_turn_transcript_seconds"));
});
