/** A push machine from the bytes between a JSON string's quotes to what it says. */
export interface StringIntake {
  push(bytes: Buffer): void;
  /** Bytes so far. */
  size(): number;
  /** The bytes as they came; all of them only as long as there are few. */
  raw(): readonly Buffer[];
  /** Of the bytes so far, the last ones. */
  trailingBackslashes(): number;
  /** `undefined` for what is no string. */
  end(): string | undefined;
}

/** Bytes that are read at a time by default, a few milliseconds' worth; few images are larger. */
const defaultPieceSize = 2 * 1024 * 1024;
/** Bytes of the longest escape, `\u0041`. */
const escapeLength = 6;
/** How far back a place for a cut is looked for. */
const cutRange = 4096;

const backslash = 0x5c;

/** Reads a string in pieces: the plain ones, as base64 is, by decoding alone, the others by `JSON.parse`. */
export function createStringIntake(pieceSize: number = defaultPieceSize): StringIntake {
  const pieces: string[] = [];
  let waiting: Buffer[] = [];
  let waitingSize = 0;
  let size = 0;
  let nextPiece = pieceSize;
  let isBroken = false;

  function take(bytes: Buffer): void {
    const piece = parseString(bytes);
    if (piece === undefined) isBroken = true;
    else pieces.push(piece);
  }

  /** What is all escapes has no place for a cut: it is tried again when there is twice as much. */
  function takePiece(): void {
    const bytes = Buffer.concat(waiting);
    const cut = findCut(bytes);
    waiting = [bytes];
    nextPiece = 2 * bytes.length;
    if (cut === undefined) return;
    take(bytes.subarray(0, cut));
    waiting = [bytes.subarray(cut)];
    waitingSize = bytes.length - cut;
    nextPiece = pieceSize;
  }

  return {
    push(bytes) {
      size += bytes.length;
      waitingSize += bytes.length;
      waiting.push(bytes);
      if (waitingSize >= nextPiece) takePiece();
    },
    size: () => size,
    raw: () => waiting,
    trailingBackslashes: () => backslashesAtEnd(waiting),
    end() {
      take(Buffer.concat(waiting));
      if (isBroken) return undefined;
      const [first = ""] = pieces;
      return pieces.length === 1 ? first : pieces.join("");
    },
  };
}

function backslashesAtEnd(buffers: readonly Buffer[]): number {
  let count = 0;
  for (const buffer of buffers.toReversed()) {
    let at = buffer.length;
    while (at > 0 && buffer[at - 1] === backslash) at--;
    count += buffer.length - at;
    if (at > 0) break;
  }
  return count;
}

/** A place near the end that is amidst no escape and no character. */
function findCut(bytes: Buffer): number | undefined {
  const least = Math.max(0, bytes.length - cutRange);
  for (let cut = bytes.length - 1; cut > least; cut--) {
    const isAmidstCharacter = ((bytes[cut] ?? 0) & 0xc0) === 0x80;
    if (isAmidstCharacter) continue;
    const escape = bytes.lastIndexOf(backslash, cut - 1);
    if (escape <= cut - escapeLength) return cut;
  }
  return undefined;
}

function parseString(bytes: Buffer): string | undefined {
  const text = bytes.toString("utf8");
  if (isPlain(bytes)) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return undefined;
  }
}

/** Whether the bytes between two quotes stand for themselves. */
function isPlain(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === backslash) return false;
  }
  return true;
}
