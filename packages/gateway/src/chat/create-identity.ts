import { randomUUID } from "node:crypto";
import type { AnswerIdentity } from "../dialects/dialect.ts";

/** A fresh id and time for an answer. */
export function createIdentity(model: string): AnswerIdentity {
  return { id: randomUUID().replaceAll("-", ""), created: Math.floor(Date.now() / 1000), model };
}
