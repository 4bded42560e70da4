import { expect, test } from "vitest";
import { type Sample, judge } from "../../bench/soak/verdict.ts";

const mib = 1024 * 1024;

function samples(change: (index: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 30 }, (_, index) => ({
    requests: index * 1000,
    // Noise that repeats itself.
    used: 30 * mib + ((index * 7) % 5) * 200_000,
    rss: 150 * mib,
    open: 50 + (index % 4),
    ...change(index),
  }));
}

test("what goes up and down is flat", () => {
  expect(judge(samples())).toMatchObject({ isFlat: true });
});

test("what grew in the first third, and no more, is flat", () => {
  const start = (index: number) => ({ used: 30 * mib + Math.min(index, 9) * mib });
  expect(judge(samples(start))).toMatchObject({ isFlat: true, bytesPerRequest: 0 });
});

test("one odd sample changes nothing", () => {
  const odd = (index: number) => (index === 25 ? { used: 300 * mib, rss: 900 * mib, open: 4000 } : {});
  expect(judge(samples(odd)).isFlat).toBe(true);
});

test.each([
  ["objects", "used", (index: number) => ({ used: 30 * mib + index * 1000 * 300 })],
  ["what the system sees", "rss", (index: number) => ({ rss: 150 * mib + index * 5 * mib })],
  ["sockets", "open", (index: number) => ({ open: 50 + index * 4 })],
] as const)("a growth of %s is found", (_, figure, growing) => {
  const { isFlat, growths } = judge(samples(growing));
  expect(isFlat).toBe(false);
  expect(growths.filter((growth) => !growth.isFlat).map((growth) => growth.figure)).toEqual([figure]);
});

test("the slope says how much each request leaves", () => {
  const leak = (index: number) => ({ used: 30 * mib + index * 1000 * 300 });
  expect(judge(samples(leak)).bytesPerRequest).toBe(300);
});
