import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isMap, isPair, isSeq, isScalar, LineCounter, parseDocument } from "yaml";
import type { Document, Node } from "yaml";
import type { EmulatorOptions } from "../options.ts";
import { configOptions } from "./options.ts";
import type { ConfigOptions } from "./options.ts";
import { ConfigError } from "./reader.ts";

/**
 * Reads the text of a config. Throws a `ConfigError` whose message begins with the file, the line and the
 * column, such as `emulator.yaml:4:19: models[0].architecture: expected one of …`.
 */
export function parseEmulatorConfig(source: string, file: string): ConfigOptions {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw locate(new ConfigError([], broken.message), file, lines.linePos(broken.pos[0]));
  try {
    return configOptions(document.toJS() ?? {}, []);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw locate(error, file, lines.linePos(findOffset(document, error)));
  }
}

/** Reads a config file. Directories of import sources are relative to it. */
export async function readEmulatorConfig(file: string): Promise<EmulatorOptions> {
  const options = parseEmulatorConfig(await readFile(file, "utf8"), file);
  const { importSources } = options;
  if (importSources === undefined) return options;
  const directory = dirname(file);
  const resolved = Object.entries(importSources).map(([uri, source]) => [
    uri,
    typeof source === "string" ? resolve(directory, source) : source,
  ]);
  return { ...options, importSources: Object.fromEntries(resolved) as typeof importSources };
}

function locate(error: ConfigError, file: string, { line, col }: { line: number; col: number }): ConfigError {
  const located = new ConfigError([], `${file}:${line}:${col}: ${error.message}`);
  located.cause = error;
  return located;
}

/** Where in the text a path stands: its value, or its name where the name is what is wrong. */
function findOffset(document: Document, { path, atName }: ConfigError): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    const found = descend(node, step);
    if (found === undefined) break;
    offset = found.offset;
    node = found.value;
  }
  return isNode(node) && !atName ? (node.range?.[0] ?? offset) : offset;
}

function descend(node: unknown, step: string | number): { value: unknown; offset: number } | undefined {
  if (isSeq(node) && typeof step === "number") {
    const value = node.items[step];
    return { value, offset: isNode(value) ? (value.range?.[0] ?? 0) : 0 };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
  if (pair === undefined) return undefined;
  return { value: pair.value, offset: isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0 };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}
