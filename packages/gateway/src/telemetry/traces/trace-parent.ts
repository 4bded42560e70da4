import { type Context, ROOT_CONTEXT, isSpanContextValid, trace } from "@opentelemetry/api";

const form = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** The context that a `traceparent` header leads to; the root for none, and for one that is none. */
export function toParentContext(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = form.exec(traceparent?.trim() ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
