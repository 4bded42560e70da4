import type { ChatEvent, FinishReason, Usage } from "@outcrop/sdk";

type Events = AsyncIterable<readonly ChatEvent[]>;

/**
 * Joins the answers to several prompts of one request: choices are numbered on, and there is one `finish`.
 * `choicesEach` is OpenAI's `n`.
 */
export async function* mergeAnswers(
  answers: readonly Events[],
  choicesEach: number,
): AsyncGenerator<readonly ChatEvent[]> {
  const reasons: FinishReason[] = [];
  const usages: (Usage | undefined)[] = [];
  for (const [position, events] of answers.entries()) {
    for await (const batch of events) {
      const open = batch.filter((event) => event.type !== "finish");
      for (const event of batch) {
        if (event.type !== "finish") continue;
        reasons.push(...event.reasons);
        usages.push(event.usage);
      }
      if (open.length > 0)
        yield open.map((event) => ({ ...event, choice: event.choice + position * choicesEach }));
    }
  }
  yield [{ type: "finish", reasons, usage: sum(usages) }];
}

/** The sum, unless one of them is unknown. */
function sum(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined);
  if (known.length < usages.length) return undefined;
  const total = (key: keyof Usage) => known.reduce((tokens, usage) => tokens + (usage[key] ?? 0), 0);
  return {
    promptTokens: total("promptTokens"),
    completionTokens: total("completionTokens"),
    ...(total("cachedTokens") > 0 ? { cachedTokens: total("cachedTokens") } : {}),
  };
}
