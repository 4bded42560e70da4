import type { OpenCall } from "./call-log.ts";
import type { Cursor, Reading } from "./cursor.ts";

/** What a syntax works with while it reads from its marker on. */
export interface CallScope {
  /** Behind the marker that was found. */
  readonly cursor: Cursor;
  /** The family's end markers: nothing of a call goes beyond them. */
  readonly endMarkers: readonly string[];
  /** Whether there may be a call of this name. */
  accepts(name: string): boolean;
  /** The JSON schema of a tool's parameters, if it was offered. */
  schemaOf(name: string): unknown;
  /** It is a call: what was read so far can't be text any more. */
  open(name: string, id?: string): OpenCall;
}

/** One way in which models write tool calls into their text. */
export interface CallSyntax {
  /** What announces a call. */
  readonly markers: readonly string[];
  /** A character that announces a call where the content begins, without any marker. */
  readonly opening?: string;
  /** Tokens that mean something between the markers alone: one that stands astray is left out of the text. */
  readonly strays?: readonly string[];
  /** The markers are tokens of the model's own, never text: where no call follows they are left out. */
  readonly isReserved?: boolean;
  /** Only a call that names an offered tool is one. */
  readonly needsOffer?: boolean;
  /**
   * Reads the calls behind a marker, or from the opening on. What the cursor keeps in the end is text; and if
   * no call was opened, so is the marker before it.
   */
  read(scope: CallScope): Reading<unknown>;
}

/** The same syntax where it is a call only if it names an offered tool. */
export function whenOffered(syntax: CallSyntax): CallSyntax {
  return { ...syntax, needsOffer: true };
}
