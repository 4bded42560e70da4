import { readFile } from "node:fs/promises";
import type { Environment } from "./gateway-config.ts";
import { type ParsedConfig, parseConfig } from "./parse-config.ts";
import { readConfigFile } from "./source/read-config-file.ts";

/** What became of a config file. */
export interface LoadedConfig extends ParsedConfig {
  /** Every file that was asked for, with its text as it was: the config, what it includes, `.env`. */
  readonly sources: ReadonlyMap<string, string | undefined>;
}

export interface LoadOptions {
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Where `.env` lies. Default the working directory. */
  readonly cwd?: string;
  /** The text of a file; it throws where there is none. Default from the disk. */
  readonly readText?: (path: string) => Promise<string>;
}

/**
 * Reads a LiteLLM config with all that it includes. It never throws for what a file says: that is among the
 * findings, and with an error there the config is absent.
 *
 * @example
 * const { config, findings } = await loadConfig("config.yaml");
 * for (const finding of findings) console.error(formatFinding(finding));
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { env = process.env, cwd = process.cwd(), readText = readFromDisk } = options;
  const document = await readConfigFile(path, { env, cwd, readText });
  return { ...parseConfig(document), sources: document.sources };
}

function readFromDisk(path: string): Promise<string> {
  return readFile(path, "utf8");
}
