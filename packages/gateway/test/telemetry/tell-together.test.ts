import { expect, test } from "vitest";
import { tellTogether, together } from "../../src/telemetry/tell-together.ts";
import { record } from "./records.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what comes in one turn is dealt with after it, in order", async () => {
  const dealt: number[] = [];
  const later = together<number>(
    (item) => dealt.push(item),
    () => undefined,
  );
  for (const item of [1, 2, 3]) later.push(item);
  expect(dealt).toEqual([]);
  await turn();
  expect(dealt).toEqual([1, 2, 3]);
  later.push(4);
  later.flush();
  later.flush();
  expect(dealt).toEqual([1, 2, 3, 4]);
  later.push(5);
  await turn();
  expect(dealt).toEqual([1, 2, 3, 4, 5]);
});

test("a fault is told, and harms nobody else", async () => {
  const dealt: number[] = [];
  const faults: unknown[] = [];
  const later = together<number>(
    (item) => {
      if (item === 2) throw new Error("odd");
      dealt.push(item);
    },
    (error) => faults.push(error),
  );
  for (const item of [1, 2, 3]) later.push(item);
  await turn();
  expect(dealt).toEqual([1, 3]);
  expect(faults).toEqual([new Error("odd")]);
});

test("an observer hears of starts at once, and of ends after the turn", async () => {
  const told: string[] = [];
  const observer = tellTogether(
    { started: () => told.push("started"), finished: () => told.push("finished") },
    () => undefined,
  );
  observer.started?.(record());
  observer.finished(record());
  expect(told).toEqual(["started"]);
  await turn();
  expect(told).toEqual(["started", "finished"]);
});
