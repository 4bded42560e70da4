import type { Fault } from "../faults/fault.ts";
import { asObject } from "../prompt/json.ts";
import type { Token } from "./answer.ts";

/** Lets tool calls leak as live services have done, where a fault asks for it. */
export function leakCalls(tokens: AsyncIterable<Token>, faults: readonly Fault[]): AsyncIterable<Token> {
  const kinds = new Set(faults.map(({ kind }) => kind));
  if (kinds.has("leak-native-tokens")) return leakIntoReasoning(tokens);
  if (kinds.has("leak-function-text")) return leakIntoText(tokens);
  return kinds.has("leak-channel") ? leakIntoNames(tokens) : tokens;
}

/** Kimi: `<|tool_calls_section_begin|>…` at the end of its reasoning, and no call. */
async function* leakIntoReasoning(tokens: AsyncIterable<Token>): AsyncGenerator<Token> {
  let called = 0;
  for await (const token of tokens) {
    if (token.type === "call") {
      yield reasoning(called === 0 ? " <|tool_calls_section_begin|>" : " <|tool_call_end|>");
      yield reasoning(` <|tool_call_begin|> functions.${token.name}:${called} <|tool_call_argument_begin|> `);
      called++;
    } else if (token.type === "arguments") yield { ...token, type: "reasoning" };
    else if (token.type === "end" && called > 0) {
      yield reasoning(" <|tool_call_end|> <|tool_calls_section_end|>");
      yield { ...token, reason: "stop" };
    } else yield token;
  }
}

/** Kimi: `<function=name><parameter=key>value</parameter></function>` as text, and an ordinary end. */
async function* leakIntoText(tokens: AsyncIterable<Token>): AsyncGenerator<Token> {
  let name: string | undefined;
  let argumentText = "";
  const close = (): Token[] => {
    if (name === undefined) return [];
    const members = Object.entries(asObject(JSON.parse(argumentText === "" ? "{}" : argumentText)));
    const parameters = members.map(([key, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return `<parameter=${key}>${text}</parameter>`;
    });
    return [{ type: "text", text: `<function=${name}>${parameters.join("")}</function>` }];
  };
  for await (const token of tokens) {
    if (token.type === "arguments") argumentText += token.text;
    else if (token.type === "call") {
      yield* close();
      [name, argumentText] = [token.name, ""];
    } else if (token.type === "end") {
      yield* close();
      yield name === undefined ? token : { ...token, reason: "stop" };
    } else yield token;
  }
}

/** Gpt-oss: `json<|channel|>commentary` as the name of a called tool. */
async function* leakIntoNames(tokens: AsyncIterable<Token>): AsyncGenerator<Token> {
  for await (const token of tokens) {
    yield token.type === "call" ? { ...token, name: `${token.name}<|channel|>commentary` } : token;
  }
}

function reasoning(text: string): Token {
  return { type: "reasoning", text };
}
