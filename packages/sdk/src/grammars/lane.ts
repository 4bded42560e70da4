import { leadingSpace, trailingSpace } from "./whitespace.ts";

/** One kind of text on its way out, with the whitespace at its edges held until it is known what follows. */
export interface Lane {
  readonly push: (text: string) => void;
  /** What comes first is trimmed at its start, unless something is out already. */
  readonly trimStart: () => void;
  /** A tool call stands here: whitespace before it is dropped, and after it unless text follows. */
  readonly cut: () => void;
  /** Nothing follows: whitespace at the end belongs to the text, unless it only stands behind a call. */
  readonly end: () => void;
}

/** A fresh lane that writes non-empty pieces. */
export function createLane(write: (text: string) => void): Lane {
  let hasBegun = false;
  let trims = false;
  let isBesideCall = false;
  let space = "";

  function trimStart(): void {
    if (hasBegun) return;
    trims = true;
    space = "";
  }

  return {
    push(text) {
      const start = trims && !hasBegun ? leadingSpace(text) : 0;
      if (start === text.length) return;
      const end = trailingSpace(text);
      if (end <= start) {
        space += text;
        return;
      }
      write(space + text.slice(start, end));
      space = text.slice(end);
      hasBegun = true;
      isBesideCall = false;
    },
    trimStart,
    cut() {
      trimStart();
      isBesideCall = true;
      space = "";
    },
    end() {
      if (space !== "" && !isBesideCall) write(space);
      space = "";
    },
  };
}
