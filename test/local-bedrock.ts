import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, createEmulator } from "@outcrop/emulator";
import { resolveAccess } from "../packages/gateway/src/config/access.ts";
import { loadConfig } from "../packages/gateway/src/config/load-config.ts";
import { type Gateway, createGateway } from "../packages/gateway/src/gateway.ts";

/** A local Bedrock with the environment that points at it, and a gateway in front of it if a config is given. */
export interface LocalBedrock {
  readonly emulator: Emulator;
  readonly gateway: Gateway;
  close(): Promise<void>;
}

const demo = readFileSync(new URL("../packages/gateway/demo.yaml", import.meta.url), "utf8");

/** The demo's config, and one more alias: Kimi by its other route. */
export const missionConfig = `${demo}
  - model_name: kimi-k2-invoke
    litellm_params:
      model: bedrock/invoke/moonshot.kimi-k2-thinking
      aws_region_name: us-west-2
`;

/** Starts both on free ports; the process's environment points at the emulator until `close`. */
export async function startLocalBedrock(config: string = missionConfig): Promise<LocalBedrock> {
  const emulator = await createEmulator();
  const restore = setEnvironment({ ...emulator.environment });
  const gateway = await startGateway(config);
  return {
    emulator,
    gateway,
    async close() {
      await gateway.close(0);
      await emulator.close();
      restore();
    },
  };
}

/** Starts a gateway with a config's text on a free port of this machine. */
export async function startGateway(text: string): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-test-"));
  try {
    const path = join(folder, "config.yaml");
    await writeFile(path, text);
    const { config, findings } = await loadConfig(path, { env: process.env });
    if (!config) throw new Error(JSON.stringify(findings));
    const access = resolveAccess(config, { host: "127.0.0.1", env: {} });
    return await createGateway({ config, access, port: 0, write: () => undefined });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Sets variables, and gives back what undoes it. */
function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
