import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/ledger/database.ts";
import { type LedgerStore, createLedgerStore } from "../../src/ledger/store.ts";
import { callAt, kimi, modelArn } from "./calls.ts";

const all = { from: 0, to: Infinity };
const minute = 60_000;

let folder = "";
let path = "";
const open: LedgerStore[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outcrop-ledger-"));
  path = join(folder, "deeper", "ledger.db");
});

afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true });
});

function openStore(options: Partial<Parameters<typeof createLedgerStore>[0]> = {}): LedgerStore {
  const onFault = (error: unknown) => {
    throw error;
  };
  const store = createLedgerStore({ database: openDatabase(path), onFault, ...options });
  open.push(store);
  return store;
}

describe("a book", () => {
  test.each([
    ["as it is", callAt(1000)],
    ["nothing known", callAt(1000, { answeredAt: undefined, usage: undefined, outcome: "left" })],
    [
      "everything known",
      callAt(1000, {
        modelId: kimi,
        usage: { promptTokens: 1, completionTokens: 2, cachedTokens: 1 },
        key: "0123abcd",
        user: "Zoë 'quoted'",
        tags: ["a", "b,c"],
        tokenPrice: { input: 600_000n, output: 2n ** 80n, cachedInput: 0n },
      }),
    ],
  ])("gives back a call: %s", async (_, call) => {
    const store = openStore();
    await store.append(call);
    expect(store.callsOf(call.modelId, all)).toEqual([call]);
  });

  test("lasts longer than the process that writes it", async () => {
    const store = openStore();
    await store.append(callAt(1000));
    store.saveUnits({ modelId: modelArn, perCopy: 2, version: "1.0", createdAt: 5 });
    store.saveUnits({ modelId: kimi, perCopy: 3, version: "2.0", createdAt: undefined });
    store.saveSetting("prices", "[]");
    store.saveSetting("prices", "[1]");
    const again = openStore();
    expect(again.callsOf(modelArn, all)).toHaveLength(1);
    expect(again.models()).toEqual([modelArn]);
    expect(again.firstCallAt()).toBe(1000);
    expect(again.setting("prices")).toBe("[1]");
    expect(again.setting("other")).toBeUndefined();
    expect([...again.units().values()]).toEqual([
      { modelId: modelArn, perCopy: 2, version: "1.0", createdAt: 5 },
      { modelId: kimi, perCopy: 3, version: "2.0", createdAt: undefined },
    ]);
  });

  test("is its owner's alone", () => {
    openStore();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("that is empty says so", () => {
    const store = openStore();
    expect(store.models()).toEqual([]);
    expect(store.firstCallAt()).toBeUndefined();
  });

  test("of a newer version is left alone", () => {
    const database = openDatabase(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => openDatabase(path)).toThrow(/schema 99.*newer outcrop/);
  });

  test("is read by range, with what reaches into it", async () => {
    const store = openStore();
    const times = [0, 400, 440, 490, 500, 510].map((minutes) => minutes * minute);
    await Promise.all(times.map((at) => store.append(callAt(at))));
    const range = { from: 500 * minute, to: 510 * minute };
    // From 0 to 400 nothing has happened for longer than any copy stays.
    expect(store.callsOf(modelArn, range).map(({ sentAt }) => sentAt / minute)).toEqual([400, 440, 490, 500]);
    await Promise.all(times.map((at) => store.append(callAt(at, { modelId: kimi }))));
    expect(store.callsOf(kimi, range).map(({ sentAt }) => sentAt / minute)).toEqual([500]);
  });
});

describe("committing", () => {
  test("calls that end together are committed together, and not before their turn is over", async () => {
    const tasks: (() => void)[] = [];
    const store = openStore({ soon: (task) => void tasks.push(task) });
    const reader = openStore();
    const commits = [1, 2, 3].map((at) => store.append(callAt(at)));
    expect(reader.callsOf(modelArn, all)).toEqual([]);
    expect(tasks).toHaveLength(1);
    tasks[0]?.();
    await Promise.all(commits);
    expect(reader.callsOf(modelArn, all)).toHaveLength(3);
  });

  test("closing commits what is waiting", () => {
    const store = openStore({ soon: () => undefined });
    void store.append(callAt(1));
    store.close();
    open.splice(0);
    expect(openStore().callsOf(modelArn, all)).toHaveLength(1);
  });

  test("a closed book holds up nobody", async () => {
    const store = openStore();
    store.close();
    open.splice(0);
    await store.append(callAt(1));
    expect(openStore().models()).toEqual([]);
  });

  test("a book that can't be written holds up nobody, says so once, and is written when it can be", async () => {
    const faults: unknown[] = [];
    const later: (() => void)[] = [];
    const store = openStore({
      onFault: (error) => faults.push(error),
      later: (task) => void later.push(task),
    });
    const blocker = openDatabase(path);
    blocker.exec("BEGIN IMMEDIATE");
    await store.append(callAt(1));
    await store.append(callAt(2));
    later.shift()?.();
    expect(faults).toHaveLength(1);
    expect(String(faults[0])).toMatch(/locked/);
    blocker.exec("ROLLBACK");
    blocker.close();
    expect(store.callsOf(modelArn, all)).toEqual([]);
    later.shift()?.();
    expect(store.callsOf(modelArn, all)).toHaveLength(2);
    await store.append(callAt(3));
    expect(store.callsOf(modelArn, all)).toHaveLength(3);
  });
});
