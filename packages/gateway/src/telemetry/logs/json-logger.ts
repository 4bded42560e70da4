import { pino, stdSerializers } from "pino";
import type { Logger, LoggerParts } from "../logger.ts";

/** One JSON object a line. */
export function createJsonLogger({ level, redactor, writer, now }: LoggerParts): Logger {
  const log = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"timestamp":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.errWithCause },
      hooks: { streamWrite: (line) => redactor.text(line) },
    },
    { write: (line) => writer.write(line) },
  );
  return {
    log: (entryLevel, message, fields = {}) => log[entryLevel](fields, message),
    flush: () => writer.flush(),
  };
}
