import type { GrammarSpec } from "./grammar-spec.ts";
import { type MarkerIndex, createMarkerScanner } from "./marker-scanner.ts";
import { isBlank } from "./whitespace.ts";

/** Watches over what follows a trailing marker, which is content after all if more content comes. */
export interface TurnEnd {
  /** A marker was met in the text. True if the turn is over or may be; then all text goes to `push`. */
  meet(marker: string): boolean;
  isMet(): boolean;
  /** Text behind the marker. Undefined while the turn is over; else the marker was content, and this follows it. */
  push(text: string): Resumed | undefined;
  /** No more is coming: what was held may be content after all. */
  flush(): Resumed | undefined;
}

/** Content that goes on after what looked like the end of the turn. */
export interface Resumed {
  /** The marker and the whitespace behind it. */
  readonly literal: string;
  readonly rest: string;
}

/** A fresh watch for a family's markers. Behind a marker that always ends the turn, everything is cut. */
export function createTurnEnd(
  { endMarkers, trailingMarkers, nextTurnMarkers }: GrammarSpec,
  afterTurn: MarkerIndex,
): TurnEnd {
  const scanner = createMarkerScanner(afterTurn);
  let isOver = false;
  let tail: string | undefined;

  return {
    meet(marker) {
      if (endMarkers.includes(marker)) isOver = true;
      else if (trailingMarkers.includes(marker)) tail = marker;
      return isOver || tail !== undefined;
    },
    isMet: () => isOver || tail !== undefined,
    push(text) {
      let unread = text;
      while (!isOver && tail !== undefined) {
        const { before, marker = "", rest } = scanner.push(unread);
        if (!isBlank(before)) return resume(before + marker + rest + scanner.flush());
        tail += before + marker;
        isOver = endMarkers.includes(marker) || nextTurnMarkers.includes(marker);
        if (marker === "") break;
        unread = rest;
      }
      return undefined;
    },
    flush() {
      const held = scanner.flush();
      return held === "" ? undefined : resume(held);
    },
  };

  function resume(rest: string): Resumed {
    const literal = tail ?? "";
    tail = undefined;
    return { literal, rest };
  }
}
