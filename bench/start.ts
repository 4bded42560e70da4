/** Times a start: from the process's begin to the first answer of `GET /health/liveliness`, beside a bare `node:http` server. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const runs = Number(process.argv[2] ?? 11);
const bin = fileURLToPath(new URL("../packages/gateway/bin/outcrop.js", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "outcrop-start-"));
const config = join(folder, "config.yaml");
const bare = join(folder, "bare.mjs");
await writeFile(
  config,
  "model_list: [{model_name: m, litellm_params: {model: bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456}}]\n",
);
await writeFile(
  bare,
  'import http from "node:http"; http.createServer((q, r) => r.end("ok")).listen(Number(process.argv[2]), "127.0.0.1");\n',
);

const gateway: number[] = [];
const floor: number[] = [];
// Alternated, so that both see the same machine.
for (let run = 0; run < runs; run++) {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  gateway.push(await startToAnswer([bin, "--config", config, "--port", String(port)], port));
  floor.push(await startToAnswer([bare, String(port + 1)], port + 1));
}
await rm(folder, { recursive: true });

console.log(`ms from process start to the first answer, ${runs} runs each, alternated (min / median / max)`);
console.log(`outcrop         ${spread(gateway)}`);
console.log(`bare node:http  ${spread(floor)}`);
console.log(`ratio of medians ${(median(gateway) / median(floor)).toFixed(2)}`);

async function startToAnswer(args: readonly string[], port: number): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 2));
  const taken = performance.now() - started;
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  return taken;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      { port, host: "127.0.0.1", path: "/health/liveliness", agent: false },
      (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode === 200));
      },
    );
    asked.once("error", () => resolve(false));
    asked.end();
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function spread(values: readonly number[]): string {
  return [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(0))
    .join(" / ");
}
