import { join } from "node:path";
import type { Environment } from "../../src/config/gateway-config.ts";
import { type LoadedConfig, loadConfig } from "../../src/config/load-config.ts";

export const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc";

/** A list of one model, for configs that are about something else. */
export const oneModel = `model_list:
  - model_name: m
    litellm_params:
      model: bedrock/qwen3/${arn}
`;

export interface Given {
  readonly env?: Environment;
  /** Further files by their paths from the config's directory. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Loads a config that lies in memory, as `config.yaml`. */
export function load(yaml: string, { env = {}, files = {} }: Given = {}): Promise<LoadedConfig> {
  const all = new Map(
    Object.entries({ "config.yaml": yaml, ...files }).map(([path, text]) => [join("/", path), text]),
  );
  return loadConfig("config.yaml", {
    env,
    cwd: "/",
    readText: async (path) => {
      const text = all.get(join("/", path));
      if (text === undefined) throw new Error("no such file");
      return text;
    },
  });
}

/** Findings as `level code path`, the shortest that tells two apart. */
export function summary({ findings }: Pick<LoadedConfig, "findings">): readonly string[] {
  return findings.map(({ level, code, path }) => `${level} ${code} ${path}`);
}
