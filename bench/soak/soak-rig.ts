/** The gateway as its users run it, with a LiteLLM config, in front of a local Bedrock that fails in all its ways. */
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { dummyApiKey, dummyCredentials } from "@outcrop/emulator";
import { outcrop, start, tell } from "../child.ts";
import type { Watched } from "../loop-watch.ts";
import type { TrafficTarget } from "./traffic.ts";

const key = "sk-soak-4f0c8d1e7b2a";

const routes = {
  qwen3: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
  openai: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
  llama: "bedrock/llama/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n",
  kimi: "bedrock/moonshot.kimi-k2-thinking",
};

function configFor(emulator: string): string {
  const { accessKeyId, secretAccessKey } = dummyCredentials;
  const signed = `aws_access_key_id: "${accessKeyId}", aws_secret_access_key: "${secretAccessKey}"`;
  const entries = Object.entries(routes).map(([name, model]) => {
    const auth = name === "kimi" ? `api_key: "${dummyApiKey}"` : signed;
    return `  - {model_name: ${name}, litellm_params: {model: "${model}", aws_bedrock_runtime_endpoint: "${emulator}", aws_region_name: us-east-1, ${auth}}}`;
  });
  return `model_list:
${entries.join("\n")}
router_settings: {timeout: 5, stream_timeout: 3, num_retries: 1, fallbacks: [{qwen3: [llama]}, {kimi: [openai]}]}
litellm_settings: {callbacks: ["prometheus"], cache: true, cache_params: {type: local, mode: default_off}}
general_settings: {master_key: ${key}}
`;
}

/** A model that is not ready is waited for by all its callers, one that hangs costs a deadline: of these there are few. */
const faults = `faults:
  - {kind: throttling, rate: 0.03}
  - {kind: error, exception: ServiceUnavailableException, rate: 0.01}
  - {kind: error, exception: ModelNotReadyException, rate: 0.0003}
  - {kind: error, exception: ValidationException, rate: 0.005}
  - {kind: stream-error, exception: ModelStreamErrorException, after: 5, rate: 0.02}
  - {kind: error-frame, after: 3, rate: 0.01}
  - {kind: truncate, after: 3, rate: 0.01}
  - {kind: corrupt, after: 3, operation: InvokeModelWithResponseStream, rate: 0.01}
  - {kind: corrupt, after: 3, operation: ConverseStream, rate: 0.01}
  - {kind: no-final, rate: 0.01}
  - {kind: reset, rate: 0.01}
  - {kind: reset, after: 4, rate: 0.01}
  - {kind: json-body, rate: 0.01}
  - {kind: fragment, bytes: 7, rate: 0.02}
  - {kind: slow, delay: 30, tokensPerSecond: 2000, rate: 0.01}
  - {kind: hang, after: 3, rate: 0.0003}
`;

export interface SoakRig extends Omit<TrafficTarget, "random"> {
  /** What the gateway holds when nobody needs it any more, or is still open. */
  memory(): Promise<Watched>;
  close(): void;
}

/** Starts both on free ports. */
export async function startSoakRig(): Promise<SoakRig> {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-soak-"));
  const file = (name: string) => join(folder, name);
  const run = (args: readonly string[], name: string, node: readonly string[]) =>
    start(outcrop, [...args, "--port", "0"], {
      execArgv: [...node],
      stdio: ["ignore", openSync(file(name), "w"), "inherit", "ipc"],
    });
  writeFileSync(file("emulator.yaml"), faults);
  const emulator = run(["emulate", "--config", file("emulator.yaml"), "--quiet"], "emulator.log", []);
  writeFileSync(file("config.yaml"), configFor(await addressIn(file("emulator.log"))));
  const watch = ["--expose-gc", "--import", new URL("../loop-watch.ts", import.meta.url).href];
  const gateway = run(["--config", file("config.yaml"), "--host", "127.0.0.1"], "log", watch);
  const url = await addressIn(file("log"));
  return {
    url,
    key,
    models: Object.keys(routes),
    memory: async () => (await tell(gateway, "collect")) as Watched,
    close() {
      for (const child of [gateway, emulator]) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a program says of where it listens. */
async function addressIn(log: string): Promise<string> {
  for (;;) {
    const found = /running at (http:\S+)/.exec(readFileSync(log, "utf8"))?.[1];
    if (found !== undefined) return found;
    await pause(20);
  }
}
