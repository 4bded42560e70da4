import { invalid } from "../aws/failure.ts";
import type { Clock } from "../base/clock.ts";
import { createRandom } from "../base/random.ts";
import { lastUserText } from "../prompt/prompt.ts";
import { composeConstrained } from "../structured/constraint.ts";
import { ConstraintError } from "../structured/constraint-error.ts";
import { toTokens } from "../text/answer.ts";
import type { Token } from "../text/answer.ts";
import { groupTokens } from "../text/group.ts";
import { limitTokens, stopAt } from "../text/limits.ts";
import type { Fault } from "../faults/fault.ts";
import { leakCalls } from "../text/leak.ts";
import { toNativeTokens } from "../text/native.ts";
import { paceTokens } from "../text/pace.ts";
import { composeAnswer } from "../text/small-model.ts";
import type { ScriptAnswer } from "../sources/script.ts";
import type { InferenceCall, TextSource } from "./call.ts";

export interface GenerateOptions {
  readonly call: InferenceCall;
  /** Which of several alternative answers. */
  readonly choice: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly script: ScriptAnswer | undefined;
  readonly source: TextSource;
  readonly tokensPerSecond: number | undefined;
  readonly faults: readonly Fault[];
}

/** The tokens of an answer as its body format gets them: native markup written out, limits applied. */
export function generate(options: GenerateOptions): AsyncIterable<Token> {
  const { call, script, clock, signal } = options;
  const streamed = call.operation === "InvokeModelWithResponseStream" || call.operation === "ConverseStream";
  const perSecond = script?.tokensPerSecond ?? options.tokensPerSecond;
  const tokens = script === undefined ? generated(options) : scripted(script, call);
  const paced =
    streamed && perSecond !== undefined ? paceTokens(tokens, { perSecond, clock, signal }) : tokens;
  // Kimi on Bedrock sends several tokens at a time.
  const grouped = call.model.dialect === "kimi" && script?.chunks === undefined;
  return grouped ? groupTokens(paced, 5, createRandom(call.prompt.text)) : paced;
}

function generated(options: GenerateOptions): AsyncIterable<Token> {
  const { call, choice, signal } = options;
  const { stop, maxTokens } = call.parameters;
  const leaky = leakCalls(options.source(call, { choice, signal }), options.faults);
  const native = toServed(leaky, call);
  const stopped = stop.length > 0 ? stopAt(native, stop) : native;
  return maxTokens === undefined ? stopped : limitTokens(stopped, maxTokens);
}

/** What the service makes of the model's tokens: fields where it has a parser, the model's own text otherwise. */
function toServed(
  tokens: AsyncIterable<Token>,
  { model, prompt, format }: InferenceCall,
): AsyncIterable<Token> {
  const structured = format === "OpenAIChatCompletion" || format === "Converse";
  const keepReasoning = format === "Converse" || (structured && model.reasoning !== "think-tags");
  const keepCalls = format === "Converse" || (structured && model.toolParser);
  if (keepReasoning && keepCalls) return tokens;
  return toNativeTokens(tokens, {
    dialect: prompt.dialect,
    opensThinking: prompt.opensThinking,
    keepReasoning,
    keepCalls,
  });
}

function scripted(script: ScriptAnswer, call: InferenceCall): AsyncIterable<Token> {
  const { chunks, finishReason } = script;
  if (chunks !== undefined) return verbatim(chunks, finishReason ?? "stop");
  const calls = (script.toolCalls ?? []).map(({ name, id, arguments: given = {} }) => ({
    name,
    id,
    arguments: typeof given === "string" ? given : JSON.stringify(given),
  }));
  const answer = { reasoning: script.reasoning ?? "", text: script.text ?? "", calls, finish: finishReason };
  return toServed(asynchronous(toTokens(answer)), call);
}

async function* verbatim(chunks: readonly string[], reason: string): AsyncGenerator<Token> {
  for (const text of chunks) yield { type: "text", text };
  yield { type: "end", reason };
}

async function* asynchronous(tokens: Iterable<Token>): AsyncGenerator<Token> {
  yield* tokens;
}

/** The emulator's own text, obeying the constraint of the request if it has one. */
export const smallModelSource: TextSource = (call, { choice }) => {
  const { prompt, parameters } = call;
  const text = choice === 0 ? prompt.text : `${prompt.text} #${choice}`;
  const answer =
    parameters.constraint === undefined
      ? composeAnswer({ ...prompt, text })
      : { reasoning: "", calls: [], text: constrained(call, text) };
  return asynchronous(toTokens(answer));
};

function constrained({ prompt, parameters }: InferenceCall, seed: string): string {
  try {
    if (parameters.constraint === undefined) return "";
    return composeConstrained(parameters.constraint, lastUserText(prompt), seed);
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw invalid(`The structured output can't be generated: ${error.message}.`);
  }
}
