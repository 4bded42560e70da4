import type { Money } from "./money.ts";
import { publishedPrices } from "./published-prices.ts";

/** A row of the list: it holds from its day on, in its region; `*` is any region that has no row of its own. */
interface Row {
  readonly region: string;
  /** Milliseconds since the epoch; absent: always. */
  readonly from?: number;
}

/** What one Custom Model Unit costs while a copy is active. */
export interface UnitPriceRow extends Row {
  /** As GetImportedModel says: `1.0`, `v1.0`; `*` is any. */
  readonly version: string;
  /** Of one unit and minute. */
  readonly perMinute: Money;
}

/** What is paid for keeping a model, whether it is called or not. */
export interface StoragePriceRow extends Row {
  readonly version: string;
  /** Of one unit and month. */
  readonly perUnitMonth: Money;
}

/** Prices of one token. */
export interface TokenPrice {
  readonly input: Money;
  readonly output: Money;
  /** Of a prompt token that was read from a cache; absent: like any other. */
  readonly cachedInput?: Money;
}

export interface TokenPriceRow extends Row, TokenPrice {
  /** The id that AWS is asked for, without ARN. */
  readonly model: string;
}

/** A price list. */
export interface PriceRows {
  readonly units: readonly UnitPriceRow[];
  readonly storage: readonly StoragePriceRow[];
  readonly tokens: readonly TokenPriceRow[];
}

export interface UnitQuery {
  readonly region: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Answers what something has cost at a time. What no row is about is unknown: `undefined`, and never zero. */
export interface Prices {
  /** Of one Custom Model Unit and minute. */
  unitPrice(query: UnitQuery): Money | undefined;
  /** Of one Custom Model Unit and month. */
  storagePrice(query: UnitQuery): Money | undefined;
  tokenPrice(query: {
    readonly modelId: string;
    readonly region: string;
    readonly at: number;
  }): TokenPrice | undefined;
}

export const noRows: PriceRows = { units: [], storage: [], tokens: [] };

/** Prices by the operator's own rows, and where none fits by the published ones. */
export function createPrices(own: PriceRows = noRows, published: PriceRows = publishedPrices): Prices {
  const find = <R extends Row>(rowsOf: (list: PriceRows) => readonly R[], where: Place): R | undefined =>
    latest(rowsOf(own), where) ?? latest(rowsOf(published), where);

  return {
    unitPrice: ({ version, ...where }) =>
      find(({ units }) => units.filter((row) => isAbout(row, version)), where)?.perMinute,
    storagePrice: ({ version, ...where }) =>
      find(({ storage }) => storage.filter((row) => isAbout(row, version)), where)?.perUnitMonth,
    tokenPrice({ modelId, ...where }) {
      const model = bareId(modelId);
      const row = find(({ tokens }) => tokens.filter((candidate) => candidate.model === model), where);
      return row && toTokenPrice(row);
    },
  };
}

function isAbout(row: UnitPriceRow | StoragePriceRow, version: string): boolean {
  return row.version === "*" || sameVersion(row.version, version);
}

function toTokenPrice({ input, output, cachedInput }: TokenPriceRow): TokenPrice {
  return { input, output, ...(cachedInput !== undefined && { cachedInput }) };
}

interface Place {
  readonly region: string;
  readonly at: number;
}

/** The youngest row that holds already; a region's own before those of any region. */
function latest<R extends Row>(rows: readonly R[], { region, at }: Place): R | undefined {
  const valid = rows.filter(({ from = -Infinity }) => from <= at);
  const ofRegion = valid.filter((row) => row.region === region);
  const candidates = ofRegion.length > 0 ? ofRegion : valid.filter((row) => row.region === "*");
  return candidates.toSorted((one, other) => (other.from ?? -Infinity) - (one.from ?? -Infinity) || 0)[0];
}

/** Whether two spellings mean the same version: AWS writes `v1.0` on one page and `1.0` on another. */
export function sameVersion(one: string, other: string): boolean {
  return normalizeVersion(one) === normalizeVersion(other);
}

function normalizeVersion(version: string): string {
  const text = version.trim().toLowerCase();
  const [, major, minor = "0"] = /^v?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return major === undefined ? text : `${Number(major)}.${Number(minor)}`;
}

/** `arn:…:foundation-model/moonshot.kimi-k2-thinking` is the model behind it. */
function bareId(modelId: string): string {
  return modelId.startsWith("arn:") ? modelId.slice(modelId.indexOf("/") + 1) : modelId;
}
