import { readFileSync } from "node:fs";
import type { JsonObject } from "../src/core/json.ts";

/** One recorded or documented exchange with AWS. */
export interface CapturedCase {
  readonly id: string;
  readonly request: JsonObject;
  readonly response?: {
    readonly status?: number;
    readonly headers?: Record<string, string>;
    readonly body?: JsonObject;
  };
  readonly frames?: readonly {
    readonly event: string;
    readonly json: JsonObject;
    readonly binary_hex?: string;
  }[];
  readonly truncated?: boolean;
}

const file = new URL("./fixtures/aws-captured.json", import.meta.url);

/** Every case by its id. */
export const captured: ReadonlyMap<string, CapturedCase> = new Map(
  (JSON.parse(readFileSync(file, "utf8")) as readonly CapturedCase[]).map((entry) => [entry.id, entry]),
);

/** The case of an id, which must exist. */
export function capturedCase(id: string): CapturedCase {
  const found = captured.get(id);
  if (!found) throw new Error(`no captured case ${id}`);
  return found;
}
