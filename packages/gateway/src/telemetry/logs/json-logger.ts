import { type DestinationStream, destination, pino, stdSerializers } from "pino";
import type { Logger, LoggerOptions } from "../logger.ts";

/** Bytes that a slow reader of the log may be behind; beyond it lines are dropped, as requests go first. */
const longestBacklog = 16 * 1024 * 1024;

/** One JSON object a line. */
export function createJsonLogger({ level, redactor, write, now }: LoggerOptions): Logger {
  const output = write ? { write } : destination({ fd: 1, sync: false, maxLength: longestBacklog });
  const log = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"timestamp":"${(now?.() ?? new Date()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.errWithCause },
      hooks: { streamWrite: (line) => redactor.text(line) },
    },
    output,
  );
  return {
    log: (entryLevel, message, fields = {}) => log[entryLevel](fields, message),
    flush: () => flush(output),
  };
}

function flush(output: DestinationStream | ReturnType<typeof destination>): Promise<void> {
  if (!("flush" in output)) return Promise.resolve();
  // A log that can't be written is no reason not to end.
  return new Promise((resolve) => output.flush(() => resolve()));
}
