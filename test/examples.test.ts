import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Emulator, createEmulator } from "@outcrop/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const folder = new URL("../examples/sdk/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

let emulator: Emulator;
beforeAll(async () => {
  emulator = await createEmulator();
});
afterAll(() => emulator.close());

/** What an example prints, beyond some words. */
const prints: Readonly<Record<string, RegExp>> = {
  "deepseek-r1.ts": /^Reasoning: \S/,
  "kimi.ts": /^Reasoning: \S/m,
  "kimi-tools.ts": /Tool called: get_weather\nArguments: \{"location":/,
  "kimi-streaming.ts": /\[Reasoning: /,
};

describe("every example runs as it stands", () => {
  test.each(files)("%s", async (name) => {
    const env = { PATH: process.env.PATH, ...emulator.environment };
    const { stdout } = await run(
      process.execPath,
      ["--conditions=outcrop-source", fileURLToPath(new URL(name, folder))],
      { env },
    );
    expect(stdout).toMatch(prints[name] ?? /\w+ \w+/);
  });

  test("there is one for each call of the mission's document", () => {
    expect(files).toHaveLength(10);
  });
});
