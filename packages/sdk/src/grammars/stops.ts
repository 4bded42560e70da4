/** Where a stop was looked for: at the end of the text if there is none. */
export interface Stop {
  readonly at: number;
  /** Whether the stop is there in full; what begins one at the end of the text may still become it. */
  readonly isWhole: boolean;
}

/** What stands at one place of a text. */
export type StopSign = "stop" | "perhaps" | "none";

/** Whether one of some stops stands at `at`, or may when more of the text has come. */
export function stopAt(text: string, at: number, stops: readonly string[]): StopSign {
  let sign: StopSign = "none";
  for (const stop of stops) {
    if (text.startsWith(stop, at)) return "stop";
    const length = text.length - at;
    if (length < stop.length && text.endsWith(stop.slice(0, length))) sign = "perhaps";
  }
  return sign;
}

/** Finds the first of some stops; each of them begins with `<`. */
export function findStop(text: string, stops: readonly string[]): Stop {
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at + 1)) {
    const sign = stopAt(text, at, stops);
    if (sign !== "none") return { at, isWhole: sign === "stop" };
  }
  return { at: text.length, isWhole: false };
}
