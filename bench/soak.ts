/**
 * An hour of mixed traffic with faults, against the gateway as its users run it, in front of the local Bedrock. Says at the end whether
 * memory is flat, and fails if it is not.
 *
 *   npm run bench:soak -- --minutes 60
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { dummyApiKey } from "@outcrop/emulator";
import { createTraffic } from "./soak/traffic.ts";
import { type MemorySample, judge } from "./soak/verdict.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, lanes: { type: "string", default: "16" } },
});
const minutes = Number(values.minutes);
const lanes = Number(values.lanes);
if (!(minutes > 0 && lanes > 0)) {
  console.error("npm run bench:soak -- [--minutes N] [--lanes N], both above 0");
  process.exit(2);
}

const [port, emulatorPort] = [19_961, 19_960];
const key = "sk-soak-4f0c8d1e7b2a";
const arns = {
  qwen3: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
  openai: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
  llama: "bedrock/llama/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n",
  kimi: "bedrock/moonshot.kimi-k2-thinking",
};
const endpoint = `aws_bedrock_runtime_endpoint: "http://127.0.0.1:${emulatorPort}", api_key: "${dummyApiKey}", aws_region_name: us-east-1`;
const config = `model_list:
${Object.entries(arns)
  .map(([name, model]) => `  - {model_name: ${name}, litellm_params: {model: "${model}", ${endpoint}}}`)
  .join("\n")}
router_settings: {timeout: 20, stream_timeout: 10, num_retries: 1, fallbacks: [{qwen3: [llama]}, {kimi: [openai]}]}
litellm_settings: {callbacks: ["prometheus"]}
general_settings: {master_key: ${key}}
`;
const faults = `faults:
  - {kind: throttling, rate: 0.05}
  - {kind: stream-error, exception: ModelStreamErrorException, after: 5, rate: 0.02}
  - {kind: truncate, after: 3, rate: 0.02}
  - {kind: reset, rate: 0.02}
  - {kind: json-body, rate: 0.01}
`;

const folder = mkdtempSync(join(tmpdir(), "outcrop-soak-"));
const files = { config: join(folder, "config.yaml"), faults: join(folder, "emulator.yaml") };
writeFileSync(files.config, config);
writeFileSync(files.faults, faults);
const bin = fileURLToPath(new URL("../packages/gateway/bin/outcrop.js", import.meta.url));
const log = openSync(join(folder, "log"), "w");
const emulator = fork(bin, ["emulate", "--config", files.faults, "--port", String(emulatorPort), "--quiet"], {
  stdio: ["ignore", log, "inherit", "ipc"],
});
const gateway = fork(bin, ["--config", files.config, "--port", String(port), "--host", "127.0.0.1"], {
  execArgv: ["--expose-gc", "--import", new URL("speed/loop-watch.ts", import.meta.url).href],
  stdio: ["ignore", log, "inherit", "ipc"],
});
await new Promise((resolve) => setTimeout(resolve, 3000));

let seed = 1;
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const traffic = createTraffic({ url: `http://127.0.0.1:${port}`, key, models: Object.keys(arns), random });
const begin = performance.now();
const end = begin + minutes * 60_000;
let requests = 0;
const running = Array.from({ length: lanes }, async () => {
  for (; performance.now() < end; requests++) await traffic.one();
});

const samples: MemorySample[] = [];
const everyMs = Math.max(1000, (minutes * 60_000) / 60);
while (performance.now() + everyMs < end) {
  await new Promise((resolve) => setTimeout(resolve, everyMs));
  const { heapUsed, external, rss } = await memory();
  const seconds = (performance.now() - begin) / 1000;
  samples.push({ seconds, requests, used: heapUsed + external });
  const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    `${seconds.toFixed(0).padStart(5)} s  ${requests} requests  heap and buffers ${mb(heapUsed + external)} MB, resident ${mb(rss)} MB`,
  );
}
await Promise.all(running);
traffic.close();
const verdict = judge(samples);
console.log(
  `statuses: ${[...traffic.statuses].map(([status, count]) => `${status}: ${count}`).join(", ")} (0: left, or lost)`,
);
console.log(
  `from the second third to the last: ${(verdict.grownBytes / 1024).toFixed(0)} KB, ${verdict.bytesPerRequest.toFixed(1)} bytes a request: ${verdict.isFlat ? "flat" : "GROWING"}`,
);
for (const child of [gateway, emulator]) child.kill("SIGKILL");
rmSync(folder, { recursive: true, force: true });
process.exit(verdict.isFlat ? 0 : 1);

async function memory(): Promise<NodeJS.MemoryUsage> {
  const answer = once(gateway, "message");
  gateway.send("collect");
  return ((await answer) as [NodeJS.MemoryUsage])[0];
}
