import type { Environment } from "../config/gateway-config.ts";
import type { LogLevel } from "./logs/log-level.ts";
import type { Redactor } from "./redact.ts";
import { createTextLogger } from "./logs/text-logger.ts";

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
  /** Default: standard output. */
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

/** A logger whose lines have all gone through the redactor. What JSON needs is loaded only for JSON. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  if (options.format === "text") return createTextLogger(options);
  const { createJsonLogger } = await import("./logs/json-logger.ts");
  return createJsonLogger(options);
}

/** JSON where config or environment ask for it, as LiteLLM has it. */
export function resolveLogFormat(jsonLogs: boolean, env: Environment): LoggerOptions["format"] {
  return jsonLogs || /^(?:true|1)$/i.test(env.JSON_LOGS ?? "") ? "json" : "text";
}
