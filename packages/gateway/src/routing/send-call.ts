import { type ChatAnswer, type ChatCall, OutcropError } from "@outcrop/sdk";
import type { CallRun } from "./call-run.ts";
import type { TryLimits } from "./limits.ts";
import type { Target } from "./model-groups.ts";
import { chatAllowing } from "./shaping/allow-parameters.ts";
import { createMockAnswer } from "./shaping/mock-answer.ts";
import { repairRequest } from "./shaping/repair-request.ts";
import { shapeRequest } from "./shaping/shape-request.ts";

export interface SendOptions extends Required<Pick<ChatCall, "signal" | "onColdStart">> {
  readonly limits: Pick<TryLimits, "wholeMs">;
  /** Whether the call waits for a model that is being restored, as long as its deployment says. */
  readonly waits: boolean;
}

/**
 * Sends a call to a deployment, shaped as its config says. It is sent once: retries are the router's, and the patience
 * with a cold model the client's.
 */
export function sendCall(
  target: Target,
  options: SendOptions,
  run: CallRun,
): ChatAnswer | Promise<ChatAnswer> {
  const { call, client } = run;
  const { entry, deployment, defaults } = target;
  const { shaping } = entry;
  const shaped = shapeRequest(call, defaults, shaping);
  if (shaping.mockResponse !== undefined)
    return createMockAnswer(shaping.mockResponse, shaped.request.parameters.n ?? 1);
  if (!deployment) throw new OutcropError("internal", `"${entry.modelName}" has no deployment.`);
  const repaired = shaping.modifyParams ? repairRequest(shaped.request, deployment) : undefined;
  const answer = chatAllowing(
    { chat: (given) => client.chat(given, { entry, call }) },
    {
      request: repaired?.request ?? shaped.request,
      unsupported: shaped.unsupported,
      stream: call.stream,
      deployment: {
        ...deployment,
        dropParams: call.options.dropParams ?? shaping.dropParams,
        timeout: Number.isFinite(options.limits.wholeMs) ? options.limits.wholeMs / 1000 : 0,
        maxRetries: 0,
        coldStartTimeout: options.waits ? deployment.coldStartTimeout : 0,
      },
      signal: options.signal,
      onColdStart: options.onColdStart,
    },
    shaping.allowedOpenaiParams,
  );
  const said = repaired ? [...shaped.warnings, ...repaired.warnings] : shaped.warnings;
  return said.length === 0 ? answer : answer.then((given) => withWarnings(said, given));
}

function withWarnings(said: readonly string[], answer: ChatAnswer): ChatAnswer {
  return { ...answer, warnings: [...said, ...answer.warnings] };
}
