import type { OpenCall } from "./call-log.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { createCursor } from "./cursor.ts";

/** What reading calls left over. */
export interface Leftover {
  /** What was read in vain: it is text, whatever it looks like. */
  readonly literal: string;
  /** What was not read. */
  readonly rest: string;
}

/** Reads calls in one syntax, in pieces. */
export interface CallReader {
  /** Reads on; undefined while the syntax wants more. */
  push(text: string): Leftover | undefined;
  /** No more is coming. */
  end(): Leftover;
}

/** What readers may know and do, whatever their syntax. */
export interface CallRights {
  readonly endMarkers: readonly string[];
  readonly isOffered: (name: string) => boolean;
  readonly schemaOf: (name: string) => unknown;
  readonly open: (name: string, id: string | undefined) => OpenCall;
}

/** A reader for what stands behind a marker, or from an opening on (then the marker is ""). */
export function createCallReader(syntax: CallSyntax, marker: string, rights: CallRights): CallReader {
  const cursor = createCursor();
  let isCall = false;
  const reading = syntax.read({
    cursor,
    endMarkers: rights.endMarkers,
    accepts: (name) => name !== "" && (!syntax.needsOffer || rights.isOffered(name)),
    schemaOf: rights.schemaOf,
    open(name, id) {
      isCall = true;
      cursor.commit();
      return rights.open(name, id);
    },
  });
  cursor.mark();

  return {
    push(text) {
      cursor.push(text);
      return reading.next().done ? leftover() : undefined;
    },
    end() {
      cursor.close();
      reading.next();
      return leftover();
    },
  };

  function leftover(): Leftover {
    const kept = isCall ? cursor.kept() : marker + cursor.kept();
    return { literal: syntax.isReserved ? withoutTokens(syntax, kept) : kept, rest: cursor.rest() };
  }
}

/** Text without the tokens of a syntax, which are never text. */
function withoutTokens(syntax: CallSyntax, text: string): string {
  return [...syntax.markers, ...(syntax.strays ?? [])].reduce(
    (left, token) => left.replaceAll(token, ""),
    text,
  );
}
