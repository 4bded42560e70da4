/** A prompt offers fewer tools than this; one that is made to look otherwise shall not cost more time. */
const mostAttempts = 128;

/** Finds the JSON objects that begin at each match of `start` inside a text. */
export function findJsonObjects(text: string, start: RegExp): unknown[] {
  const found: unknown[] = [];
  const pattern = new RegExp(start.source, "g");
  let attempts = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (++attempts > mostAttempts) break;
    const end = findEnd(text, match.index);
    if (end === undefined) continue;
    pattern.lastIndex = end;
    const value = parseQuietly(text.slice(match.index, end));
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** The index after the bracket that closes the one at `from`. */
function findEnd(text: string, from: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let index = from; index < text.length; index++) {
    const character = text[index];
    if (quoted) {
      if (character === "\\") index++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
