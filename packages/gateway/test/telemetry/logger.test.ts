import { describe, expect, test } from "vitest";
import { type LogLevel, logLevels, resolveLogLevel } from "../../src/telemetry/logs/log-level.ts";
import { type LoggerOptions, createLogger, resolveLogFormat } from "../../src/telemetry/logger.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";

const noon = new Date("2026-05-01T12:00:00.123Z");

async function logTo(options: Partial<LoggerOptions>) {
  const lines: string[] = [];
  const logger = await createLogger({
    level: "debug",
    format: "text",
    redactor: createRedactor(),
    write: (line) => lines.push(line),
    now: () => noon,
    ...options,
  });
  return { logger, lines };
}

describe.each(["text", "json"] as const)("%s", (format) => {
  test.each(logLevels)("level %s leaves out what is below", async (level) => {
    const { logger, lines } = await logTo({ format, level });
    for (const each of logLevels) logger.log(each, `entry of ${each}`);
    expect(lines).toHaveLength(logLevels.length - logLevels.indexOf(level));
    expect(lines[0]).toContain(`entry of ${level}`);
  });

  test("an entry is one line", async () => {
    const { logger, lines } = await logTo({ format });
    logger.log("info", "first\nsecond\r\u001b[2Jthird\u2028", { call_id: "a\nb" });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  test("every line goes through the redactor, with its error and its causes", async () => {
    const redactor = createRedactor();
    redactor.register(["canary-secret"]);
    const { logger, lines } = await logTo({ format, redactor });
    const error = new Error("canary-secret in the message", {
      cause: new Error("canary-secret in the cause"),
    });
    logger.log("error", "canary-secret was seen", { error, api_key: "canary-secret" });
    expect(lines.join("")).toContain("[redacted] in the message");
    expect(lines.join("")).toContain("[redacted] in the cause");
    expect(lines.join("")).not.toContain("canary-secret");
  });

  test.each([undefined, null, "a string", { of: "no class" }, 7n])("takes %s as an error", async (error) => {
    const { logger, lines } = await logTo({ format });
    logger.log("warn", "odd", { error });
    expect(lines).toHaveLength(1);
  });

  test("can be flushed", async () => {
    const { logger } = await logTo({ format });
    await expect(logger.flush()).resolves.toBeUndefined();
  });
});

test("text has the time, the level and the message, and no fields", async () => {
  const { logger, lines } = await logTo({});
  logger.log("info", "hello", { call_id: "c" });
  logger.log("error", "broken", { error: new Error("why") });
  expect(lines[0]).toBe("12:00:00.123 info  hello\n");
  expect(lines[1]).toMatch(/^12:00:00.123 ERROR broken\n {2}Error: why\n {6}at /);
});

test("JSON has LiteLLM's names, and the fields", async () => {
  const { logger, lines } = await logTo({ format: "json" });
  logger.log("warn", "hello", { call_id: "c", prompt_tokens: 7, absent: undefined });
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    level: "warn",
    timestamp: "2026-05-01T12:00:00.123Z",
    message: "hello",
    call_id: "c",
    prompt_tokens: 7,
  });
});

describe("the level", () => {
  const rows: readonly (readonly [string | undefined, boolean, boolean, LogLevel])[] = [
    [undefined, false, false, "info"],
    ["DEBUG", false, false, "debug"],
    ["INFO", false, true, "info"],
    ["WARNING", false, false, "warn"],
    ["error", false, false, "error"],
    ["CRITICAL", false, false, "error"],
    ["nonsense", false, false, "info"],
    [undefined, false, true, "debug"],
    ["ERROR", true, false, "debug"],
  ];
  test.each(rows)("LITELLM_LOG=%s, --debug %s, set_verbose %s: %s", (wish, debug, setVerbose, level) => {
    expect(resolveLogLevel({ env: { LITELLM_LOG: wish }, debug, setVerbose })).toBe(level);
  });
});

test.each([
  [false, {}, "text"],
  [true, {}, "json"],
  [false, { JSON_LOGS: "true" }, "json"],
  [false, { JSON_LOGS: "True" }, "json"],
  [false, { JSON_LOGS: "0" }, "text"],
] as const)("json_logs %s and %o give %s", (configured, env, format) => {
  expect(resolveLogFormat(configured, env)).toBe(format);
});
