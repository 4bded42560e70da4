import { inspect } from "node:util";
import { type LogLevel, logLevels } from "./log-level.ts";
import type { Logger, LoggerParts } from "../logger.ts";

const labels: Readonly<Record<LogLevel, string>> = {
  debug: "debug",
  info: "info ",
  warn: "warn ",
  error: "ERROR",
};

/** Lines for people: the time, the level, the message, and below it where an error came from. */
export function createTextLogger({ level, redactor, writer, now }: LoggerParts): Logger {
  const lowest = logLevels.indexOf(level);
  return {
    log(entryLevel, message, fields) {
      if (logLevels.indexOf(entryLevel) < lowest) return;
      const time = now().toISOString().slice(11, 23);
      const trace = fields?.error === undefined ? "" : `\n${indented(inspect(fields.error))}`;
      writer.write(`${redactor.text(`${time} ${labels[entryLevel]} ${oneLine(message)}${trace}`)}\n`);
    },
    flush: () => writer.flush(),
  };
}

/** A client's words can't begin a line of their own, nor move the cursor of a terminal. */
function oneLine(message: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is taken out
  return message.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ");
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
