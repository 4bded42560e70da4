import { randomUUID } from "node:crypto";
import type { AnswerIdentity } from "../dialects/dialect.ts";

/** A fresh id and time for an answer. */
export function createIdentity(model: string): AnswerIdentity {
  const uuid = randomUUID();
  const id = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
  return { id, created: Math.floor(Date.now() / 1000), model };
}
