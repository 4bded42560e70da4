import { readFile } from "node:fs/promises";
import type { LoadOptions } from "../config/load-config.ts";

/** One model, described on the command line. Numbers are read where the config's are. */
export interface QuickModelOptions {
  readonly model?: string;
  readonly alias?: string;
  readonly api_base?: string;
  readonly temperature?: string;
  readonly max_tokens?: string;
  readonly request_timeout?: string;
  readonly drop_params?: boolean;
}

/** Where a config is read from. */
export interface ConfigSource extends Pick<LoadOptions, "readText"> {
  readonly path: string;
}

/** How messages name a config that nobody has written. */
const path = "(command line)";

/**
 * The config that `--model` stands for: one model, which answers whatever name a request gives, as LiteLLM's does. It
 * is written as YAML, for the one parser reads all configs.
 */
export function toQuickConfig({ model, alias, ...options }: QuickModelOptions): ConfigSource | undefined {
  if (model === undefined) return undefined;
  const name = alias ?? model;
  const { api_base, temperature, max_tokens, request_timeout, drop_params } = options;
  const document = {
    model_list: [{ model_name: name, litellm_params: { model, api_base, temperature, max_tokens } }],
    litellm_settings: { request_timeout, drop_params },
    general_settings: { completion_model: name },
  };
  // JSON is YAML too.
  const text = JSON.stringify(document, null, 2);
  return { path, readText: async (file) => (file === path ? text : readFile(file, "utf8")) };
}

/** What only `--model` gives a meaning. */
export function quickModelWarnings(options: QuickModelOptions): readonly string[] {
  if (options.model !== undefined) return [];
  const names = ["alias", "api_base", "temperature", "max_tokens", "request_timeout", "drop_params"] as const;
  return names
    .filter((name) => options[name] !== undefined)
    .map((name) => `--${name} is ignored: it goes with --model, and a config says it itself.`);
}
