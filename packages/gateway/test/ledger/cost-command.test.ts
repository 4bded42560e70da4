import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { costCommand } from "../../src/commands/cost.ts";
import { openDatabase } from "../../src/ledger/database.ts";
import { createLedgerStore } from "../../src/ledger/store.ts";
import { callAt, kimi } from "./calls.ts";

const monday = Date.parse("2026-11-23T00:00:00Z");
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outcrop-cost-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the command writes, or complains of. */
async function run(...args: readonly string[]): Promise<string> {
  let output = "";
  const write = (text: string) => void (output += text);
  const command = costCommand({ write, now: () => monday + 3_600_000 });
  command.exitOverride().configureOutput({ writeErr: write });
  await command.parseAsync(args, { from: "user" }).catch((error: { code?: string }) => {
    if (error.code === undefined) throw error;
  });
  return output;
}

async function keepBook(): Promise<string> {
  const path = join(folder, "book.db");
  const store = createLedgerStore({ database: openDatabase(path), onFault: () => undefined });
  const tokenPrice = { input: 600_000n, output: 2_500_000n };
  await store.append(
    callAt(monday, { modelId: kimi, alias: "kimi", tokenPrice, key: "0123456789abcdef".repeat(4) }),
  );
  store.close();
  return path;
}

test("text, with keys by the beginnings of their hashes", async () => {
  const text = await run("--ledger", await keepBook());
  expect(text).toContain("kimi (moonshot.kimi-k2-thinking)      1      30  $0.0001");
  expect(text).toContain("\n0123456789ab      1      30");
});

test("JSON", async () => {
  const text = await run("--ledger", await keepBook(), "--json", "--by", "key", "--from", "2026-11-23");
  expect(JSON.parse(text)).toMatchObject({
    by_key: [{ key: "0123456789abcdef".repeat(4), compute_usd: 0.000056 }],
  });
});

test("the config names the book", async () => {
  const config = join(folder, "config.yaml");
  const model = "{model_name: m, litellm_params: {model: bedrock/moonshot.kimi-k2-thinking}}";
  writeFileSync(config, `model_list: [${model}]\noutcrop_settings: {ledger: {path: ${await keepBook()}}}\n`);
  expect(await run("--config", config)).toContain("kimi");
  writeFileSync(config, `model_list: [${model}]\n`);
  expect(await run("--config", config)).toContain("keeps no book: set outcrop_settings.ledger");
});

test.each([
  [["--ledger", "/nowhere/book.db"], "error: There is no ledger /nowhere/book.db."],
  [["--config", "/nowhere/config.yaml"], "error: /nowhere/config.yaml cannot be read"],
])("%j is complained of", async (args, message) => {
  expect(await run(...args)).toContain(message);
});

test("a question that can't be understood is complained of", async () => {
  expect(await run("--ledger", await keepBook(), "--by", "colour")).toContain(
    "error: by must be one of model, day",
  );
});

test("a file that is no book is complained of", async () => {
  const path = join(folder, "text");
  writeFileSync(
    path,
    "this is no database, and longer than SQLite's own header of a hundred bytes, so that it looks at it at all",
  );
  expect(await run("--ledger", path)).toContain("cannot be opened: file is not a database");
});
