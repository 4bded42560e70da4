import type { ToolCall } from "../core/chat.ts";
import type { JsonObject } from "../core/json.ts";
import type { AssistantTurn, Conversation, Turn } from "./conversation.ts";
import { createNativeTemplate } from "./native-template.ts";
import { toPythonJson } from "./python-json.ts";
import { afterLast } from "./python-text.ts";

const endOfSentence = "<｜end▁of▁sentence｜>";
const callsBegin = "<｜tool▁calls▁begin｜>";
const callsEnd = "<｜tool▁calls▁end｜>";
const outputsBegin = "<｜tool▁outputs▁begin｜>";
const outputsEnd = "<｜tool▁outputs▁end｜>";

/**
 * DeepSeek R1's distills, the R1 models that fit an import. Without tools the prompt is the published
 * template's: the last system text is the one that counts, thinking is cut from the history, and the prompt
 * opens the thinking itself.
 *
 * With tools the published template fails its users, and this one departs from it:
 * - offered tools, which it never shows, stand after the system text (see `writeTools`);
 * - text beside calls, which costs the calls there, is written before them (as full R1's template does);
 * - the calls of a turn are closed once, after the last of them; there a single call stays open, and three
 *   calls are closed twice;
 * - every round of calls and of results gets its own markers; there only the first one does;
 * - results are closed before whatever follows them; there not before a user's or a calling turn;
 * - after results at the end, a new assistant turn opens with its thinking; there the prompt just ends,
 *   which the distills, trained to answer after the assistant marker, were never taught to go on from.
 * @see https://huggingface.co/deepseek-ai/DeepSeek-R1-Distill-Llama-70B
 */
export const deepseekR1Template = createNativeTemplate({
  name: "deepseek_r1",
  beginToken: "<｜begin▁of▁sentence｜>",
  write,
});

function write({ turns, tools, opensAnswer }: Conversation): string {
  const talk = turns.filter((turn) => turn.role !== "system");
  let prompt = writeSystem(turns.findLast((turn) => turn.role === "system")?.text ?? "", tools);
  for (const [index, turn] of talk.entries()) prompt += writeTurn(turn, talk[index - 1]);
  if (talk.at(-1)?.role === "tool") prompt += outputsEnd;
  return opensAnswer ? `${prompt}<｜Assistant｜><think>\n` : prompt;
}

function writeTurn(turn: Turn, before: Turn | undefined): string {
  const followsResults = before?.role === "tool";
  if (turn.role === "tool") return writeResult(turn.text, followsResults);
  const start = followsResults ? outputsEnd : "";
  if (turn.role !== "assistant") return `${start}<｜User｜>${turn.text}`;
  return start + writeAnswer(turn, followsResults) + endOfSentence;
}

/** An answer to tool results stands right behind them, whole and without a marker: so the template has it. */
function writeAnswer(turn: AssistantTurn, followsResults: boolean): string {
  if (turn.calls.length === 0 && followsResults) return turn.text;
  const text = `<｜Assistant｜>${afterLast(turn.text, "</think>")}`;
  if (turn.calls.length === 0) return text;
  return text + callsBegin + turn.calls.map(writeCall).join("\n") + callsEnd;
}

/** The published template prints the arguments' text as the client sent it, so it is not parsed here. */
function writeCall(call: ToolCall): string {
  return writeCallBlock(call.name, call.arguments.trim() === "" ? "{}" : call.arguments);
}

function writeCallBlock(name: string, json: string): string {
  return `<｜tool▁call▁begin｜>function<｜tool▁sep｜>${name}\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜>`;
}

function writeResult(text: string, followsResults: boolean): string {
  return `${followsResults ? "\n" : outputsBegin}<｜tool▁output▁begin｜>${text}<｜tool▁output▁end｜>`;
}

function writeSystem(system: string, tools: readonly JsonObject[]): string {
  if (tools.length === 0) return system;
  return system === "" ? writeTools(tools) : `${system}\n\n${writeTools(tools)}`;
}

/** Our own layout: one line of JSON for each tool, then the call syntax in the model's own markers. */
function writeTools(tools: readonly JsonObject[]): string {
  const lines = tools.map((tool) => toPythonJson(tool)).join("\n");
  const example = callsBegin + writeCallBlock("NAME", '{"ARGUMENT": VALUE}') + callsEnd;
  return `# Tools

You may call one or more of these functions, each described by one line of JSON:
${lines}

To call a function, end your answer with its name and a JSON object of its arguments, written exactly like this:
${example}
For several calls, write one call block after the other, each on a new line.`;
}
