import { lookUp } from "../base/look-up.ts";
import type { Dialect } from "../models/architectures.ts";
import type { Model } from "../models/model.ts";
import { findJsonObjects } from "./embedded-json.ts";
import { asObject, asText } from "./json.ts";
import { automatic, toTurn } from "./prompt.ts";
import type { Prompt, Role, Tool, Turn } from "./prompt.ts";

/**
 * How a family's chat template marks the turns of a prompt. `turn` has the groups `role` and `text`, or
 * one group named for the role.
 */
interface Markers {
  readonly sign: RegExp;
  /** No part may look further than the next beginning of its kind, or hostile prompts would take for ever. */
  readonly turn: RegExp;
  readonly dialect: Dialect;
}

const families: readonly Markers[] = [
  {
    dialect: "qwen",
    sign: /<\|im_start\|>/,
    turn: /<\|im_start\|>(?<role>\w+)\n(?<text>[^]*?)(?:<\|im_end\|>|$)/g,
  },
  {
    dialect: "llama",
    sign: /<\|start_header_id\|>/,
    turn: /<\|start_header_id\|>(?<role>\w+)<\|end_header_id\|>\n\n(?<text>[^]*?)(?:<\|eot_id\|>|<\|eom_id\|>|$)/g,
  },
  {
    dialect: "kimi",
    sign: /<\|im_middle\|>/,
    turn: /<\|im_(?<role>user|system|assistant)\|>[^<]*<\|im_middle\|>(?<text>[^]*?)(?:<\|im_end\|>|$)/g,
  },
  {
    dialect: "harmony",
    sign: /<\|start\|>\w+/,
    turn: /<\|start\|>(?<role>\w+)[^<]*(?:<\|channel\|>\w+[^<]*)?<\|message\|>(?<text>[^]*?)(?:<\|end\|>|<\|call\|>|<\|return\|>|$)/g,
  },
  {
    dialect: "deepseek",
    sign: /<｜(?:User|Assistant)｜>/,
    turn: /<｜User｜>(?<user>[^]*?)(?=<｜|$)|<｜tool▁output▁begin｜>(?<tool>(?:(?!<｜tool▁output▁begin｜>)[^])*?)<｜tool▁output▁end｜>|<｜Assistant｜>(?<assistant>[^]*?)(?=<｜(?:end▁of▁sentence|User|tool▁outputs▁begin)｜>|$)|^(?:<｜begin▁of▁sentence｜>)?(?<system>(?!<｜)[^]+?)(?=<｜User｜>)/g,
  },
  {
    dialect: "mistral",
    sign: /\[INST\]/,
    turn: /\[INST\](?<user>(?:(?!\[INST\])[^])*?)\[\/INST\]|\[TOOL_RESULTS\](?<tool>(?:(?!\[TOOL_RESULTS\])[^])*?)\[\/TOOL_RESULTS\]|(?<=\[\/INST\])(?<assistant>(?:(?!\[\/?INST\])[^])+?)(?=<\/s>)/g,
  },
];

/** Roles by the names that templates give them. */
const roles: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  assistant: "assistant",
  tool: "tool",
  ipython: "tool",
};

/** Reads turns and tools back out of a rendered prompt; one without markers is what the user says. */
export function parseRenderedPrompt(text: string, model: Model): Prompt {
  const family = families.find(({ sign }) => sign.test(text));
  const turns = family === undefined ? [toTurn("user", text)] : parseTurns(text, family);
  const opensThinking = /<think>\s*$/.test(text);
  const closedThinking = /<think>\s*<\/think>\s*$/.test(text);
  const dialect = family?.dialect ?? model.dialect;
  return {
    turns,
    tools: parseTools(text),
    toolChoice: automatic,
    text,
    thinks: opensThinking || (!closedThinking && thinksByItself(model, dialect)),
    opensThinking,
    dialect,
  };
}

/** DeepSeek's template marks an R1 distill, whatever architecture it was distilled into. */
function thinksByItself(model: Model, dialect: Dialect): boolean {
  return model.thinks || dialect === "deepseek";
}

function parseTurns(text: string, { turn }: Markers): Turn[] {
  const turns: Turn[] = [];
  for (const { groups = {} } of text.matchAll(turn)) {
    const named = Object.keys(roles).find((role) => groups[role] !== undefined);
    const role = lookUp(roles, named ?? groups["role"] ?? "");
    const body = (named === undefined ? groups["text"] : groups[named]) ?? "";
    const said = body.replace(/<think>\s*(?:<\/think>\s*)?$/, "").trim();
    if (role !== undefined && said !== "") turns.push(toPlainTurn(role, said));
  }
  return turns;
}

/** Qwen gives tool results as a user's turn. */
function toPlainTurn(role: Role, text: string): Turn {
  const result = /^<tool_response>\s*([^]*?)\s*<\/tool_response>$/.exec(text);
  return result === null ? toTurn(role, withoutTools(text)) : toTurn("tool", result[1] ?? "");
}

/** Llama's template puts the tools before the user's own words. */
function withoutTools(text: string): string {
  const start = text.lastIndexOf("\n}\n\n");
  return text.startsWith("Given the following functions") && start >= 0 ? text.slice(start + 4) : text;
}

function parseTools(text: string): Tool[] {
  return findJsonObjects(text, /\{\s*"type":\s*"function"/)
    .map((definition) => asObject(asObject(definition)["function"]))
    .filter((definition) => definition["name"] !== undefined)
    .map((definition) => ({
      name: asText(definition["name"]),
      description: asText(definition["description"]),
      parameters: definition["parameters"],
    }));
}
