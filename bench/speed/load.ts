/**
 * A client over bare sockets, cheaper than whatever it measures. Reads what to do as JSON from its standard input, and prints what it saw.
 *
 *   echo '{"port":4000,"path":"/","headers":{},"body":"{}","connections":1,"seconds":1,"skipSeconds":0}' | node bench/speed/load.ts
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createResponseReader } from "./response-reader.ts";

/** What the client is to do. */
export interface LoadSpec {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Requests at once: each connection sends the next when its answer has ended. */
  readonly connections: number;
  readonly seconds: number;
  /** Seconds at the start that do not count; the connections begin evenly over them. */
  readonly skipSeconds: number;
  /** Milliseconds between the chunks of a paced stream: gaps between reads are measured. */
  readonly pace?: number;
}

/** Percentiles in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly count: number;
}

/** What the client saw in the time that counts. */
export interface LoadResult {
  readonly requests: number;
  /** With those before and after the time that counts: what processor time is shared among. */
  readonly allRequests: number;
  readonly allSeconds: number;
  readonly errors: number;
  readonly seconds: number;
  /** To the end of the answer. */
  readonly whole: Percentiles;
  /** To the first byte of the body. */
  readonly first: Percentiles;
  /** Between two reads within an answer, in milliseconds; only with a pace. */
  readonly gaps: Percentiles;
  /** Gaps of more than 100 ms. */
  readonly stalls: number;
  /** The first answer that was no success, for people. */
  readonly failure: string | undefined;
}

const stallMs = 100;

if (import.meta.main) {
  const result = await run(JSON.parse(readFileSync(0, "utf8")) as LoadSpec);
  process.stdout.write(JSON.stringify(result));
  process.exit(0);
}

async function run(spec: LoadSpec): Promise<LoadResult> {
  const { connections, seconds, skipSeconds, pace } = spec;
  const request = toRequest(spec);
  const [wholes, firsts, gaps]: [number[], number[], number[]] = [[], [], []];
  const begin = performance.now();
  const countFrom = begin + skipSeconds * 1000;
  const end = countFrom + seconds * 1000;
  let requests = 0;
  let allRequests = 0;
  let errors = 0;
  let failure: string | undefined;

  function lane(): void {
    const socket = connect({ port: spec.port, host: "127.0.0.1", noDelay: true });
    const reader = createResponseReader();
    let sentAt = 0;
    let firstAt = 0;
    let lastAt = 0;
    const send = () => {
      reader.restart();
      sentAt = performance.now();
      firstAt = 0;
      socket.write(request);
    };
    const fail = (why: string) => {
      failure ??= why;
      if (performance.now() >= countFrom) errors++;
      socket.destroy();
      if (performance.now() < end) setTimeout(lane, 20);
    };
    socket.once("connect", send);
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => !socket.destroyed && fail("The connection was closed."));
    socket.on("end", () => fail("The connection was ended."));
    socket.on("data", (bytes) => {
      const state = reader.push(bytes);
      const now = performance.now();
      const counts = now >= countFrom && now < end;
      if (state.hasBody && firstAt === 0) firstAt = lastAt = now;
      else if (pace !== undefined && firstAt !== 0) {
        if (counts && !state.done) gaps.push(now - lastAt);
        lastAt = now;
      }
      if (!state.done) return;
      allRequests++;
      if (counts) {
        requests++;
        wholes.push(now - sentAt);
        firsts.push(firstAt - sentAt);
      }
      if (state.status !== 200) return fail(`${state.status}: ${bytes.toString("utf8").slice(-300)}`);
      if (now >= end) socket.destroy();
      else if (state.keepAlive) send();
      else {
        socket.destroy();
        lane();
      }
    });
  }

  for (let index = 0; index < connections; index++) {
    const wait = pace === undefined ? 0 : (index / connections) * skipSeconds * 1000 * 0.8;
    setTimeout(lane, wait);
  }
  // Slightly late, so that answers on their way are read.
  await new Promise((resolve) => setTimeout(resolve, end - performance.now() + 5));
  return {
    requests,
    allRequests,
    allSeconds: seconds + skipSeconds,
    errors,
    seconds,
    whole: percentiles(wholes),
    first: percentiles(firsts),
    gaps: percentiles(gaps),
    stalls: gaps.filter((gap) => gap > stallMs).length,
    failure,
  };
}

function toRequest({ path, headers, body }: LoadSpec): Buffer {
  const lines = Object.entries({
    host: "127.0.0.1",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1), count: sorted.length };
}
