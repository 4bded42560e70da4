import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Sighting, type Warmth, isWarm, see, stateOf, unseen } from "../../src/warmth/warmth.ts";

const minute = 60_000;
const start = Date.UTC(2026, 0, 2);

const answer = (at: number): Sighting => ({ seen: "answer", at: start + at });
const refusal = (at: number, askedMs = 0, chance = 0): Sighting => ({
  seen: "refusal",
  at: start + at,
  askedMs,
  chance,
});
const after = (...sightings: readonly Sighting[]): Warmth => sightings.reduce(see, unseen);

describe("the state follows from what was last seen, and from its age", () => {
  test.each([
    ["nothing", [], 0, "unknown"],
    ["an answer just now", [answer(0)], 0, "warm"],
    ["an answer four minutes ago", [answer(0)], 4 * minute, "warm"],
    ["an answer in its fifth minute", [answer(0)], 4 * minute + 1, "idle-soon"],
    ["an answer five minutes ago", [answer(0)], 5 * minute, "idle-soon"],
    ["an answer longer ago", [answer(0)], 5 * minute + 1, "cold"],
    ["a refusal", [refusal(0)], 1000, "restoring"],
    ["a refusal that nobody asked after", [refusal(0)], 5 * minute + 1, "cold"],
    ["an answer after a refusal", [refusal(0), answer(1000)], 1000, "warm"],
    ["a refusal after an answer", [answer(0), refusal(1000)], 1000, "restoring"],
  ] as const)("%s", (_, sightings, now, state) => {
    expect(stateOf(after(...sightings), start + now)).toBe(state);
  });

  test("only what was lately answered is warm", () => {
    const states = ["unknown", "cold", "restoring", "warm", "idle-soon"] as const;
    expect(states.filter(isWarm)).toEqual(["warm", "idle-soon"]);
  });
});

describe("a refused model", () => {
  const waitAfter = (count: number, chance: number) => {
    let warmth = unseen;
    let at = start;
    for (let asked = 0; asked < count; asked++) {
      warmth = see(warmth, { seen: "refusal", at, askedMs: 0, chance });
      if (warmth.seen === "refusal") at = warmth.askAgainAt;
    }
    return warmth.seen === "refusal" ? warmth.askAgainAt - warmth.at : 0;
  };

  test("is asked again after 5 s, then ever later, up to 30 s", () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((count) => waitAfter(count, 0))).toEqual([
      5000, 7500, 11_250, 16_875, 25_313, 30_000, 30_000,
    ]);
  });

  test("is asked at another time by each process", () => {
    expect(waitAfter(1, 0.999)).toBe(6249);
    expect(waitAfter(7, 0.999)).toBe(30_000);
  });

  test.each([
    [12_000, 12_000],
    [120_000, 30_000],
    [1000, 5000],
  ])("AWS's own wish of %i ms makes it %i ms", (askedMs, waited) => {
    expect(after(refusal(0, askedMs))).toMatchObject({ askAgainAt: start + waited });
  });

  test("refusals of calls that were under way together count as one", () => {
    const once = after(refusal(0));
    expect(after(refusal(0), refusal(20), refusal(40))).toEqual({ ...once, at: start + 40 });
    expect(after(refusal(0), refusal(5000))).toMatchObject({ count: 2, since: start });
  });

  test("a later restore begins to count anew", () => {
    expect(after(refusal(0), refusal(5000), answer(9000), refusal(9500))).toMatchObject({
      count: 1,
      since: start + 9500,
    });
    expect(after(refusal(0), refusal(10 * minute))).toMatchObject({ count: 1, since: start + 10 * minute });
  });
});

const sightings = fc.array(
  fc.oneof(
    fc.record({ seen: fc.constant("answer" as const), at: fc.nat(20 * minute) }),
    fc.record({
      seen: fc.constant("refusal" as const),
      at: fc.nat(20 * minute),
      askedMs: fc.nat(100_000),
      chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  ),
  { minLength: 1, maxLength: 30 },
);

test("news that comes late changes nothing: the newest counts", () => {
  fc.assert(
    fc.property(sightings, (seen) => {
      const newest = seen.reduce((one, other) => (other.at >= one.at ? other : one));
      const warmth = seen.reduce<Warmth>(see, unseen);
      expect(warmth).toMatchObject({ seen: newest.seen, at: newest.at });
    }),
  );
});

test("the next question is never further away than 30 s, nor nearer than 5 s when it is set", () => {
  fc.assert(
    fc.property(sightings, (seen) => {
      seen.reduce<Warmth>((before, sighting) => {
        const warmth = see(before, sighting);
        if (warmth.seen === "refusal") {
          expect(warmth.askAgainAt - warmth.at).toBeLessThanOrEqual(30_000);
          expect(warmth.askAgainAt).toBeGreaterThanOrEqual(warmth.since + 5000);
        }
        return warmth;
      }, unseen);
    }),
  );
});
