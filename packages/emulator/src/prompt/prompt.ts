import type { Dialect } from "../models/architectures.ts";

/** What a model is given, whichever body format brought it. */
export interface Prompt {
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  /** All of the prompt as one text: seeds the small model, and is what scripts match. */
  readonly text: string;
  /** Whether the model reasons first. */
  readonly thinks: boolean;
  /** Whether a rendered prompt has already opened the thinking, so that the answer begins inside it. */
  readonly opensThinking: boolean;
  /** How tool calls and reasoning are written where nothing parses them. */
  readonly dialect: Dialect;
}

export type Role = "system" | "user" | "assistant" | "tool";

export interface Turn {
  readonly role: Role;
  readonly text: string;
  readonly images: readonly Image[];
  /** Names of the tools that an assistant turn calls. */
  readonly calls: readonly string[];
}

/** An image of a request. */
export interface Image {
  /** Such as `png`. */
  readonly format: string;
  readonly bytes: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: unknown;
}

/** `none`, `auto`, `required`, or the name of the tool to call. */
export type ToolChoice =
  | { readonly type: "none" | "auto" | "required" }
  | { readonly type: "tool"; readonly name: string };

export const automatic: ToolChoice = { type: "auto" };

export function toTurn(role: Role, text: string, rest: Partial<Turn> = {}): Turn {
  return { role, text, images: [], calls: [], ...rest };
}

export function lastUserText({ turns }: Prompt): string {
  return turns.findLast((turn) => turn.role === "user")?.text ?? "";
}
