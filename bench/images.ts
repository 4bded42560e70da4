/**
 * Twenty images of 1 MB each in one request, and how long they hold up everybody else: the longest stop of the gateway's event loop,
 * and the longest gap of a small stream at 200 tokens a second that runs beside them through the same gateway.
 *
 *   npm run bench:images -- [--runs N] [--images N] [--cache] [--chunked] [--relay]
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { answersAt, outcrop, start, tell } from "./child.ts";
import type { Watched } from "./loop-watch.ts";
import { modelId } from "./speed/canned.ts";
import { litellmConfig, masterKey } from "./speed/program.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    images: { type: "string", default: "20" },
    cache: { type: "boolean", default: false },
    chunked: { type: "boolean", default: false },
    /** Through the paths of Bedrock's own API. */
    relay: { type: "boolean", default: false },
    /** For the gateway's Node, such as --cpu-prof. */
    node: { type: "string", multiple: true, default: [] },
  },
});
const runs = Number(values.runs);
const [port, upstreamPort] = [19_951, 19_950];
const paceMs = 5;
const answers = modelId({ wire: "c", chunks: 100, pace: 0 });
const streams = modelId({ wire: "c", chunks: 400, pace: paceMs });

const folder = mkdtempSync(join(tmpdir(), "outcrop-images-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const config = join(folder, "config.yaml");
const cached = values.cache ? "  cache: true\n  cache_params: {type: local}\n" : "";
// Its last section is litellm_settings.
writeFileSync(config, litellmConfig([answers, streams], upstreamPort) + cached);
start(fileURLToPath(new URL("speed/upstream.ts", import.meta.url)), [String(upstreamPort)], {
  stdio: "ignore",
});
const gateway = start(outcrop, ["--config", config, "--port", String(port), "--host", "127.0.0.1"], {
  execArgv: ["--import", new URL("loop-watch.ts", import.meta.url).href, ...values.node],
  stdio: ["ignore", openSync(join(folder, "log"), "w"), "inherit", "ipc"],
});
const reader = start(fileURLToPath(new URL("images/paced-reader.ts", import.meta.url)), []);
const base = `http://127.0.0.1:${port}`;
const url = `${base}/v1/chat/completions`;
const largeUrl = values.relay ? `${base}/bedrock/model/${answers}/invoke` : url;
const headers = { authorization: `Bearer ${masterKey}`, "content-type": "application/json" };
await answersAt(`${base}/health/liveliness`);

const chat = (model: string, stream: boolean, content: unknown) =>
  JSON.stringify({ model, stream, messages: [{ role: "user", content }] });
let asked = 0;

/** Twenty others each time, as a cache would know them again. */
function photographs(): Buffer {
  const images = Array.from({ length: Number(values.images) }, () => ({
    type: "image_url",
    image_url: { url: `data:image/jpeg;base64,${randomBytes(1_000_000).toString("base64")}` },
  }));
  return Buffer.from(chat(answers, false, [{ type: "text", text: "Which show a rainbow?" }, ...images]));
}

/** @returns milliseconds to the end of the answer. */
function send(body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const before = performance.now();
    const length = values.chunked ? {} : { "content-length": body.length };
    const outgoing = request(largeUrl, { method: "POST", headers: { ...headers, ...length } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume();
      response.once("end", () => resolve(performance.now() - before));
    });
    outgoing.once("error", reject);
    outgoing.write(body);
    outgoing.end();
  });
}

interface Measured extends Watched {
  readonly gap: number;
}

/** What was seen while `work` was done beside a stream. */
async function beside(work: () => Promise<unknown>): Promise<Measured> {
  // Another question each time: a cache would know it again.
  const stream = tell(reader, { url, headers, body: chat(streams, true, `Tell me of rainbow ${asked++}`) });
  await pause(300);
  await tell(gateway, "tell");
  await pause(20);
  await work();
  const watched = (await tell(gateway, "tell")) as Watched;
  return { ...watched, gap: (await stream) as number };
}

const size = (photographs().length / 1e6).toFixed(1);
console.log(
  `${runs} requests of ${size} MB, one after the other, beside a stream with an event each ${paceMs} ms`,
);
const quiet = await beside(() => pause(1000));
report("nothing but the stream", quiet);
const measured: Measured[] = [];
for (let run = 0; run < runs; run++) {
  const body = photographs();
  let taken = 0;
  const seen = await beside(async () => {
    taken = await send(body);
  });
  measured.push(seen);
  report(`answered in ${taken.toFixed(0)} ms`, seen);
}
summary("longest stop of the event loop", (seen) => seen.longestStop);
summary("longest work of its thread in one turn", (seen) => seen.longestWork);
summary("longest gap of the stream", (seen) => seen.gap);
process.exit(0);

function report(what: string, { longestStop, longestWork, gap, rss }: Measured): void {
  const parts = [
    `stop ${longestStop.toFixed(1)}`,
    `work ${longestWork.toFixed(1)}`,
    `gap ${gap.toFixed(1)} ms`,
  ];
  console.log(`  ${what.padEnd(24)} ${parts.join("  ")}  ${(rss / 2 ** 20).toFixed(0)} MB`);
}

function summary(what: string, pick: (seen: Measured) => number): void {
  const sorted = measured.map(pick).toSorted((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(`${what.padEnd(40)} median ${middle.toFixed(1)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`);
}
