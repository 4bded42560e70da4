import type { BedrockCall, Transport } from "../bedrock/transport.ts";
import type { FetchLike } from "../bedrock/transport.ts";
import type { ChatCompletion, ChatCompletionChunk, ChatCompletionParams } from "../openai/types.ts";
import type { DeploymentSettings } from "./deployment.ts";

/** What a call may listen to, and how it may be ended. */
export interface CompletionHooks {
  /** Ends the call, upstream too; it then fails with the code `cancelled`. */
  signal?: AbortSignal;
  /** Told of everything dropped, clamped, replaced or read leniently. */
  onWarning?: (warning: string) => void;
  /** Told of each wait for a model that is being restored. */
  onColdStart?: BedrockCall["onColdStart"];
  /** Told of each retry. */
  onRetry?: BedrockCall["onRetry"];
}

/** Where a client sends its calls; each can be replaced in tests. */
export interface TransportHooks {
  /** Sends HTTP requests in place of the built-in connection pool. */
  fetch?: FetchLike;
  /** Takes whole Bedrock calls in place of signing and sending them. */
  transport?: Transport;
}

/** Everything that `completion` takes: OpenAI's parameters, LiteLLM's AWS settings, and hooks. */
export interface CompletionParams
  extends ChatCompletionParams, DeploymentSettings, CompletionHooks, TransportHooks {
  /** Fields that OpenAI does not know are sent to the model as they are. */
  [extra: string]: unknown;
}

/**
 * A streamed completion. It can be iterated at once, and it can be awaited first: then the failure of a
 * call that AWS refuses is thrown before the loop.
 */
export interface CompletionStream
  extends AsyncIterable<ChatCompletionChunk>, PromiseLike<AsyncIterable<ChatCompletionChunk>> {}

/** How a completion is asked for: `stream` decides what comes back. */
export interface CompletionFunction {
  (params: CompletionParams & { stream: true }): CompletionStream;
  (params: CompletionParams & { stream?: false | null }): Promise<ChatCompletion>;
  (params: CompletionParams): CompletionStream | Promise<ChatCompletion>;
}

/** Makes the two-faced stream of a start that is under way. */
export function createCompletionStream(
  started: Promise<AsyncIterable<ChatCompletionChunk>>,
): CompletionStream {
  // Whoever awaits or iterates still gets the failure; without this a stream that nobody reads would end the process.
  started.catch(() => undefined);
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- it is awaitable on purpose
    then: (onFulfilled, onRejected) => started.then(onFulfilled, onRejected),
    async *[Symbol.asyncIterator]() {
      yield* await started;
    },
  };
}
