import { parseEnv } from "node:util";
import type { Report } from "../finding.ts";
import type { Environment } from "../gateway-config.ts";
import type { ConfigEntry, MapNode } from "./config-node.ts";
import { findEntry } from "./config-node.ts";
import { resolveScalar } from "./references.ts";

/** What a `.env` file adds to an environment: the process's own variables win. */
export function readDotEnv(text: string, env: Environment): Environment {
  const variables = Object.entries(parseEnv(text));
  return Object.fromEntries(variables.filter(([name]) => env[name] === undefined));
}

/** Whether a `.env` file is read at all. */
export function takesDotEnv(env: Environment): boolean {
  return env["LITELLM_MODE"]?.toUpperCase() !== "PRODUCTION";
}

/** What `environment_variables` sets: over the process's own, as LiteLLM does. */
export function readEnvironmentBlock(root: MapNode, env: Environment, report: Report): Environment {
  const block = findEntry(root, "environment_variables")?.value;
  if (block?.kind !== "map") return {};
  const set: Record<string, string> = {};
  for (const entry of block.entries) {
    const value = readVariable(entry, { ...env, ...set }, report);
    if (value === undefined) continue;
    set[entry.key] = value;
    if (env[entry.key] !== undefined && env[entry.key] !== value) {
      const message = `${entry.key} replaces what the process's environment says.`;
      report({ ...placeOf(entry), level: "note", code: "replaced_environment", message });
    }
  }
  return set;
}

function readVariable(entry: ConfigEntry, env: Environment, report: Report): string | undefined {
  if (entry.value.kind !== "scalar") {
    const message = `environment_variables.${entry.key} must be one value, and is a ${entry.value.kind}.`;
    report({ ...placeOf(entry), level: "error", code: "wrong_kind", message });
    return undefined;
  }
  const { value, text, reference } = resolveScalar(entry.value, env);
  if (reference !== undefined && value === null) {
    const message = `The environment variable ${reference} is not set, and so ${entry.key} is not.`;
    report({ ...placeOf(entry), level: "warning", code: "unset_reference", message });
  }
  if (value === null) return undefined;
  // Python's spelling, which LiteLLM's users see.
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? value : text;
}

function placeOf(entry: ConfigEntry) {
  return { ...entry.position, path: `environment_variables.${entry.key}` };
}
