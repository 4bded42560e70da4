import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createEmulator } from "@outcrop/emulator";
import { expect, test } from "vitest";
import { openDatabase } from "../../packages/gateway/src/ledger/database.ts";
import { createLedgerReader } from "../../packages/gateway/src/ledger/reader.ts";

const server = fileURLToPath(new URL("serve-with-ledger.ts", import.meta.url));
const kimi = "moonshot.kimi-k2-thinking";

/** Asks one question after the other until the gateway is gone; gives the ids of those whose whole answer came. */
async function askUntilGone(url: string, name: string, onAnswer: () => void): Promise<readonly string[]> {
  const answered: string[] = [];
  for (let count = 0; ; count += 1) {
    const id = `${name}-${count}`;
    const stream = count % 2 === 0;
    const body = { model: "kimi", stream, max_tokens: 5, messages: [{ role: "user", content: "hi" }] };
    try {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-litellm-call-id": id },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (!text.includes(stream ? "[DONE]" : "chat.completion")) return answered;
      answered.push(id);
      onAnswer();
    } catch {
      return answered;
    }
  }
}

test("whoever has a whole answer is in the book of a gateway that was killed, round after round", async () => {
  const emulator = await createEmulator();
  const folder = mkdtempSync(join(tmpdir(), "outcrop-killed-"));
  const ledger = join(folder, "ledger.db");
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    `model_list: [{model_name: kimi, litellm_params: {model: bedrock/${kimi}, aws_region_name: us-west-2}}]
outcrop_settings: {ledger: {path: ${ledger}}}\n`,
  );
  const everybody: string[] = [];
  try {
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, ["--conditions=outcrop-source", server, config], {
        env: { ...process.env, ...emulator.environment },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [url] = (await once(createInterface(child.stdout), "line")) as [string];
      let left = 20 + Math.floor(Math.random() * 150);
      const onAnswer = () => {
        left -= 1;
        if (left === 0) child.kill("SIGKILL");
      };
      const clients = Array.from({ length: 6 }, (_, index) =>
        askUntilGone(url, `${round}-${index}`, onAnswer),
      );
      everybody.push(...(await Promise.all(clients)).flat());
    }
    const database = openDatabase(ledger);
    const book = createLedgerReader(database);
    const kept = new Set(book.callsOf(kimi, { from: 0, to: Infinity }).map(({ callId }) => callId));
    expect(everybody.length).toBeGreaterThan(80);
    expect(everybody.filter((id) => !kept.has(id))).toEqual([]);
    database.close();
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true });
  }
}, 60_000);
