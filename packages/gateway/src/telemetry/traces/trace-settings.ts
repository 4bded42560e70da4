import type { Environment } from "../../config/gateway-config.ts";
import { parseHeaderList } from "../header-list.ts";

/** Where spans go, and which. */
export interface TraceSettings {
  readonly exporter: "otlp" | "console" | "none";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one export; also what the gateway's end may take longer for a receiver that is gone. */
  readonly timeoutMs: number;
  /** Of the process; `service.name` is among them. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: TraceSampler;
  /** What could not be taken as it is written, in sentences for the operator. */
  readonly warnings: readonly string[];
}

export interface TraceSampler {
  readonly kind: "always_on" | "always_off" | "traceidratio";
  /** Share of traces from 0 to 1, for `traceidratio`. */
  readonly ratio: number;
  /** Whether the caller's own choice comes first. */
  readonly parentBased: boolean;
}

/** Reads OpenTelemetry's own variables, and LiteLLM's shorter ones (OTEL_EXPORTER, OTEL_ENDPOINT, OTEL_HEADERS). */
export function parseTraceSettings(env: Environment): TraceSettings {
  const warnings: string[] = [];
  return {
    exporter: exporterOf(env, warnings),
    url: urlOf(env, warnings),
    headers: {
      ...parseHeaderList(env.OTEL_EXPORTER_OTLP_HEADERS),
      ...parseHeaderList(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
      ...parseHeaderList(env.OTEL_HEADERS),
    },
    timeoutMs: timeoutOf(env),
    resource: {
      "service.name": "outcrop",
      ...resourceOf(env.OTEL_RESOURCE_ATTRIBUTES),
      ...(env.OTEL_SERVICE_NAME === undefined ? {} : { "service.name": env.OTEL_SERVICE_NAME }),
    },
    sampler: samplerOf(env, warnings),
    warnings,
  };
}

const exporters: Readonly<Record<string, TraceSettings["exporter"]>> = {
  otlp: "otlp",
  otlp_http: "otlp",
  "http/json": "otlp",
  "http/protobuf": "otlp",
  console: "console",
  none: "none",
};

function exporterOf(env: Environment, warnings: string[]): TraceSettings["exporter"] {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === "true") return "none";
  const given = env.OTEL_TRACES_EXPORTER ?? env.OTEL_EXPORTER ?? "otlp";
  const known = exporters[given.trim().toLowerCase()];
  if (known !== undefined) return known;
  warnings.push(
    `The trace exporter "${given}" is not built; spans go out as OTLP over HTTP, as a rule to port 4318. Set OTEL_EXPORTER to otlp_http, console or none.`,
  );
  return "otlp";
}

const tracesPath = "/v1/traces";
const defaultUrl = `http://localhost:4318${tracesPath}`;

/** The standard's own rule: a variable for traces alone holds the whole URL, a general one its beginning. */
function urlOf(env: Environment, warnings: string[]): string {
  const whole = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const given = whole ?? env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_ENDPOINT;
  if (given === undefined) return defaultUrl;
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol)) {
    warnings.push(`The endpoint for traces is no http(s) URL; spans go to ${defaultUrl}.`);
    return defaultUrl;
  }
  if (whole === undefined && !url.pathname.endsWith(tracesPath)) {
    url.pathname = `${url.pathname.replace(/\/$/, "")}${tracesPath}`;
  }
  return url.href;
}

/** Shorter than the standard's 10 seconds, as a gateway that ends has little time left. */
const defaultTimeout = 5000;

function timeoutOf(env: Environment): number {
  const given = Number(env.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? env.OTEL_EXPORTER_OTLP_TIMEOUT);
  return Number.isFinite(given) && given > 0 ? given : defaultTimeout;
}

/** Unlike headers, the names of attributes keep their case. */
function resourceOf(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? "").split(",").map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs.flatMap(([key = "", ...value]) =>
      key.trim() === "" ? [] : [[key.trim(), value.join("=").trim()]],
    ),
  );
}

function samplerOf(env: Environment, warnings: string[]): TraceSampler {
  const given = env.OTEL_TRACES_SAMPLER ?? "parentbased_always_on";
  const parentBased = given.startsWith("parentbased_");
  const kinds = ["always_on", "always_off", "traceidratio"] as const;
  const kind = kinds.find((known) => known === given.replace("parentbased_", ""));
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1);
  if (kind !== undefined && ratio >= 0 && ratio <= 1) return { kind, ratio, parentBased };
  warnings.push(`OTEL_TRACES_SAMPLER and its argument are not understood; every trace is kept.`);
  return { kind: "always_on", ratio: 1, parentBased: true };
}
