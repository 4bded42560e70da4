import type { Environment } from "../config/gateway-config.ts";
import { createLineWriter, type LineWriter } from "./logs/line-writer.ts";
import type { LogLevel } from "./logs/log-level.ts";
import { createTextLogger } from "./logs/text-logger.ts";
import type { Redactor } from "./redact.ts";

/** What a program reads of an entry; `error` may be anything that was thrown. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes entries. It never throws, and never waits for a slow reader. */
export interface Logger {
  /** The message says by itself what a person must know; the fields say it to programs. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
  /** Resolves when everything is written. */
  flush(): Promise<void>;
}

export interface LoggerOptions {
  /** Entries below it are left out. */
  readonly level: LogLevel;
  /** `json`: one object a line, under LiteLLM's names (`message`, `level`, `timestamp`); `text`: lines for people. */
  readonly format: "json" | "text";
  readonly redactor: Redactor;
  /** Default: standard output, in the background. */
  readonly write?: ((line: string) => void) | undefined;
  readonly now?: () => Date;
}

/** What a kind of log is made of. */
export interface LoggerParts {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  readonly writer: LineWriter;
  readonly now: () => Date;
}

/** A logger whose lines have all gone through the redactor. What JSON needs is loaded only for JSON. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const { level, format, redactor, write, now = () => new Date() } = options;
  const writer = write ? { write, flush: () => Promise.resolve() } : createLineWriter();
  const parts: LoggerParts = { level, redactor, writer, now };
  if (format === "text") return createTextLogger(parts);
  const { createJsonLogger } = await import("./logs/json-logger.ts");
  return createJsonLogger(parts);
}

/** JSON where config or environment ask for it, as LiteLLM has it. */
export function resolveLogFormat(jsonLogs: boolean, env: Environment): LoggerOptions["format"] {
  return jsonLogs || /^(?:true|1)$/i.test(env.JSON_LOGS ?? "") ? "json" : "text";
}
