import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/ledger/database.ts";
import { createLedgerReader } from "../../src/ledger/reader.ts";
import { modelArn } from "./calls.ts";

const writer = fileURLToPath(new URL("write-until-killed.ts", import.meta.url));

/** Lets a process write until it has acknowledged so many calls, and kills it; gives what it has acknowledged. */
async function writeAndKill(path: string, worker: string, enough: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [writer, path, worker], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let complained = "";
  child.stderr.on("data", (bytes: Buffer) => (complained += String(bytes)));
  child.stdout.on("data", (bytes: Buffer) => {
    said += String(bytes);
    if (said.split("\n").length > enough) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  expect({ signal, complained }).toEqual({ signal: "SIGKILL", complained: "" });
  // The last line may have been cut.
  return said.split("\n").slice(0, -1);
}

function read(path: string): readonly string[] {
  const database = openDatabase(path);
  try {
    return createLedgerReader(database)
      .callsOf(modelArn, { from: 0, to: Infinity })
      .map(({ callId }) => callId);
  } finally {
    database.close();
  }
}

test("kill -9 at any moment loses no acknowledged call, with two processes on one file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-crash-"));
  try {
    const path = join(folder, "ledger.db");
    const acknowledged: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      const workers = await Promise.all(
        ["a", "b"].map((name) => writeAndKill(path, `${round}${name}`, 1 + Math.floor(Math.random() * 400))),
      );
      acknowledged.push(...workers.flat());
      const rows = read(path);
      const kept = new Set(rows);
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
      expect(kept.size).toBe(rows.length);
    }
    expect(acknowledged.length).toBeGreaterThan(100);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
