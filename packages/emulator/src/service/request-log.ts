import type { OperationName } from "../aws/operations.ts";

/** A request that the emulator received, decoded, for assertions. */
export interface ReceivedRequest {
  /** The `x-amzn-requestid` of its answer. */
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** Absent when the request line fits no operation. */
  readonly operation?: OperationName;
  /** The decoded model id or ARN of a runtime operation. */
  readonly modelId?: string;
  /** Lower-case names. Of a bearer key and a session token only the beginning is kept. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body; the text where it is no JSON; null where there is none. */
  readonly body: unknown;
  /** How the request was authenticated. */
  readonly authentication?: "signature" | "short-term-key" | "long-term-key";
  readonly accessKeyId?: string;
  readonly region?: string;
  /** The body format of an inference, or `Converse`. */
  readonly format?: string;
  /** 0 until it is answered, and when the connection was cut instead. */
  readonly status: number;
  /** The name of the exception that answered it. */
  readonly error?: string;
  /** What the exception says. */
  readonly message?: string;
  /** The fault that was injected. */
  readonly fault?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Milliseconds until the last byte was written, or the client left. */
  readonly duration?: number;
  /** How it ended: `answered`, or `cancelled` when the client left before the last byte. */
  readonly outcome?: "answered" | "cancelled";
}

/** A record while its request is served. */
export type RequestRecord = { -readonly [Name in keyof ReceivedRequest]: ReceivedRequest[Name] };

/** The last requests, within bounds of number and size. */
export interface RequestLog {
  add(record: RequestRecord, bytes: number): void;
  list(): readonly ReceivedRequest[];
  clear(): void;
}

const mostRequests = 1000;
const mostBytes = 32 * 1024 * 1024;

export function createRequestLog(): RequestLog {
  let entries: { record: RequestRecord; bytes: number }[] = [];
  let total = 0;
  return {
    add: (record, bytes) => {
      entries.push({ record, bytes });
      total += bytes;
      while (entries.length > mostRequests || (total > mostBytes && entries.length > 1)) {
        total -= entries.shift()?.bytes ?? 0;
      }
    },
    list: () => entries.map(({ record }) => ({ ...record })),
    clear: () => {
      entries = [];
      total = 0;
    },
  };
}

/** Headers fit to be shown: what gives access is cut to its beginning. */
export function toShownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const shown = { ...headers };
  const { authorization, "x-amz-security-token": token } = headers;
  if (authorization !== undefined && /^bearer /i.test(authorization)) {
    shown["authorization"] = `${authorization.slice(0, 15)}…`;
  }
  if (token !== undefined) shown["x-amz-security-token"] = `${token.slice(0, 4)}…`;
  return shown;
}

/** A JSON body parsed, another one as text, none as null. */
export function toShownBody(body: Buffer): unknown {
  if (body.length === 0) return null;
  const text = body.toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** One line for a terminal. */
export function toLogLine(record: ReceivedRequest): string {
  const parts = [
    record.time.slice(11, 19),
    record.operation ?? `${record.method} ${record.path}`,
    record.modelId,
    record.status === 0 ? "cut" : String(record.status),
    record.error,
    record.fault === undefined ? undefined : `fault=${record.fault}`,
    record.outputTokens === undefined ? undefined : `in=${record.inputTokens} out=${record.outputTokens}`,
    record.outcome === "cancelled" ? "cancelled" : undefined,
    record.duration === undefined ? undefined : `${Math.round(record.duration)}ms`,
    record.protocol,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}
