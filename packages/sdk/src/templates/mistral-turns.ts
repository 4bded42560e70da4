import type { ToolCall } from "../core/chat.ts";
import type { JsonObject } from "../core/json.ts";
import { isJsonObject } from "../core/json.ts";
import { toArgumentsJson } from "./call-arguments.ts";
import type { Conversation, Turn, UserTurn } from "./conversation.ts";
import { toMistralCallId } from "./mistral-call-id.ts";
import { toPythonJson } from "./python-json.ts";

/** What the tokenizer versions write differently around the same turns. */
export interface MistralStyle {
  /** What stands behind an opening marker such as `[INST]`. */
  readonly gap: "" | " ";
  readonly writeAnswer: (text: string) => string;
}

/**
 * A conversation as Mistral's Instruct models read it.
 *
 * As published: the system text stands in the last user turn, and only if nothing follows that turn; the tools
 * stand before the last user turn (and before every earlier one that says the same); text beside calls is
 * left out; texts of tools and results are printed without escaping.
 *
 * Where the published templates raise, this one goes on: turns need not alternate; system texts of any place
 * are joined to one; call ids that are not 9 letters and digits become such.
 */
export function writeMistral({ turns, tools }: Conversation, style: MistralStyle): string {
  const system = joinSystem(turns);
  const talk = turns.filter((turn) => turn.role !== "system");
  const lastUser = talk.findLast((turn) => turn.role === "user");
  const toolList = `[AVAILABLE_TOOLS]${style.gap}[${tools.map(writeTool).join(", ")}][/AVAILABLE_TOOLS]`;
  let prompt = "";
  for (const [index, turn] of talk.entries()) {
    if (turn.role !== "user") {
      prompt += writeTurn(turn, style);
      continue;
    }
    if (tools.length > 0 && isSame(turn, lastUser)) prompt += toolList;
    const text = system !== undefined && index === talk.length - 1 ? `${system}\n\n${turn.text}` : turn.text;
    prompt += `[INST]${style.gap}${text}[/INST]`;
  }
  return prompt;
}

function joinSystem(turns: readonly Turn[]): string | undefined {
  const texts = turns.filter((turn) => turn.role === "system").map((turn) => turn.text);
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

/** The templates compare messages by value. */
function isSame(turn: UserTurn, other: UserTurn | undefined): boolean {
  return turn.text === other?.text && turn.name === other.name;
}

function writeTurn(turn: Exclude<Turn, UserTurn>, { gap, writeAnswer }: MistralStyle): string {
  if (turn.role === "tool") {
    return `[TOOL_RESULTS]${gap}{"content": ${turn.text}, "call_id": "${toMistralCallId(turn.callId)}"}[/TOOL_RESULTS]`;
  }
  if (turn.role !== "assistant" || turn.calls.length === 0) return `${writeAnswer(turn.text)}</s>`;
  return `[TOOL_CALLS]${gap}[${turn.calls.map(writeCall).join(", ")}]</s>`;
}

function writeCall(call: ToolCall): string {
  const name = JSON.stringify(call.name);
  return `{"name": ${name}, "arguments": ${toArgumentsJson(call)}, "id": "${toMistralCallId(call.id)}"}`;
}

function writeTool({ function: definition }: JsonObject): string {
  const fields: string[] = [];
  for (const [key, value] of Object.entries(isJsonObject(definition) ? definition : {})) {
    if (value === undefined || key === "return") continue;
    fields.push(`"${key}": ${typeof value === "string" ? `"${value}"` : toPythonJson(value)}`);
  }
  return `{"type": "function", "function": {${fields.join(", ")}}}`;
}
