import { fileURLToPath } from "node:url";
import { createEmulator } from "@outcrop/emulator";
import { Command } from "commander";
import { resolveAccess } from "../config/access.ts";
import { loadConfig } from "../config/load-config.ts";
import { createGateway } from "../gateway.ts";
import { portOption } from "./port.ts";
import { print, reportFindings } from "./print.ts";
import { onTermination } from "./termination.ts";

/** The package's own config: one alias for each route. */
const demoConfig = fileURLToPath(new URL("../../demo.yaml", import.meta.url));

/** `outcrop demo`: the gateway in front of a local Bedrock, with no AWS account. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("start a local Bedrock and the gateway in front of it; no AWS account needed")
    .addOption(portOption())
    .action(async (options: { port: number }) => demo(options.port));
}

async function demo(port: number): Promise<void> {
  const emulator = await createEmulator();
  // Read by the config and at each call, as a real account's variables would be.
  Object.assign(process.env, emulator.environment);
  const { config, findings } = await loadConfig(demoConfig, { env: process.env });
  reportFindings(findings);
  if (!config) throw new Error("the demo's config cannot be read");
  const access = resolveAccess(config, { host: "127.0.0.1", env: {} });
  const gateway = await createGateway({ config, access, port });
  onTermination(async () => {
    await gateway.close(2000);
    await emulator.close();
  });
  print(greeting(gateway.url, emulator.url, gateway.models()));
}

function greeting(url: string, emulatorUrl: string, models: readonly string[]): string {
  const ask = (model: string, content: string, more = "") =>
    [
      `curl ${url}/v1/chat/completions \\`,
      "  -H 'Authorization: Bearer sk-1234' -H 'Content-Type: application/json' \\",
      `  -d '{"model": "${model}", "messages": [{"role": "user", "content": "${content}"}]${more}}'`,
    ].join("\n");
  return [
    `Outcrop is running at ${url}, in front of a local Bedrock at ${emulatorUrl}.`,
    "No AWS account is needed, and no key; only this machine is let in.",
    `Models: ${models.join(", ")}`,
    "",
    "Try:",
    "",
    ask("DeepSeek-R1-Distill-Llama-70B", "what llm are you"),
    "",
    ask("Qwen3-32B", "Tell me a joke", ', "stream": true'),
    "",
    ask("kimi-k2", "What is 2+2? Think step by step.", ', "max_tokens": 200'),
    "",
    "Ctrl-C ends both.",
  ].join("\n");
}
