import type { StreamEncoder } from "../dialect.ts";
import { createBlockSequence } from "../block-sequence.ts";
import { type NamedEvent, encodeEvent } from "../server-sent-events.ts";
import { toErrorEvent, toResponseError } from "./failure.ts";
import { createItemEvents } from "./item-events.ts";
import { type ResponseContext, type ResponseEnding, toEnding, toResponseFrame } from "./to-response.ts";

/**
 * Writes a response stream: `response.created`, `response.in_progress`, each output item from added to
 * done, and at last `response.completed` or `response.incomplete`, which hold the whole response.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function createResponseStreamEncoder(context: ResponseContext): StreamEncoder {
  const blocks = createBlockSequence();
  const items = createItemEvents(context);
  const response = toResponseFrame(context);
  let sequence = 0;
  let ending: ResponseEnding | undefined;

  return {
    push(event) {
      const opening = begin();
      if (event.type === "logprobs" && event.choice === 0) items.addLogprobs(event.content);
      if (event.type === "finish") ending = toEnding(event.reasons[0] ?? "stop", event.usage);
      const steps = blocks.push(event);
      const last = steps.length - 1;
      // The item that ends with the answer shares its status.
      const events = steps.flatMap((step, place) =>
        items.toEvents(step, place === last ? (ending?.status ?? "completed") : "completed"),
      );
      return opening + events.map(emit).join("");
    },
    end: () =>
      ending
        ? emit({
            type: `response.${ending.status}`,
            response: { ...response, ...ending, output: items.output },
          })
        : "",
    fail(error) {
      const failed = { ...response, status: "failed", error: toResponseError(error), output: items.output };
      return emit(toErrorEvent(error)) + emit({ type: "response.failed", response: failed });
    },
  };

  function begin(): string {
    if (sequence > 0) return "";
    return emit({ type: "response.created", response }) + emit({ type: "response.in_progress", response });
  }

  function emit({ type, ...fields }: NamedEvent): string {
    return encodeEvent({ type, sequence_number: sequence++, ...fields });
  }
}
