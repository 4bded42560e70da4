import { createRandom } from "../base/random.ts";
import { asObject, toSpacedJson } from "../prompt/json.ts";
import { lastUserText } from "../prompt/prompt.ts";
import type { Prompt, Tool } from "../prompt/prompt.ts";
import { composeInstance } from "../structured/compose.ts";
import { ConstraintError } from "../structured/constraint-error.ts";
import type { ToolCall } from "./answer.ts";

/** Words of tool names that say nothing about what the tool is for. */
const verbs = new Set(
  "get set list search find fetch create make read write run call use do check look lookup show tool function current the a an of for by to and".split(
    " ",
  ),
);

/**
 * The tools that the last user message asks for: by name, or by a telling word of the name such as
 * "weather" for `get_weather`. After a tool has answered, none.
 */
export function chooseCalls(prompt: Prompt): ToolCall[] {
  const { tools, toolChoice, turns } = prompt;
  if (tools.length === 0 || toolChoice.type === "none") return [];
  if (turns.at(-1)?.role === "tool" && toolChoice.type === "auto") return [];
  return pickTools(prompt).map((tool) => ({
    name: tool.name,
    arguments: toSpacedJson(composeArguments(tool, prompt)),
  }));
}

function pickTools({ tools, toolChoice, ...prompt }: Prompt): readonly Tool[] {
  const asked = lastUserText({ tools, toolChoice, ...prompt });
  if (toolChoice.type === "tool") return tools.filter((tool) => tool.name === toolChoice.name);
  const mentioned = mentionedTools(tools, asked.toLowerCase());
  return toolChoice.type === "required" && mentioned.length === 0 ? tools.slice(0, 1) : mentioned;
}

/** In the order of their mention; each word of the message asks for one tool only. */
function mentionedTools(tools: readonly Tool[], asked: string): Tool[] {
  const mentions = tools
    .map((tool) => ({ tool, ...findMention(tool.name, asked) }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score);
  const taken = new Set<number>();
  const chosen = mentions.filter(({ at }) => {
    const free = !taken.has(at);
    taken.add(at);
    return free;
  });
  return chosen.toSorted((left, right) => left.at - right.at).map(({ tool }) => tool);
}

/** Where a message mentions a tool, and how clearly: a full name counts more than any of its words. */
function findMention(name: string, asked: string): { score: number; at: number } {
  const whole = asked.indexOf(name.toLowerCase());
  if (whole >= 0) return { score: 100 + name.length, at: whole };
  const words = splitName(name);
  const telling = words.filter((word) => !verbs.has(word));
  const places = (telling.length > 0 ? telling : words)
    .map((word) => findWord(word, asked))
    .filter((place) => place >= 0);
  return { score: places.length, at: Math.min(...places) };
}

/** `get_weather`, `get-weather` and `getWeather` are `get`, `weather`. */
function splitName(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
}

/** The word itself or with an ending: `file` is in "which files". */
function findWord(word: string, text: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return at;
  }
  return -1;
}

/** Arguments that obey the tool's schema; none where it can't be obeyed. */
function composeArguments({ name, parameters }: Tool, prompt: Prompt): unknown {
  const options = {
    subject: lastUserText(prompt),
    random: createRandom(prompt.text + name),
    onlyRequired: true,
  };
  try {
    return composeInstance({ type: "object", ...asObject(parameters) }, options);
  } catch (error) {
    if (error instanceof ConstraintError || error instanceof RangeError) return {};
    throw error;
  }
}
