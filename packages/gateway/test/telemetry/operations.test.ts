import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { LogFields } from "../../src/telemetry/logger.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { createRedactor } from "../../src/telemetry/redact.ts";
import { createRequestLog } from "../../src/telemetry/request-log.ts";
import { record } from "./records.ts";

const text = readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8");

/** Whatever stands between backticks. */
function named(from: string): readonly string[] {
  const words = [...from.matchAll(/`([^`\n]+)`/g)].map(([, word = ""]) => word);
  return [...new Set(words)].toSorted();
}

test("the operator's page names every metric that there is, and no other", async () => {
  const metrics = createMetrics({ redactor: createRedactor(), redactKeys: false, modelOf: () => undefined });
  const names = (await metrics.snapshot()).map(({ name }) => name);
  const rows = text.slice(text.indexOf("| metric |"), text.indexOf("Labels are bounded")).split("\n");
  const first = rows.map((row) => row.split("|")[1]).join(" ");
  expect(named(first)).toEqual(names.toSorted());
});

test("the operator's page names every field of the log, and no other", () => {
  let written: LogFields = {};
  const log = (_level: string, _message: string, fields: LogFields = {}) => void (written = fields);
  createRequestLog({ logger: { log, flush: () => Promise.resolve() } }).finished(record());
  const paragraph = text.slice(text.indexOf("`call_id`"), text.indexOf("| level | requests"));
  expect(named(paragraph)).toEqual(Object.keys(written).toSorted());
});
