import { leadingSpace } from "./whitespace.ts";

/** Cuts the header of its own turn that a model echoes at the very start. */
export interface HeaderCutter {
  /** What of the text may go on. */
  push(text: string): string;
  /** No more is coming: what was held goes on. */
  flush(): string;
}

/** A fresh cutter; `onCut` is called for each header, which may be several (a begin token and a role). */
export function createHeaderCutter(headers: readonly string[], onCut: () => void): HeaderCutter {
  let isAtStart = headers.length > 0;
  let held = "";

  return {
    push(text) {
      if (!isAtStart) return text;
      let unread = held + text;
      let space = "";
      held = "";
      for (;;) {
        const length = leadingSpace(unread);
        space += unread.slice(0, length);
        unread = unread.slice(length);
        const header = headers.find((candidate) => unread.startsWith(candidate));
        if (!header) break;
        onCut();
        unread = unread.slice(header.length);
      }
      isAtStart = headers.some((header) => header.startsWith(unread));
      if (!isAtStart) return space + unread;
      held = unread;
      return space;
    },
    flush() {
      isAtStart = false;
      return held;
    },
  };
}
