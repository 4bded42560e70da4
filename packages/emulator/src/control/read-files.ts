import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { asObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { ModelFiles } from "./import-source.ts";

/** Reads what stands at an S3 address out of the directories and file lists that were configured for it. */
export function createFileReader(
  sources: Readonly<Record<string, string | ModelFiles>>,
): (s3Uri: string) => Promise<ModelFiles | undefined> {
  const known = new Map(Object.entries(sources).map(([uri, source]) => [trimSlash(uri), source]));
  return async (s3Uri) => {
    const source = known.get(trimSlash(s3Uri));
    return typeof source === "string" ? readDirectory(source) : source;
  };
}

async function readDirectory(directory: string): Promise<ModelFiles> {
  const names = await readdir(directory).catch(() => []);
  return {
    names,
    config: await readJson(join(directory, "config.json")),
    tokenizerConfig: await readJson(join(directory, "tokenizer_config.json")),
    generationConfig: await readJson(join(directory, "generation_config.json")),
  };
}

/** An absent or broken file is an empty one: the checks of the import say what is missing. */
async function readJson(path: string): Promise<JsonObject> {
  try {
    return asObject(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return {};
  }
}

function trimSlash(uri: string): string {
  return uri.replace(/\/+$/, "");
}
