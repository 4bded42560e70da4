import { hash } from "node:crypto";

/**
 * A tool call's id as Mistral's models know it: 9 letters and digits. Others' ids (OpenAI's have 29) are
 * hashed, so that a call and its result still share one and no two calls do.
 */
export function toMistralCallId(id: string): string {
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : hash("sha256", id).slice(0, 9);
}
