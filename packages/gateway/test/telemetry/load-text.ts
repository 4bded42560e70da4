import type { GatewayConfig } from "../../src/config/gateway-config.ts";
import { load } from "../config/load.ts";

/** Reads a config that stands in a test, and must be sound. */
export async function loadText(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
): Promise<GatewayConfig> {
  const { config, findings } = await load(yaml, { env });
  if (!config) throw new Error(JSON.stringify(findings));
  return config;
}
