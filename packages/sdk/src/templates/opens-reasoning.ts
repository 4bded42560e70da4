import { stripEnd } from "./python-text.ts";

/** Whether a prompt ends inside an open think tag, so that the answer starts with thinking. */
export function opensReasoning(prompt: string): boolean {
  return stripEnd(prompt).endsWith("<think>");
}
