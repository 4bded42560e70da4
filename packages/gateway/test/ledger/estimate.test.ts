import { expect, test } from "vitest";
import { createEstimator } from "../../src/ledger/estimate.ts";
import { defaultRule } from "../../src/ledger/periods.ts";

const minute = 60_000;
const cost = 1000n;

function rig() {
  const estimator = createEstimator({ ...defaultRule, concurrencyPerCopy: 2, maxCopies: 3 });
  return {
    estimator,
    /** What a call that ends at a minute is told that it costs. */
    call: (at: number, tokens: number, model = "m"): bigint => {
      estimator.began(model);
      estimator.ended(model, tokens, at * minute);
      return estimator.share(model, tokens, cost);
    },
  };
}

test("the first call of a window has it to itself, later ones their part by tokens", () => {
  const { call } = rig();
  expect([call(0, 300), call(1, 100), call(2, 400)]).toEqual([1000n, 250n, 500n]);
});

test("windows follow each other by five minutes while calls come", () => {
  const { call } = rig();
  expect([call(0, 100), call(4.9, 100), call(5, 100), call(9.9, 300)]).toEqual([1000n, 500n, 1000n, 750n]);
});

test("after five idle minutes the next call opens a window of its own", () => {
  const { call } = rig();
  expect([call(0, 100), call(7, 100), call(11.9, 100), call(12.1, 100)]).toEqual([1000n, 1000n, 500n, 1000n]);
});

test("each model has its own", () => {
  const { call } = rig();
  expect([call(0, 100, "a"), call(0, 100, "b"), call(0, 100, "a")]).toEqual([1000n, 1000n, 500n]);
});

test.each([
  [1, 1000n],
  [2, 1000n],
  [3, 2000n],
  [5, 3000n],
  [50, 3000n],
])("%i calls at once", (calls, whole) => {
  const { estimator } = rig();
  for (let index = 0; index < calls; index += 1) estimator.began("m");
  estimator.ended("m", 10, 0);
  expect(estimator.share("m", 10, cost)).toBe(whole);
});

test("without tokens it is the whole", () => {
  expect(rig().call(0, 0)).toBe(1000n);
});
