import { createHash } from "node:crypto";
import {
  type ChatRequest,
  type JsonObject,
  type JsonValue,
  encodeJsonInTurns,
  hashInTurns,
  isLargeJson,
} from "@outcrop/sdk";

/** All that the answer to a call depends on. Whether it is streamed, and how long it may take, is not part of it. */
export interface CacheableCall {
  /** The alias that the client asked for. */
  readonly model: string;
  readonly request: ChatRequest;
  /** Parameters that are refused, or dropped where that is allowed. */
  readonly unsupported: readonly string[];
  readonly options: {
    readonly tags?: readonly string[] | undefined;
    readonly dropParams?: boolean | undefined;
  };
}

/** Raised when the form below changes its meaning, so that old answers are not found under new keys. */
const formVersion = 1;

/**
 * SHA-256 in hex of a call's canonical form: the same call has the same key, however its fields were ordered. That of
 * a call with many images is made in turns of the event loop.
 */
export function cacheKey(call: CacheableCall, namespace: string | undefined): string | Promise<string> {
  const { model, request, unsupported, options } = call;
  const form: JsonValue = [
    formVersion,
    namespace ?? null,
    model,
    unsupported.toSorted(),
    options.tags?.toSorted() ?? [],
    options.dropParams ?? null,
    canonical(withSchemasAsText(request)),
  ];
  if (isLargeJson(form)) return encodeJsonInTurns(form).then(hashInTurns);
  return createHash("sha256").update(JSON.stringify(form)).digest("hex");
}

/**
 * What a caller wrote as free JSON keeps its order, as text: a model sees a schema's properties in order, and
 * answers in it.
 */
function withSchemasAsText({ tools, parameters, extra, chatTemplateKwargs, ...rest }: ChatRequest): object {
  return {
    ...rest,
    tools: tools.map((tool) => ({ ...tool, parameters: JSON.stringify(tool.parameters) })),
    parameters: { ...parameters, responseFormat: JSON.stringify(parameters.responseFormat) },
    extra: textOfEach(extra),
    chatTemplateKwargs: textOfEach(chatTemplateKwargs),
  };
}

function textOfEach(fields: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value ?? null)]),
  );
}

/** Objects with their keys sorted; fields that are not set are left out. */
function canonical(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, canonical(field)]));
}
