import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type Emulator, type EmulatorOptions, createEmulator } from "@outcrop/emulator";
import { type CancelSignal, createClient } from "@outcrop/sdk";
import { resolveAccess } from "../../packages/gateway/src/config/access.ts";
import { loadConfig } from "../../packages/gateway/src/config/load-config.ts";
import { type Gateway, createGateway } from "../../packages/gateway/src/gateway.ts";
import { openDatabase } from "../../packages/gateway/src/ledger/database.ts";
import { type LedgerReader, createLedgerReader } from "../../packages/gateway/src/ledger/reader.ts";

/** A call of the simulated day. */
export interface PlannedCall {
  /** Milliseconds since the day began. */
  readonly at: number;
  readonly model: string;
  readonly maxTokens: number;
  readonly key: string;
}

/** A local Bedrock and a gateway that share a clock which only the simulation moves. */
export interface SimulatedDay {
  readonly emulator: Emulator;
  readonly book: LedgerReader;
  readonly now: () => number;
  /** Sends the calls at their times, and lets the day pass until all are answered and their copies gone. */
  live(calls: readonly PlannedCall[]): Promise<void>;
  close(): Promise<void>;
}

export interface DayOptions {
  readonly emulator: EmulatorOptions;
  /** `config.yaml` without `outcrop_settings`. */
  readonly config: string;
  /** `outcrop_settings.ledger` without the path. */
  readonly ledger: string;
  /** Milliseconds between two tokens of an answer: the clock's step while one is being given. */
  readonly pace: number;
}

/** Turns of the event loop in which nothing happens, after which nothing will: a call goes through three sockets. */
const quietTurns = 12;

/** Long enough ago that no simulated time is past a deadline of the real clock. */
const daysAgo = 7;

export async function createSimulatedDay(options: DayOptions): Promise<SimulatedDay> {
  const day = 24 * 60 * 60_000;
  const start = Math.floor(Date.now() / day) * day - daysAgo * day;
  const clock = createSimulatedClock();
  const now = () => start + clock.passed();
  const emulator = await createEmulator({
    ...options.emulator,
    tokensPerSecond: 1000 / options.pace,
    now: () => start,
    signatureNow: now,
  });
  const folder = mkdtempSync(join(tmpdir(), "outcrop-day-"));
  const path = join(folder, "ledger.db");
  const gateway = await startGateway(
    `${options.config}\noutcrop_settings: {ledger: {path: ${path}, ${options.ledger}}}\n`,
    emulator,
    { now, sleep: clock.sleep },
  );
  const database = openDatabase(path);
  const rows = database.prepare("SELECT COUNT(*) AS count FROM calls");
  const open = new Map<Promise<void>, PlannedCall>();
  let sent = 0;

  function send(call: PlannedCall): void {
    sent += 1;
    const answer = ask(gateway.url, call).then(() => void open.delete(answer));
    open.set(answer, call);
  }

  /** Waits until nothing moves that the clock does not hold: both sides have then seen the same at the same time. */
  async function settle(): Promise<void> {
    let before = "";
    for (let quiet = 0; quiet < quietTurns;) {
      await turn();
      const calls = emulator.requests().filter(({ path: target }) => target.startsWith("/model/"));
      const answered = calls.filter(({ outcome, status }) => outcome === "answered" && status === 200).length;
      const state = [calls.length, answered, clock.sleepers(), open.size].join();
      const isEven = answered === rows.get()?.["count"] && open.size === sent - answered;
      quiet = isEven && state === before ? quiet + 1 : 0;
      before = state;
    }
  }

  async function passUntil(time: number): Promise<void> {
    emulator.advance(time - clock.passed());
    clock.advance(time);
    await settle();
  }

  /** When something happens next by itself: a copy is loaded, or a token is due. */
  function nextMoment(): number {
    const loaded = emulator
      .ledger()
      .models.flatMap(({ fleet }) =>
        fleet?.readyAt === undefined ? [] : [Date.parse(fleet.readyAt) - start],
      );
    return Math.min(...loaded, clock.nextWake(), open.size > 0 ? clock.passed() + options.pace : Infinity);
  }

  return {
    emulator,
    book: createLedgerReader(database),
    now,
    async live(calls) {
      const waiting = calls.toSorted((one, other) => one.at - other.at);
      for (;;) {
        const next = Math.min(waiting[0]?.at ?? Infinity, nextMoment());
        if (next === Infinity) break;
        await passUntil(next);
        while ((waiting[0]?.at ?? Infinity) <= clock.passed()) send(waiting.shift() as PlannedCall);
        await settle();
      }
      await passUntil(clock.passed() + 60 * 60_000);
    },
    async close() {
      database.close();
      await gateway.close(0);
      await emulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A clock that is moved on, in milliseconds from its start. */
function createSimulatedClock() {
  let passed = 0;
  let sleepers: readonly { readonly at: number; readonly wake: () => void }[] = [];
  return {
    passed: () => passed,
    sleepers: () => sleepers.length,
    nextWake: () => Math.min(...sleepers.map(({ at }) => at)),
    advance(time: number): void {
      passed = time;
      for (const { wake } of sleepers.filter(({ at }) => at <= time)) wake();
    },
    sleep: (ms: number, signal?: CancelSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const sleeper = { at: passed + ms, wake };
        sleepers = [...sleepers, sleeper];
        signal?.addEventListener("abort", leave);
        function wake(): void {
          sleepers = sleepers.filter((other) => other !== sleeper);
          signal?.removeEventListener("abort", leave);
          resolve();
        }
        function leave(): void {
          reject(signal?.reason);
          wake();
        }
      }),
  };
}

interface Runtime {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: CancelSignal) => Promise<void>;
}

async function startGateway(text: string, emulator: Emulator, runtime: Runtime): Promise<Gateway> {
  const { config, findings } = await loadConfig("config.yaml", {
    env: {},
    cwd: "/",
    readText: async () => text,
  });
  if (!config) throw new Error(JSON.stringify(findings));
  const client = createClient({
    runtime: { ...runtime, random: () => 0.5, env: () => ({ ...emulator.environment }) },
  });
  const access = resolveAccess(config, { host: "127.0.0.1", env: {} });
  return createGateway({
    config,
    access,
    port: 0,
    client,
    now: runtime.now,
    env: {},
    write: () => undefined,
  });
}

/** Streams an answer to its end. */
async function ask(url: string, { model, maxTokens, key }: PlannedCall): Promise<void> {
  const body = {
    model,
    stream: true,
    max_tokens: maxTokens,
    messages: [{ role: "user", content: "Tell me a long story." }],
  };
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!text.includes("[DONE]")) throw new Error(text);
}
