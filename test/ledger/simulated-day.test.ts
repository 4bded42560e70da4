import { expect, test } from "vitest";
import { askLedger } from "../../packages/gateway/src/ledger/cost-query.ts";
import { type CopyPeriod, defaultRule, reconstruct } from "../../packages/gateway/src/ledger/periods.ts";
import { type PlannedCall, type SimulatedDay, createSimulatedDay } from "./simulated-day.ts";

const minute = 60_000;
const pace = 4000;

const arn = (id: string, region = "us-east-1") =>
  `arn:aws:bedrock:${region}:123456789012:imported-model/${id}`;

/** One that is always warm, one that takes a minute to load, and one that takes longer and is elsewhere. */
const models = [
  {
    name: "quick",
    architecture: "qwen3",
    arn: arn("quick0000000"),
    unitsPerCopy: 2,
    unitsVersion: "1.0",
    coldStart: 0,
  },
  {
    name: "dear",
    architecture: "gpt_oss",
    arn: arn("dear00000000"),
    unitsPerCopy: 3,
    unitsVersion: "2.0",
    coldStart: minute,
  },
  {
    name: "slow",
    architecture: "llama",
    arn: arn("slow00000000", "eu-central-1"),
    unitsPerCopy: 4,
    unitsVersion: "1.0",
    coldStart: 1.5 * minute,
  },
] as const;

const config = `
model_list:
${models.map(({ name, arn: id }) => `  - {model_name: ${name}, litellm_params: {model: "bedrock/openai/${id}", num_retries: 0}}`).join("\n")}
`;

/** What AWS does not publish; how long a copy takes to load is learnt. */
const rule = { ...defaultRule, concurrencyPerCopy: 4, maxCopies: 3 };

/** Bursts over a day: a few calls or many, close together or minutes apart. */
function bursts(random: () => number): readonly PlannedCall[] {
  const upTo = (most: number) => Math.floor(random() * most);
  return models.flatMap(({ name }) =>
    Array.from({ length: 9 }, () => {
      const begins = upTo(23 * 60) * minute;
      const gap = [500, 5000, 40_000, 4 * minute][upTo(4)] ?? 0;
      return Array.from({ length: 1 + upTo(16) }, (_, index) => ({
        at: begins + index * gap + upTo(gap),
        model: name,
        maxTokens: 2 + upTo(14),
        key: `sk-${upTo(3)}`,
      }));
    }).flat(),
  );
}

/** Repeatable chance: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function reconstructed({ book, now }: SimulatedDay, modelId: string) {
  const uses = book
    .callsOf(modelId, { from: 0, to: Infinity })
    .map(({ outcome, ...call }) => ({ ...call, succeeded: outcome === "succeeded" }));
  return reconstruct(uses, rule, now());
}

interface Line {
  readonly model: string;
  readonly windows: number;
  readonly copies: number;
  readonly compute_usd: number;
}

type Period = Pick<CopyPeriod, "copy" | "start" | "end">;

function parsed({ copy, start, end }: { copy: number; start: string; end: string | undefined }): Period {
  return { copy, start: Date.parse(start), end: end === undefined ? undefined : Date.parse(end) };
}

function toRow({ copy, start, end = Number.NaN }: Period): string {
  return `copy ${copy}: ${new Date(start).toISOString()} to ${new Date(end).toISOString()}`;
}

test.each([
  [1, "hold"],
  [2, "refuse"],
] as const)(
  "the ledger equals AWS's, window for window, over a day of bursts on three models (seed %i, cold models %s)",
  async (seed, coldMode) => {
    const day = await createSimulatedDay({
      emulator: {
        models,
        concurrencyPerCopy: rule.concurrencyPerCopy,
        maxCopies: rule.maxCopies,
        coldMode,
      },
      config,
      ledger: `concurrency_per_copy: ${rule.concurrencyPerCopy}, max_copies: ${rule.maxCopies}`,
      pace,
    });
    try {
      const calls = bursts(seeded(seed));
      await day.live(calls);
      const { by_model: lines } = askLedger(day.book, {}, day.now()).json as { by_model: readonly Line[] };
      for (const { name, arn: modelId } of models) {
        const theirs = day.emulator.ledger().models.find((model) => model.modelName === name);
        if (!theirs?.fleet) throw new Error(`The emulator has no books of ${name}.`);
        const { periods, restores } = reconstructed(day, modelId);
        expect(periods.map(toRow).toSorted()).toEqual(theirs.fleet.periods.map(parsed).map(toRow).toSorted());
        expect(restores.length).toBeGreaterThan(3);
        expect(theirs.invocations).toBe(calls.filter((call) => call.model === name).length);
        const line = lines.find(({ model }) => model === modelId);
        expect(line?.windows).toBe(theirs.fleet.windows);
        expect(line?.copies).toBe(Math.max(...theirs.fleet.periods.map(({ copy }) => copy)));
        expect(line?.compute_usd).toBeCloseTo(theirs.cost, 6);
      }
    } finally {
      await day.close();
    }
  },
  120_000,
);
