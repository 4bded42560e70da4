import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TemplateSource } from "./template-source.ts";
import { parseTokenizerConfig, templateError } from "./template-source.ts";

/**
 * Reads a `tokenizer_config.json`, a `chat_template.json` or a file of Jinja text (`chat_template.jinja`).
 * What the file itself doesn't say is taken from its neighbours, as transformers does: a config without a
 * template has it in `chat_template.jinja`, a template without tokens has them in `tokenizer_config.json`.
 *
 * @throws OutcropError `invalid_request` with the path and what is wrong with it.
 */
export function loadTemplate(path: string): TemplateSource {
  const source = parseFile(path, readText(path));
  const texts = source.texts.size > 0 ? source.texts : siblingTexts(path);
  if (texts.size === 0) {
    throw templateError(
      path,
      "it has no chat_template, and no chat_template.jinja or .json stands beside it",
    );
  }
  if (source.bosToken !== "" || source.eosToken !== "") return { ...source, texts };
  const tokens = readSibling(path, "tokenizer_config.json") ?? source;
  return { name: path, texts, bosToken: tokens.bosToken, eosToken: tokens.eosToken };
}

function siblingTexts(path: string): TemplateSource["texts"] {
  const source = readSibling(path, "chat_template.jinja") ?? readSibling(path, "chat_template.json");
  return source?.texts ?? new Map();
}

function readSibling(path: string, fileName: string): TemplateSource | undefined {
  const sibling = join(dirname(path), fileName);
  const text = readTextIfAny(sibling);
  return text === undefined ? undefined : parseFile(sibling, text);
}

function parseFile(path: string, text: string): TemplateSource {
  if (path.endsWith(".json")) return parseTokenizerConfig(text, path);
  return { name: path, texts: new Map([["default", text]]), bosToken: "", eosToken: "" };
}

function readText(path: string): string {
  const text = readTextIfAny(path);
  if (text === undefined) throw templateError(path, `there is no such file (looked from ${process.cwd()})`);
  return text;
}

function readTextIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw templateError(path, error instanceof Error ? error.message : String(error), error);
  }
}
