import { AwsFailure } from "../aws/failure.ts";
import { asList, asObject, asText } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { InferenceCall, TextSource } from "../runtime/call.ts";
import type { Token } from "../text/answer.ts";
import { readServerEvents } from "./server-events.ts";
import { toUpstreamBody } from "./upstream-body.ts";

/** A server with OpenAI's API: llama.cpp, Ollama, vLLM and others. */
export interface UpstreamOptions {
  /** With or without `/v1`, such as `http://127.0.0.1:11434`. */
  readonly url: string;
  /** The model to ask for; default the first that the server lists. */
  readonly model?: string;
  readonly apiKey?: string;
  /** Default the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Sends rendered prompts to `/completions` and messages to `/chat/completions`. */
export function createUpstreamSource(options: UpstreamOptions): TextSource {
  const base = toBase(options.url);
  const send = options.fetch ?? fetch;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
  };
  let model: Promise<string> | undefined;
  const modelName = async (): Promise<string> => {
    model ??= options.model === undefined ? firstModel(base, send, headers) : Promise.resolve(options.model);
    return model;
  };

  return async function* generate(call, { signal }) {
    const chat = call.format === "OpenAIChatCompletion" || call.format === "Converse";
    const body = JSON.stringify(toUpstreamBody(call, await modelName()));
    const response = await post(`${base}/${chat ? "chat/completions" : "completions"}`, {
      send,
      headers,
      body,
      signal,
    });
    yield* readTokens(response, call);
  };
}

function toBase(url: string): string {
  const trimmed = url.replace(/\/+$/, "");
  return new URL(trimmed).pathname === "/" ? `${trimmed}/v1` : trimmed;
}

async function firstModel(
  base: string,
  send: typeof fetch,
  headers: Record<string, string>,
): Promise<string> {
  try {
    const answer: unknown = await (await send(`${base}/models`, { headers })).json();
    return asText(asObject(asList(asObject(answer)["data"])[0])["id"]) || "default";
  } catch {
    // Not every server lists its models, and those that don't mostly take any name.
    return "default";
  }
}

async function post(
  url: string,
  {
    send,
    ...init
  }: { send: typeof fetch; headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<ReadableStream<Uint8Array>> {
  let response: Response;
  try {
    response = await send(url, { method: "POST", ...init });
  } catch (error) {
    init.signal.throwIfAborted();
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw modelError(`The upstream ${url} can't be reached: ${String(cause)}`, 502);
  }
  if (response.ok && response.body !== null) return response.body;
  const detail = (await response.text()).slice(0, 500);
  throw modelError(`The upstream ${url} answered ${response.status}: ${detail}`, response.status);
}

function modelError(message: string, originalStatusCode: number): AwsFailure {
  return new AwsFailure("ModelErrorException", message, {
    members: { originalStatusCode, resourceName: "upstream" },
  });
}

async function* readTokens(stream: ReadableStream<Uint8Array>, call: InferenceCall): AsyncGenerator<Token> {
  const opened = new Set<number>();
  let reason: string | undefined;
  let usage: { input: number; output: number } | undefined;
  for await (const data of readServerEvents(stream)) {
    const chunk = parseChunk(data);
    if (chunk["usage"] !== undefined && chunk["usage"] !== null)
      usage = toUsage(asObject(chunk["usage"]), call);
    const choice = asObject(asList(chunk["choices"])[0]);
    if (typeof choice["finish_reason"] === "string") reason = choice["finish_reason"];
    yield* toDeltas(choice, opened);
  }
  if (reason === undefined) {
    throw new AwsFailure(
      "ModelStreamErrorException",
      "The upstream ended its stream without a finish reason.",
    );
  }
  yield { type: "end", reason, usage };
}

function parseChunk(data: string): JsonObject {
  const chunk: unknown = (() => {
    try {
      return JSON.parse(data);
    } catch {
      throw new AwsFailure("ModelStreamErrorException", "The upstream sent a chunk that is no JSON.");
    }
  })();
  const error = asObject(chunk)["error"];
  if (error !== undefined && error !== null) {
    throw new AwsFailure(
      "ModelStreamErrorException",
      asText(asObject(error)["message"]) || "The upstream failed.",
    );
  }
  return asObject(chunk);
}

function toUsage(usage: JsonObject, { promptTokens }: InferenceCall): { input: number; output: number } {
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return {
    input: typeof input === "number" ? input : promptTokens,
    output: typeof output === "number" ? output : 0,
  };
}

function* toDeltas(choice: JsonObject, opened: Set<number>): Generator<Token> {
  const delta = asObject(choice["delta"]);
  const reasoning = asText(delta["reasoning_content"]) || asText(delta["reasoning"]);
  if (reasoning !== "") yield { type: "reasoning", text: reasoning };
  const text = asText(choice["text"]) || asText(delta["content"]);
  if (text !== "") yield { type: "text", text };
  for (const item of asList(delta["tool_calls"])) {
    const call = asObject(item);
    const index = typeof call["index"] === "number" ? call["index"] : 0;
    const { name, arguments: written } = asObject(call["function"]);
    if (!opened.has(index)) {
      opened.add(index);
      yield { type: "call", name: asText(name) };
    }
    if (asText(written) !== "") yield { type: "arguments", text: asText(written) };
  }
}
