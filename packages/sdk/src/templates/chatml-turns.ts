import type { Conversation, Turn } from "./conversation.ts";
import { toPythonJson } from "./python-json.ts";

/** A whole ChatML turn. */
export function writeTurn(role: string, text: string): string {
  return `<|im_start|>${role}\n${text}<|im_end|>\n`;
}

/**
 * The first turn of a Qwen prompt: the conversation's own system text, else the model's default one where
 * it has one, then the offered tools. Nothing when there is none of them.
 */
export function writeHead({ turns, tools }: Conversation, defaultSystem?: string): string {
  const system = turns[0]?.role === "system" ? turns[0].text : defaultSystem;
  if (tools.length === 0) return system === undefined ? "" : writeTurn("system", system);
  const lines = tools.map((tool) => `\n${toPythonJson(tool)}`).join("");
  const section = `${toolsIntroduction}${lines}${toolsInstruction}`;
  return writeTurn("system", system === undefined ? section : `${system}\n\n${section}`);
}

const toolsIntroduction = `# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>`;

const toolsInstruction = `
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>`;

/** One tool call: `json` is its arguments as JSON. */
export function writeCall(name: string, json: string): string {
  return `<tool_call>\n{"name": "${name}", "arguments": ${json}}\n</tool_call>`;
}

/** The tool result at `index`: neighbouring results share one user turn. */
export function writeToolResult(turns: readonly Turn[], index: number): string {
  const start = turns[index - 1]?.role === "tool" ? "" : "<|im_start|>user";
  const end = turns[index + 1]?.role === "tool" ? "" : "<|im_end|>\n";
  return `${start}\n<tool_response>\n${turns[index]?.text ?? ""}\n</tool_response>${end}`;
}
