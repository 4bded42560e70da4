import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayConfig } from "../../src/config/gateway-config.ts";
import { loadConfig } from "../../src/config/load-config.ts";

/** Reads a config that stands in a test. */
export async function loadText(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
): Promise<GatewayConfig> {
  const folder = await mkdtemp(join(tmpdir(), "outcrop-config-"));
  try {
    const path = join(folder, "config.yaml");
    await writeFile(path, yaml);
    const { config, findings } = await loadConfig(path, { env, cwd: folder });
    if (!config) throw new Error(JSON.stringify(findings));
    return config;
  } finally {
    await rm(folder, { recursive: true });
  }
}
