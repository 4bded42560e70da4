/**
 * Twenty images of 1 MB each in one request, and how long they hold up everybody else: the longest stop of the gateway's event loop,
 * and the longest gap of a stream at 50 tokens a second that runs beside them.
 *
 *   npm run bench:images [RUNS]
 */
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelId } from "./speed/canned.ts";
import { litellmConfig, masterKey } from "./speed/program.ts";

const [port, upstreamPort] = [19_951, 19_950];
const runs = Number(process.argv[2] ?? 10);
const answers = modelId({ wire: "c", chunks: 100, pace: 0 });
const streams = modelId({ wire: "c", chunks: 200, pace: 20 });

interface Watched {
  readonly longestMs: number;
  /** The same in processor time. */
  readonly longestCpuMs: number;
  readonly rss: number;
}

const folder = mkdtempSync(join(tmpdir(), "outcrop-images-"));
const config = join(folder, "config.yaml");
writeFileSync(config, litellmConfig([answers, streams], upstreamPort));
const upstream = fork(fileURLToPath(new URL("speed/upstream.ts", import.meta.url)), [String(upstreamPort)]);
const bin = fileURLToPath(new URL("../packages/gateway/bin/outcrop.js", import.meta.url));
const gateway = fork(bin, ["--config", config, "--port", String(port), "--host", "127.0.0.1"], {
  execArgv: ["--import", new URL("speed/loop-watch.ts", import.meta.url).href, ...process.execArgv],
  stdio: ["ignore", openSync(join(folder, "log"), "w"), "inherit", "ipc"],
});
while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 20));

const images = Array.from({ length: 20 }, () => ({
  type: "image_url",
  image_url: { url: `data:image/jpeg;base64,${randomBytes(1024 * 1024).toString("base64")}` },
}));
const body = (model: string, stream: boolean, content: unknown) =>
  JSON.stringify({ model, stream, messages: [{ role: "user", content }] });
const large = body(answers, false, [{ type: "text", text: "Which of them show a rainbow?" }, ...images]);
const small = body(streams, true, "Tell me of rainbows");

console.log(
  `${runs} requests of ${(large.length / 1e6).toFixed(1)} MB, one after the other, beside a paced stream`,
);
const stops: number[] = [];
const busy: number[] = [];
const gaps: number[] = [];
for (let run = 0; run < runs; run++) {
  const beside = ask(small, gaps);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await watched();
  const before = performance.now();
  await ask(large);
  const taken = performance.now() - before;
  const { longestMs, longestCpuMs, rss } = await watched();
  stops.push(longestMs);
  busy.push(longestCpuMs);
  await beside;
  console.log(
    `  answered in ${taken.toFixed(0)} ms, longest stop of the event loop ${longestMs.toFixed(1)} ms (${longestCpuMs.toFixed(1)} ms of processor time), ${(rss / 2 ** 20).toFixed(0)} MB`,
  );
}
for (const [what, figures] of [
  ["longest stop", stops],
  ["in processor time", busy],
] as const) {
  const sorted = figures.toSorted((one, other) => one - other);
  const [median = 0, worst = 0] = [sorted[Math.floor(runs / 2)], sorted.at(-1)];
  console.log(`${what}: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`);
}
console.log(
  `longest gap of the stream beside them: ${Math.max(...gaps).toFixed(1)} ms, of 20 that are its pace`,
);
for (const child of [gateway, upstream]) child.kill("SIGKILL");
rmSync(folder, { recursive: true, force: true });
process.exit(0);

async function watched(): Promise<Watched> {
  const answer = once(gateway, "message");
  gateway.send("tell");
  return ((await answer) as [Watched])[0];
}

function isUp(): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ port, host: "127.0.0.1", path: "/health/liveliness" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once("error", () => resolve(false));
    asked.end();
  });
}

/** Sends a body and reads the answer; with `between`, the milliseconds between its reads are kept. */
function ask(text: string, between?: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${masterKey}`, "content-type": "application/json" };
    const options = { port, host: "127.0.0.1", method: "POST", path: "/v1/chat/completions", headers };
    const asked = request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      let last: number | undefined;
      response.on("data", () => {
        const now = performance.now();
        if (last !== undefined) between?.push(now - last);
        last = now;
      });
      response.once("end", resolve);
      response.once("error", reject);
    });
    asked.once("error", reject);
    asked.end(text);
  });
}
