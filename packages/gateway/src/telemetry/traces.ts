import {
  type Context,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { version } from "../version.ts";
import type { Redactor } from "./redact.ts";
import type { RequestObserver, RequestRecord } from "./request-record.ts";
import { attributeNames, operationOf } from "./traces/attribute-names.ts";
import { createSampler } from "./traces/create-sampler.ts";
import { toClientAttributes, toServerAttributes } from "./traces/span-attributes.ts";
import { createSpanExporter } from "./traces/span-exporter.ts";
import { toParentContext } from "./traces/trace-parent.ts";
import type { TraceSettings } from "./traces/trace-settings.ts";

/** OpenTelemetry traces of requests. */
export interface Tracing {
  readonly observer: RequestObserver;
  /** Sends what is waiting; resolves also where nobody takes it. */
  close(): Promise<void>;
}

export interface TracingOptions {
  readonly settings: TraceSettings;
  readonly redactor: Redactor;
  /** Told when spans can't be sent; once, until they can again. */
  readonly onFault: (error: unknown) => void;
  /** Unix time in milliseconds. */
  readonly now?: () => number;
}

/** Spans that may wait; what comes beyond is dropped, as no answer waits for a receiver of spans. */
const longestQueue = 2048;

/**
 * Makes one server span of each request, and below it one client span of what the model took. Spans are made of the
 * finished record, so that a request that is being answered carries nothing of them.
 */
export function createTracing({ settings, redactor, onFault, now = Date.now }: TracingOptions): Tracing {
  const exporter = createSpanExporter(settings, onFault);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ ...settings.resource, [attributeNames.serviceVersion]: version }),
    sampler: createSampler(settings.sampler),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: longestQueue,
        exportTimeoutMillis: settings.timeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer("outcrop", version);
  return {
    observer: { finished: (record) => traceRequest(tracer, record, { end: now(), redactor }) },
    // A receiver that is gone has been told of by `onFault`; the gateway ends all the same.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

interface TraceFrame {
  /** Unix time in milliseconds when the request ended. */
  readonly end: number;
  readonly redactor: Redactor;
}

function traceRequest(tracer: Tracer, record: RequestRecord, { end, redactor }: TraceFrame): void {
  const parent = toParentContext(record.traceparent);
  const start = (name: string, options: SpanOptions, context: Context) =>
    tracer.startSpan(redactor.text(name), withoutSecrets(options, redactor), context);
  const server = start(
    `${record.method} ${record.route}`,
    { kind: SpanKind.SERVER, startTime: end - record.totalMs, attributes: toServerAttributes(record) },
    parent,
  );
  // The conventions count a client's own mistake as no error of a server.
  if (record.status >= 500 || isBrokenStream(record)) server.setStatus({ code: SpanStatusCode.ERROR });
  if (record.deploymentId !== undefined && !record.cacheHit) {
    const startTime = end - (record.upstreamMs ?? record.totalMs);
    const client = start(
      `${operationOf(record.dialect)} ${record.modelGroup ?? ""}`.trimEnd(),
      { kind: SpanKind.CLIENT, startTime, attributes: toClientAttributes(record) },
      trace.setSpan(parent, server),
    );
    if (record.errorCode !== undefined) client.setStatus({ code: SpanStatusCode.ERROR });
    client.end(end);
  }
  server.end(end);
}

function isBrokenStream({ stream, status, errorCode }: RequestRecord): boolean {
  return stream && status < 400 && errorCode !== undefined && errorCode !== "cancelled";
}

function withoutSecrets(options: SpanOptions, redactor: Redactor): SpanOptions {
  const attributes = Object.entries(options.attributes ?? {});
  return {
    ...options,
    attributes: Object.fromEntries(attributes.map(([name, value]) => [name, redactor.value(value)])),
  };
}
