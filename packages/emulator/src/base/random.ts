import { hash } from "node:crypto";

/** A small seeded generator: the same seed gives the same values on every machine. */
export interface Random {
  /** In `[0, 1)`. */
  next(): number;
  /** An integer in `[low, high]`. */
  integer(low: number, high: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Letters and digits of the given alphabet. */
  text(length: number, alphabet?: string): string;
  /** Begins anew with its seed. */
  reset(): void;
}

/** 32 bits that depend on every character of the text. */
export function fingerprint(text: string): number {
  return Number.parseInt(hash("sha1", text, "hex").slice(0, 8), 16);
}

export function createRandom(seed: number | string): Random {
  const start = typeof seed === "number" ? seed >>> 0 : fingerprint(seed);
  let state = start;

  // mulberry32, a public-domain generator: 32 bits of state are plenty for made-up text.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));

  return {
    next,
    integer,
    pick: (choices) => choices[integer(0, choices.length - 1)] ?? choices[0],
    reset: () => {
      state = start;
    },
    text: (length, alphabet = "0123456789abcdef") =>
      Array.from({ length }, () => alphabet[integer(0, alphabet.length - 1)]).join(""),
  };
}

/** A version-4 UUID of the generator. */
export function toUuid(random: Random): string {
  const digits = random.text(32);
  const variant = random.text(1, "89ab");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
}
