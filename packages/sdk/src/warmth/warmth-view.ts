import type { WarmthBook } from "./warmth-book.ts";
import type { WarmthState } from "./warmth.ts";

/** What tells models apart: the same id in another region or at another endpoint is another model. */
export interface ModelPlace {
  readonly modelId: string;
  readonly region: string | undefined;
  readonly endpoint?: string | undefined;
}

/** How warm a model is. Times are milliseconds since the epoch. */
export interface WarmthView {
  readonly state: WarmthState;
  /** When it last answered, or refused to; absent: never. */
  readonly seenAt: number | undefined;
  /** When the restore that it was last seen in began. */
  readonly restoringSince: number | undefined;
}

/** The key of a model in the book, and whether Bedrock scales it to zero. An ARN names its region itself. */
export function toModelPlace({ modelId, region, endpoint = "" }: ModelPlace): {
  readonly key: string;
  readonly scalesToZero: boolean;
} {
  const isArn = modelId.startsWith("arn:");
  return {
    key: isArn ? `${endpoint} ${modelId}` : `${endpoint} ${region ?? ""} ${modelId}`,
    scalesToZero: isArn && modelId.includes(":imported-model/"),
  };
}

/** What the book says of a model; `undefined` for one that is always there. */
export function viewOfBook(book: WarmthBook, model: ModelPlace): WarmthView | undefined {
  const { key, scalesToZero } = toModelPlace(model);
  if (!scalesToZero) return undefined;
  const warmth = book.of(key);
  return {
    state: book.stateOf(key),
    seenAt: warmth.seen === "nothing" ? undefined : warmth.at,
    restoringSince: warmth.seen === "refusal" ? warmth.since : undefined,
  };
}
