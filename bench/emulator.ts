/**
 * Measures `outcrop emulate` as its users run it: a process of its own, called over loopback.
 *
 *   npm run bench:emulator
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { dummyApiKey, dummyCredentials } from "@outcrop/emulator";

const outcrop = fileURLToPath(new URL("../packages/gateway/bin/outcrop.js", import.meta.url));
const model = "arn:aws:bedrock:us-east-1:123456789012:imported-model/llama0000000";
const path = `/model/${encodeURIComponent(model)}`;
const ticksPerSecond = 100;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  /** Milliseconds from the start of the process to its first answer. */
  readonly started: number;
}

async function startEmulator(...flags: string[]): Promise<Running> {
  const before = performance.now();
  const child = spawn(process.execPath, [outcrop, "emulate", "--port", "0", "--quiet", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      const found = /running at (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  await (await fetch(`${url}/_outcrop/health`)).text();
  return { child, url, started: performance.now() - before };
}

/** Processor time of a process in milliseconds, user and system. */
function cpuTime({ child }: Running): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Memory of a process in megabytes: now, or at its highest. */
function memory({ child }: Running, which: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(new RegExp(`${which}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
}

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/** Sends a body with the API key, and tells of each piece of the answer. */
function call(url: string, body: unknown, onBytes: (bytes: Buffer) => void = () => undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${dummyApiKey}`, "content-type": "application/json" };
    const outgoing = request(url, { method: "POST", agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.on("data", onBytes).on("end", resolve).on("error", reject);
    });
    outgoing.on("error", reject).end(JSON.stringify(body));
  });
}

/** Runs `task` on so many lanes for a while; tells calls a second and the emulator's time for each. */
async function measure(emulator: Running, lanes: number, task: () => Promise<unknown>): Promise<string> {
  const run = async (milliseconds: number): Promise<number> => {
    const end = performance.now() + milliseconds;
    let calls = 0;
    const lane = async (): Promise<void> => {
      for (; performance.now() < end; calls++) await task();
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return calls;
  };
  await run(1000);
  const [cpu, start] = [cpuTime(emulator), performance.now()];
  const calls = await run(4000);
  const seconds = (performance.now() - start) / 1000;
  const each = ((cpuTime(emulator) - cpu) * 1000) / calls;
  return `${Math.round(calls / seconds)} a second, ${Math.round(each)} µs of processor time each`;
}

interface Paced {
  readonly streams: number;
  readonly arrivals: number;
  /** Milliseconds between arrivals beyond their pace, sorted; those of the first second, while all begin at once, apart. */
  readonly delays: readonly number[];
  readonly firstDelays: readonly number[];
}

/** So many streams at once at a pace. Bare sockets receive them: reading frames would make the client the slower one. */
async function pacedStreams(emulator: Running, streams: number, perSecond: number): Promise<Paced> {
  const body = JSON.stringify({ prompt: "Tell me of the sea in 2000 words", max_gen_len: 500 });
  const head = [
    `POST ${path}/invoke-with-response-stream HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    "Content-Type: application/json",
    `Authorization: Bearer ${dummyApiKey}`,
    `Content-Length: ${body.length}`,
  ];
  const { hostname: host, port } = new URL(emulator.url);
  const [delays, firstDelays]: [number[], number[]] = [[], []];
  const begin = performance.now();
  let arrivals = 0;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let last: number | undefined;
      const socket = connect({ host, port: Number(port), noDelay: true });
      socket.on("data", () => {
        const now = performance.now();
        if (last !== undefined)
          (now - begin < 1000 ? firstDelays : delays).push(now - last - 1000 / perSecond);
        last = now;
        arrivals++;
      });
      socket.on("end", resolve).on("error", reject);
      socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
    });
  await Promise.all(Array.from({ length: streams }, one));
  const sort = (list: number[]): number[] => list.toSorted((left, right) => left - right);
  return { streams, arrivals, delays: sort(delays), firstDelays: sort(firstDelays) };
}

function quantile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

function toLateness(delays: readonly number[]): string {
  return `p50 ${quantile(delays, 0.5)}, p99 ${quantile(delays, 0.99)}, worst ${quantile(delays, 1)} ms`;
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(44)} ${value}\n`);
}

print("machine", `${cpus().length} processors (${cpus()[0]?.model.trim()}), Node ${process.version}`);

const starts: number[] = [];
for (let round = 0; round < 5; round++) {
  const emulator = await startEmulator();
  starts.push(emulator.started);
  emulator.child.kill();
}
print(
  "start to first answer",
  `${Math.round(starts.toSorted((left, right) => left - right)[2] ?? 0)} ms (median of 5)`,
);

const emulator = await startEmulator();
print("memory after the start", `${memory(emulator, "VmRSS").toFixed(0)} MB`);
const short = { prompt: "How is the rainbow formed?", max_gen_len: 100 };
print(
  "whole answers, HTTP/1.1, 32 at once",
  await measure(emulator, 32, () => call(`${emulator.url}${path}/invoke`, short)),
);

const client = new BedrockRuntimeClient({
  endpoint: emulator.url,
  region: "us-east-1",
  credentials: dummyCredentials,
});
const command = new InvokeModelCommand({
  modelId: model,
  contentType: "application/json",
  body: JSON.stringify(short),
});
print("whole answers, AWS's client, signed, HTTP/2", await measure(emulator, 32, () => client.send(command)));
client.destroy();

const hundred = { prompt: "Tell me of the sea in 300 words", max_gen_len: 100 };
const stream = (): Promise<void> => call(`${emulator.url}${path}/invoke-with-response-stream`, hundred);
print("streams of 100 frames, unpaced, 32 at once", await measure(emulator, 32, stream));
emulator.child.kill();

const slow = await startEmulator("--tokens-per-second", "50");
await pacedStreams(slow, 20, 50);
const [cpu, start] = [cpuTime(slow), performance.now()];
const paced = await pacedStreams(slow, 200, 50);
const busy = ((cpuTime(slow) - cpu) / (performance.now() - start)) * 100;
print("paced streams", `${paced.streams} at once at 50 tokens a second, ${paced.arrivals} arrivals`);
print("  lateness of an arrival", toLateness(paced.delays));
print("  in the first second, when all begin", toLateness(paced.firstDelays));
print("  processor", `${busy.toFixed(0)} % of one`);
print("  memory at its highest", `${memory(slow, "VmHWM").toFixed(0)} MB`);
slow.child.kill();
agent.destroy();
