/** What a scanner found: text free of markers, and perhaps a marker and the unread rest behind it. */
export interface Found {
  readonly before: string;
  readonly marker?: string;
  readonly rest: string;
}

/** Finds the first of some markers in a text that comes in pieces. */
export interface MarkerScanner {
  /** Reads up to the first marker; a tail that a marker may begin with is held back for the next push. */
  push(text: string): Found;
  /** Whether something is held back. */
  isHolding(): boolean;
  /** No marker is coming: what was held back is text. */
  flush(): string;
}

/** Markers, made ready to be looked for. */
export interface MarkerIndex {
  readonly byStart: ReadonlyMap<string, readonly string[]>;
  /** Finds the characters that markers begin with, from its `lastIndex` on. */
  readonly starts: RegExp;
}

export function indexMarkers(markers: Iterable<string>): MarkerIndex {
  const byStart = Map.groupBy(new Set(markers), (marker) => marker.charAt(0));
  const starts = new RegExp(`[${[...byStart.keys()].map((start) => `\\${start}`).join("")}]`, "g");
  return { byStart, starts };
}

/**
 * A fresh scanner. No marker may be the beginning of another one, so that the first that is complete is
 * the right one however the text was cut. Its work is linear in the text: no more than one marker's
 * length is ever held back and read again.
 */
export function createMarkerScanner({ byStart, starts }: MarkerIndex): MarkerScanner {
  let held = "";

  return {
    push(text) {
      const all = held + text;
      held = "";
      starts.lastIndex = 0;
      while (starts.test(all)) {
        const at = starts.lastIndex - 1;
        const candidates = byStart.get(all.charAt(at)) ?? [];
        const marker = candidates.find((candidate) => all.startsWith(candidate, at));
        if (marker) return { before: all.slice(0, at), marker, rest: all.slice(at + marker.length) };
        if (mayBegin(candidates, all, at)) {
          held = all.slice(at);
          return { before: all.slice(0, at), rest: "" };
        }
      }
      return { before: all, rest: "" };
    },
    isHolding: () => held !== "",
    flush() {
      const text = held;
      held = "";
      return text;
    },
  };
}

/** Whether the text from `at` to its end is the beginning of a marker. */
function mayBegin(markers: readonly string[], text: string, at: number): boolean {
  const length = text.length - at;
  return markers.some((marker) => length < marker.length && text.endsWith(marker.slice(0, length)));
}
