import type { Fault } from "@outcrop/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Outcome, Question } from "./ask.ts";
import {
  type Expected,
  type FaultRig,
  learnAnswers,
  onLanes,
  questions,
  startFaultRig,
} from "./fault-rig.ts";

let rig: FaultRig;
let expected: Expected;
beforeAll(async () => {
  rig = await startFaultRig();
  expected = await learnAnswers(rig);
});
afterEach(() => rig.emulator.clearFaults());
afterAll(() => rig.close());

const exceptions = [
  "ThrottlingException",
  "ModelNotReadyException",
  "ServiceUnavailableException",
  "InternalServerException",
  "ModelErrorException",
  "ModelTimeoutException",
  "AccessDeniedException",
  "ResourceNotFoundException",
  "ValidationException",
];
const streamed = ["InvokeModelWithResponseStream", "ConverseStream"] as const;

const faults: readonly Fault[] = [
  ...exceptions.map((exception): Fault => ({ kind: "error", exception })),
  { kind: "error", exception: "UnheardOfException", status: 500 },
  { kind: "error", exception: "UnheardOfException", status: 418 },
  { kind: "stream-error", exception: "ModelStreamErrorException", after: 0 },
  { kind: "stream-error", exception: "ThrottlingException", after: 4 },
  { kind: "error-frame", after: 0 },
  { kind: "error-frame", after: 4 },
  { kind: "truncate" },
  { kind: "truncate", after: 5, bytes: 1 },
  { kind: "no-final" },
  { kind: "reset" },
  { kind: "reset", after: 0 },
  { kind: "reset", after: 4 },
  { kind: "hang" },
  { kind: "hang", after: 4 },
  { kind: "slow", delay: 20, tokensPerSecond: 1000 },
  { kind: "fragment", bytes: 3 },
  { kind: "json-body" },
  { kind: "json-body", body: {} },
  { kind: "padding", enabled: false },
  // Only frames have checksums: a bit of a whole body's text can flip unseen.
  ...streamed.map((operation): Fault => ({ kind: "corrupt", after: 3, operation })),
  ...streamed.map((operation): Fault => ({ kind: "corrupt", after: 0, bytes: 1, operation })),
];

/** One of each kind. */
const mixture = [...new Map(faults.map((fault) => [fault.kind, fault])).values()];

const errorTypes = /^[a-z]+(_[a-z]+)*$/;

/** An answer is right, or it says clearly that it is none; what came of it is no more than a part of the right one. */
function check(question: Question, outcome: Outcome): void {
  const right = expected(question, outcome.group);
  if (outcome.complete) {
    expect(outcome).toMatchObject({ status: 200, text: right, error: undefined });
    return;
  }
  expect(outcome.error).toMatchObject({
    type: expect.stringMatching(errorTypes),
    message: expect.stringMatching(/\w{3}.*\w{3}/s),
  });
  expect(outcome.error?.type).not.toMatch(/internal_error/);
  if (outcome.status === 200) expect(right?.startsWith(outcome.text)).toBe(true);
  else expect(outcome).toMatchObject({ text: "", status: expect.toSatisfy((status) => status >= 400) });
}

async function run(asked: readonly Question[]): Promise<readonly Outcome[]> {
  return onLanes(asked, 48, async (question) => {
    const outcome = await rig.ask(question);
    check(question, outcome);
    return outcome;
  });
}

/** A different order each time, and the same in each run. */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
  return items
    .map((item) => ({ item, at: next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

const rightOnes = (outcomes: readonly Outcome[]) => outcomes.filter(({ complete }) => complete).length;

describe("one fault, that strikes every other call", () => {
  test.each(faults.map((fault, index) => [JSON.stringify(fault), fault, index] as const))(
    "%s",
    async (_, fault, index) => {
      rig.emulator.addFault({ ...fault, rate: 0.5 });
      const outcomes = await run(shuffled(questions, index + 1).slice(0, 32));
      expect(rightOnes(outcomes)).toBeGreaterThan(8);
    },
  );
});

describe("one fault, that strikes every call, is an error for everybody", () => {
  const harmless = new Set(["slow", "fragment", "padding"]);
  const asked = shuffled(questions, 99).slice(0, 16);
  test.each(
    faults.filter(({ kind }) => !harmless.has(kind)).map((fault) => [JSON.stringify(fault), fault] as const),
  )("%s", async (_, fault) => {
    rig.emulator.addFault(fault);
    const streamsOnly = /frame|stream|json|corrupt|no-final/.test(fault.kind) || fault.after !== undefined;
    const struck = asked.filter(({ stream }) => stream || !streamsOnly);
    if (fault.operation) return expect(await run(asked)).toBeTruthy();
    expect(rightOnes(await run(struck))).toBe(0);
  });
});

test("2,000 requests, every kind of fault at once, each at 5 %: a right answer or a clear error", async () => {
  // Nothing of the cooldowns and cold models that the cases before have left.
  await rig.close();
  rig = await startFaultRig();
  expected = await learnAnswers(rig);
  for (const fault of mixture) rig.emulator.addFault({ ...fault, rate: 0.05 });
  const asked = Array.from({ length: 13 }, (_, round) => shuffled(questions, round + 7))
    .flat()
    .slice(0, 2000);
  expect(asked).toHaveLength(2000);
  const outcomes = await run(asked);
  expect(rightOnes(outcomes)).toBeGreaterThan(1000);
  expect(outcomes.some(({ group }) => group === "spare")).toBe(true);
  expect(outcomes.some(({ complete, status }) => !complete && status === 200)).toBe(true);
  expect(outcomes.some(({ status }) => status >= 400)).toBe(true);
});
