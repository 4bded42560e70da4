import { operationNames } from "../aws/operations.ts";
import type { Script, ScriptAnswer, ScriptToolCall } from "../sources/script.ts";
import { anything, ConfigError, integer, list, number, oneOf, record, text } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** Text to contain, or `/a pattern/flags`. */
const match: Reader<string | RegExp> = (value, path) => {
  const written = text(value, path);
  const parts = /^\/(.+)\/([a-z]*)$/s.exec(written);
  if (parts === null) return written;
  try {
    return new RegExp(parts[1] ?? "", parts[2]);
  } catch (error) {
    throw new ConfigError(path, error instanceof Error ? error.message : String(error));
  }
};

const toolCall = record<ScriptToolCall>({ name: text, arguments: anything, id: text }, ["name"]);

const answer = record<ScriptAnswer>({
  text,
  reasoning: text,
  toolCalls: list(toolCall),
  finishReason: text,
  chunks: list(text),
  body: anything,
  frames: list(anything),
  tokensPerSecond: number(0.001),
});

/** A script of a config or a POST. */
export const script = record<Script>(
  {
    match,
    model: text,
    operation: oneOf(operationNames),
    times: integer(1),
    // A bare text is the answer's text.
    answer: (value, path) => (typeof value === "string" ? { text: value } : answer(value, path)),
  },
  ["answer"],
);
