import { eachToken } from "./tokens.ts";

/**
 * Why an answer ended: `stop`, `length`, `tool_calls`, `stop_sequence` or `content_filter`, which each body
 * format spells in its own way. A script may give any other, which is passed on as it is.
 */
export type FinishReason = string;

export interface ToolCall {
  readonly name: string;
  /** JSON text, or whatever a script says. */
  readonly arguments: string;
  readonly id?: string | undefined;
}

/** A whole answer of a model, before any body format. */
export interface Answer {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly finish?: FinishReason | undefined;
}

/** A piece of an answer as it is generated. The `end` comes exactly once, last. */
export type Token =
  | Piece
  | { readonly type: "call"; readonly name: string; readonly id?: string | undefined }
  | End;

export interface Piece {
  readonly type: "reasoning" | "text" | "arguments";
  readonly text: string;
  /** How many tokens it is, when not one. */
  readonly count?: number;
}

export interface End {
  readonly type: "end";
  readonly reason: FinishReason;
  /** The stop sequence that was met. */
  readonly stop?: string | undefined;
  /** As an upstream counted. */
  readonly usage?: Usage | undefined;
}

export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** An answer token by token. */
export function* toTokens(answer: Answer): Generator<Token> {
  for (const text of eachToken(answer.reasoning)) yield { type: "reasoning", text };
  for (const text of eachToken(answer.text)) yield { type: "text", text };
  for (const call of answer.calls) {
    yield { type: "call", name: call.name, id: call.id };
    for (const text of eachToken(call.arguments)) yield { type: "arguments", text };
  }
  yield { type: "end", reason: answer.finish ?? (answer.calls.length > 0 ? "tool_calls" : "stop") };
}

/** What a stream of tokens folds to. */
export interface Collected extends Answer {
  readonly end: End;
  /** The tokens of the text, for log probabilities. */
  readonly tokens: readonly string[];
  /** How many tokens were generated. */
  readonly count: number;
}

export function tokenCount(token: Token): number {
  if (token.type === "end") return 0;
  return token.type === "call" ? 1 : (token.count ?? 1);
}

export async function collect(tokens: AsyncIterable<Token>): Promise<Collected> {
  let reasoning = "";
  const texts: string[] = [];
  const calls: { name: string; id: string | undefined; arguments: string }[] = [];
  let count = 0;
  let end: End = { type: "end", reason: "stop" };
  for await (const token of tokens) {
    if (token.type === "end") end = token;
    count += tokenCount(token);
    if (token.type === "text") texts.push(token.text);
    else if (token.type === "reasoning") reasoning += token.text;
    else if (token.type === "call") calls.push({ name: token.name, id: token.id, arguments: "" });
    else if (token.type === "arguments") {
      const call = calls.at(-1);
      if (call !== undefined) call.arguments += token.text;
    }
  }
  return { reasoning, text: texts.join(""), calls, end, tokens: texts, count };
}
