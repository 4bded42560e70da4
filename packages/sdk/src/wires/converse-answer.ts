import type { JsonObject } from "../core/json.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { numberAt, objectAt, objectsAt, stringAt } from "./read.ts";

/**
 * Reads a Converse answer, or one event of ConverseStream wrapped in its name
 * (`{"contentBlockDelta": {…}}`). Blocks are numbered across the message, so a tool block's number
 * tells its calls apart.
 */
export function decodeConverse(json: JsonObject): readonly RawDelta[] | undefined {
  const output = objectAt(json, "output");
  if (output && objectAt(output, "message")) return wholeDeltas(json, objectAt(output, "message") ?? {});
  return streamDeltas(json);
}

function wholeDeltas(json: JsonObject, message: JsonObject): readonly RawDelta[] {
  return [...objectsAt(message, "content").flatMap(blockDeltas), ...stopDelta(json), ...usageDelta(json)];
}

function blockDeltas(block: JsonObject, index: number): readonly RawDelta[] {
  const toolUse = objectAt(block, "toolUse");
  if (toolUse) {
    const id = stringAt(toolUse, "toolUseId");
    const name = stringAt(toolUse, "name");
    return [
      { type: "tool-call", choice: 0, index, id, name, arguments: JSON.stringify(toolUse.input ?? {}) },
    ];
  }
  const reasoning = objectAt(objectAt(block, "reasoningContent") ?? {}, "reasoningText");
  if (reasoning) return textDelta("reasoning", reasoning);
  return textDelta("text", block);
}

function textDelta(type: "text" | "reasoning", object: JsonObject): readonly RawDelta[] {
  const text = stringAt(object, "text");
  return text ? [{ type, choice: 0, text }] : [];
}

const streamEvents = [
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
];

/** Whether ConverseStream has an event of this name, as far as we know. */
export function isConverseEvent(name: string): boolean {
  return streamEvents.includes(name);
}

function streamDeltas(json: JsonObject): readonly RawDelta[] | undefined {
  const start = objectAt(json, "contentBlockStart");
  if (start) return blockStart(start);
  const delta = objectAt(json, "contentBlockDelta");
  if (delta) return blockDelta(delta);
  const stop = objectAt(json, "messageStop");
  if (stop) return stopDelta(stop);
  const metadata = objectAt(json, "metadata");
  if (metadata) return usageDelta(metadata);
  return streamEvents.some((name) => name in json) ? [] : undefined;
}

function blockStart(start: JsonObject): readonly RawDelta[] {
  const toolUse = objectAt(objectAt(start, "start") ?? {}, "toolUse");
  if (!toolUse) return [];
  const index = numberAt(start, "contentBlockIndex") ?? 0;
  const id = stringAt(toolUse, "toolUseId");
  return [{ type: "tool-call", choice: 0, index, id, name: stringAt(toolUse, "name") }];
}

function blockDelta(event: JsonObject): readonly RawDelta[] {
  const delta = objectAt(event, "delta") ?? {};
  const toolUse = objectAt(delta, "toolUse");
  if (toolUse) {
    const index = numberAt(event, "contentBlockIndex") ?? 0;
    return [{ type: "tool-call", choice: 0, index, arguments: stringAt(toolUse, "input") ?? "" }];
  }
  const reasoning = objectAt(delta, "reasoningContent");
  return reasoning ? textDelta("reasoning", reasoning) : textDelta("text", delta);
}

function stopDelta(object: JsonObject): readonly RawDelta[] {
  const reason = stringAt(object, "stopReason");
  return reason === undefined ? [] : [{ type: "stop", choice: 0, reason }];
}

function usageDelta(object: JsonObject): readonly RawDelta[] {
  const usage = objectAt(object, "usage");
  if (!usage) return [];
  return [
    {
      type: "usage",
      source: "body",
      promptTokens: numberAt(usage, "inputTokens"),
      completionTokens: numberAt(usage, "outputTokens"),
      cachedTokens: numberAt(usage, "cacheReadInputTokens"),
    },
  ];
}
