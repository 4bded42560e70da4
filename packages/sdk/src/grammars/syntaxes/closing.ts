import { type Cursor, type Reading, readLiteral, readSpace } from "../cursor.ts";

/** Reads a tag that may be missing, and the whitespace before it; if it is, the whitespace is kept for text. */
export function* readClosing(cursor: Cursor, tag: string): Reading<boolean> {
  cursor.mark();
  yield* readSpace(cursor);
  const isThere = yield* readLiteral(cursor, tag);
  if (isThere) cursor.commit();
  return isThere;
}
