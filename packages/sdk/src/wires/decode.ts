import { OutcropError } from "../core/errors.ts";
import { type JsonObject, isJsonObject } from "../core/json.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { decodeOutputs } from "./outputs-shape.ts";
import { numberAt, objectAt, stringAt } from "./read.ts";
import { wires } from "./wire-list.ts";

const shapes = [
  wires.bedrock_completion.decode,
  wires.openai_chat.decode,
  wires.converse.decode,
  decodeOutputs,
];

/** Where AWS puts its own count and latency on the last chunk of an invoke stream. */
const metricsKey = "amazon-bedrock-invocationMetrics";

/**
 * Reads one JSON of an answer, whole or chunk, by its shape and never by the route that it came on.
 *
 * @throws OutcropError `unreadable_answer` (502) that names AWS's error type, or the keys seen: a body
 * that nobody understands must never become an empty answer.
 */
export function decodeAnswer(json: JsonObject): readonly RawDelta[] {
  const metrics = metricsDeltas(json);
  for (const decode of shapes) {
    const deltas = decode(json);
    if (deltas) return metrics.length > 0 ? [...deltas, ...metrics] : deltas;
  }
  if (metrics.length > 0) return metrics;
  throw unreadable(json);
}

const none: readonly RawDelta[] = [];

function metricsDeltas(json: JsonObject): readonly RawDelta[] {
  const metrics = objectAt(json, metricsKey);
  if (!metrics) return none;
  return [
    {
      type: "usage",
      source: "metrics",
      promptTokens: numberAt(metrics, "inputTokenCount"),
      completionTokens: numberAt(metrics, "outputTokenCount"),
      cachedTokens: numberAt(metrics, "cacheReadInputTokenCount"),
    },
    { type: "end" },
  ];
}

function unreadable(json: JsonObject): OutcropError {
  const awsType = errorTypeOf(json);
  const error = objectAt(json, "error") ?? json;
  const said = stringAt(error, "message") ?? stringAt(error, "Message");
  const what = awsType ? `AWS answered ${awsType}` : `AWS answered 200 with a body that is no completion`;
  const keys = Object.keys(json).slice(0, 12).join(", ") || "none";
  return new OutcropError("unreadable_answer", `${what}${said ? `: ${said}` : ""} (keys: ${keys})`, {
    awsType,
  });
}

/** `__type` of a body, or of the `Output` envelope of AWS's front end; the name behind the namespace. */
function errorTypeOf(json: JsonObject): string | undefined {
  const holder = isJsonObject(json.Output) ? json.Output : json;
  return stringAt(holder, "__type")?.split("#").at(-1);
}
