import { expect, test } from "vitest";
import { atEndOfTurn } from "../../src/core/turn.ts";

test("what comes in one turn is done at its end, all of it together and in order", async () => {
  const done: string[] = [];
  for (const name of ["a", "b", "c"]) {
    atEndOfTurn(() => {
      done.push(name);
      void Promise.resolve().then(() => done.push(`after ${name}`));
    });
  }
  await Promise.resolve();
  expect(done).toEqual([]);
  await nextTurn();
  // Each step of all before the next step of any: that is what makes it cheap.
  expect(done).toEqual(["a", "b", "c", "after a", "after b", "after c"]);
});

test("what comes of it waits for the next turn", async () => {
  const done: string[] = [];
  atEndOfTurn(() => {
    done.push("first");
    atEndOfTurn(() => done.push("second"));
  });
  await nextTurn();
  expect(done).toEqual(["first"]);
  await nextTurn();
  expect(done).toEqual(["first", "second"]);
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
