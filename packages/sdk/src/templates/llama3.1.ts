import type { ToolCall } from "../core/chat.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { toArgumentsJson } from "./call-arguments.ts";
import type { Conversation, Turn } from "./conversation.ts";
import { createNativeTemplate } from "./native-template.ts";
import { toPythonJson } from "./python-json.ts";
import { strip } from "./python-text.ts";

/**
 * Llama 3.1 and 3.3 Instruct. Reads `date_string` and `tools_in_user_message` of `chat_template_kwargs`.
 *
 * Where the published template raises, this one goes on: several calls of one turn are written as one turn
 * each (the model was trained on single calls), and tools without a first message to carry them get a user
 * turn of their own. Like the published one it leaves out the text of a turn that calls a tool.
 * @see https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct
 */
export const llama31Template = createNativeTemplate({
  name: "llama3.1",
  beginToken: "<|begin_of_text|>",
  write: writeLlama31,
});

export const endOfTurn = "<|eot_id|>";

export function writeHeader(role: string): string {
  return `<|start_header_id|>${role}<|end_header_id|>\n\n`;
}

/** A conversation as Llama 3.1 reads it, after the begin token. */
export function writeLlama31({ turns, tools, opensAnswer, variables }: Conversation): string {
  const system = turns[0]?.role === "system" ? strip(turns[0].text) : undefined;
  const talk = system === undefined ? turns : turns.slice(1);
  const toolsInUserTurn = Boolean(variables["tools_in_user_message"] ?? true);
  let prompt =
    writeHeader("system") +
    (tools.length > 0 ? "Environment: ipython\n" : "") +
    `Cutting Knowledge Date: December 2023\nToday Date: ${readDate(variables)}\n\n` +
    (tools.length > 0 && !toolsInUserTurn ? systemInstruction + writeTools(tools) : "") +
    (system ?? "") +
    endOfTurn;
  prompt += tools.length > 0 && toolsInUserTurn ? writeTalkWithTools(talk, tools) : writeTalk(talk);
  return opensAnswer ? prompt + writeHeader("assistant") : prompt;
}

function readDate(variables: JsonObject): string {
  const date = variables["date_string"] ?? "26 Jul 2024";
  if (typeof date === "string") return date;
  throw new OutcropError("invalid_request", 'date_string must be a text such as "26 Jul 2024"', {
    param: "chat_template_kwargs.date_string",
  });
}

const format =
  'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.\n\n';
const systemInstruction = `You have access to the following functions. To call a function, please respond with JSON for a function call.${format}`;
const userInstruction = `Given the following functions, please respond with a JSON for a function call with its proper arguments that best answers the given prompt.\n\n${format}`;

function writeTools(tools: readonly JsonObject[]): string {
  return tools.map((tool) => `${toPythonJson(tool, 4)}\n\n`).join("");
}

/** The first message becomes the end of the tools' user turn, whoever said it: so the template was published. */
function writeTalkWithTools(talk: readonly Turn[], tools: readonly JsonObject[]): string {
  const start = writeHeader("user") + userInstruction + writeTools(tools);
  const [first, ...rest] = talk;
  const carries = first !== undefined && first.role !== "tool" && callsOf(first).length === 0;
  return carries
    ? start + strip(first.text) + endOfTurn + writeTalk(rest)
    : start + endOfTurn + writeTalk(talk);
}

function writeTalk(turns: readonly Turn[]): string {
  return turns.map(writeTurn).join("");
}

function writeTurn(turn: Turn): string {
  // A result is a JSON string: the template quotes every text it is given.
  if (turn.role === "tool") return writeHeader("ipython") + toPythonJson(turn.text) + endOfTurn;
  const calls = callsOf(turn);
  if (calls.length > 0) return calls.map(writeCall).join("");
  return writeHeader(turn.role) + strip(turn.text) + endOfTurn;
}

function callsOf(turn: Turn): readonly ToolCall[] {
  return turn.role === "assistant" ? turn.calls : [];
}

function writeCall(call: ToolCall): string {
  return `${writeHeader("assistant")}{"name": "${call.name}", "parameters": ${toArgumentsJson(call)}}${endOfTurn}`;
}
