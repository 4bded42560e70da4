import { hash } from "node:crypto";

/**
 * A tool call's id as Mistral's models know it: 9 characters. Others' ids (OpenAI's have 29) are hashed, so
 * that a call and its result still share one and no two calls do.
 */
export function toMistralCallId(id: string): string {
  return Array.from(id).length === 9 ? id : hash("sha256", id).slice(0, 9);
}
