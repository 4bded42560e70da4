import { parseDuration } from "../base/duration.ts";
import { isObject } from "../prompt/json.ts";

export type Path = readonly (string | number)[];

/** Something wrong in a config, at a place. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly path: Path;
  /** What is wrong, without the place. */
  readonly complaint: string;
  /** Whether the name at the end of the path is wrong, rather than its value. */
  readonly atName: boolean;

  constructor(path: Path, complaint: string, atName = false) {
    super(path.length === 0 ? complaint : `${formatPath(path)}: ${complaint}`);
    this.path = path;
    this.complaint = complaint;
    this.atName = atName;
  }
}

/** `models[0].name` */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

/** Takes a value from outside at its path; throws a {@link ConfigError} when it isn't what it must be. */
export type Reader<T> = (value: unknown, path: Path) => T;

export const text: Reader<string> = (value, path) => {
  if (typeof value === "string") return value;
  throw new ConfigError(path, `expected text, got ${describe(value)}`);
};

export const flag: Reader<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw new ConfigError(path, `expected true or false, got ${describe(value)}`);
};

export const anything: Reader<unknown> = (value) => value;

/** A number from `low` to `high`. */
export function number(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Reader<number> {
  return (value, path) => {
    if (typeof value === "number" && value >= low && value <= high) return value;
    const range = Number.isFinite(high)
      ? ` from ${low} to ${high}`
      : Number.isFinite(low)
        ? ` of at least ${low}`
        : "";
    throw new ConfigError(path, `expected a number${range}, got ${describe(value)}`);
  };
}

export function integer(low: number, high?: number): Reader<number> {
  const read = number(low, high);
  return (value, path) => {
    if (Number.isInteger(value)) return read(value, path);
    throw new ConfigError(path, `expected a whole number, got ${describe(value)}`);
  };
}

/** Milliseconds, or text such as `90s`. */
export const duration: Reader<number> = (value, path) => {
  try {
    if (typeof value === "number" || typeof value === "string") return parseDuration(value);
  } catch (error) {
    throw new ConfigError(path, error instanceof Error ? error.message : String(error));
  }
  throw new ConfigError(path, `expected a duration such as 90s, got ${describe(value)}`);
};

/** An ISO 8601 date or time. YAML 1.2 leaves it a text. */
export const time: Reader<string> = (value, path) => {
  const given = text(value, path);
  if (Number.isNaN(Date.parse(given)))
    throw new ConfigError(path, `expected a date such as 2025-10-01, got "${given}"`);
  return given;
};

export function oneOf<const T extends string>(choices: readonly T[]): Reader<T> {
  return (value, path) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new ConfigError(path, `expected one of ${choices.join(", ")}, got ${describe(value)}`);
  };
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ConfigError(path, `expected a list, got ${describe(value)}`);
    return value.map((entry: unknown, index) => item(entry, [...path, index]));
  };
}

/** A mapping of free names. */
export function mapping<T>(item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) => {
    if (!isObject(value)) throw new ConfigError(path, `expected a mapping, got ${describe(value)}`);
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, item(entry, [...path, name])]),
    );
  };
}

/** A mapping of known names: an unknown one is an error, and so is a required one that is missing. */
export function record<T extends object>(
  shape: { readonly [Name in keyof T]-?: Reader<T[Name]> },
  required: readonly (keyof T & string)[] = [],
): Reader<T> {
  const names = Object.keys(shape) as (keyof T & string)[];
  return (value, path) => {
    if (!isObject(value)) throw new ConfigError(path, `expected a mapping, got ${describe(value)}`);
    for (const name of Object.keys(value)) {
      if (!names.some((known) => known === name)) throw unknownName(name, names, path);
    }
    for (const name of required) {
      if (value[name] === undefined) throw new ConfigError(path, `${name} is missing`);
    }
    const present = names.filter((name) => value[name] !== undefined && value[name] !== null);
    return Object.fromEntries(present.map((name) => [name, shape[name](value[name], [...path, name])])) as T;
  };
}

function unknownName(name: string, names: readonly string[], path: Path): ConfigError {
  const near = names.find((known) => toPlain(known).startsWith(toPlain(name)));
  const hint = near === undefined ? `known here: ${names.join(", ")}` : `did you mean ${near}?`;
  return new ConfigError([...path, name], `unknown setting; ${hint}`, true);
}

/** `cold_start`, `cold-start` and `coldStart` are alike. */
function toPlain(word: string): string {
  return word.toLowerCase().replaceAll(/[_-]/g, "");
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : JSON.stringify(value);
}
