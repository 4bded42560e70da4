import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { ConsoleSpanExporter, type SpanExporter } from "@opentelemetry/sdk-trace";
import { createFaultSwitch } from "../fault-switch.ts";
import type { TraceSettings } from "./trace-settings.ts";

/** The exporter that the settings name; the library itself would keep its failures silent. */
export function createSpanExporter(settings: TraceSettings, onFault: (error: unknown) => void): SpanExporter {
  const { url, headers, timeoutMs } = settings;
  const exporter =
    settings.exporter === "console"
      ? new ConsoleSpanExporter()
      : new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs });
  const fault = createFaultSwitch(onFault);
  return {
    export: (spans, onResult) =>
      exporter.export(spans, (result) => {
        if (result.error === undefined) fault.recover();
        else fault.fail(result.error);
        onResult(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
