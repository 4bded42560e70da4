/** Milliseconds, or text such as `90s`, `5m`, `250ms`, `1.5h`, `2d`; a bare number in text is milliseconds. */
export type Duration = number | string;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration. Throws a `RangeError` that says what is understood. */
export function parseDuration(value: Duration): number {
  const milliseconds = typeof value === "number" ? value : readText(value);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  throw new RangeError(`"${value}" is not a duration: write for example 250ms, 90s, 5m or 1h`);
}

function readText(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim());
  return match === null ? Number.NaN : Number(match[1]) * (units[match[2] ?? "ms"] ?? Number.NaN);
}
