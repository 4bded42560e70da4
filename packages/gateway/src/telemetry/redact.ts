import { isSecretName } from "./redaction/secret-names.ts";
import { redactShapes, redacted } from "./redaction/secret-shapes.ts";

/**
 * Takes secrets out of whatever leaves the gateway for people: logs, errors, spans, metrics, `/model/info`, health.
 * It knows values (the config's own keys), names (`aws_secret_access_key`) and shapes (`AKIA…`, `Bearer …`).
 */
export interface Redactor {
  /** From now on this value is a secret wherever it stands. What is too short to be one is left alone. */
  register(secrets: Iterable<string>): void;
  text(text: string): string;
  /** A copy of JSON-like data: fields with a secret's name lose their value, every text is redacted. */
  value(value: unknown): unknown;
}

/** A shorter value would take ordinary words out of texts. It is still redacted where its name tells what it is. */
const shortestSecret = 7;

/** Deeper data is cut off; nothing of ours nests so far. */
const deepest = 20;

export function createRedactor(): Redactor {
  /** The longest first, so that a secret that holds another goes as a whole. */
  let known: readonly string[] = [];

  function text(dirty: string): string {
    let clean = dirty;
    for (const secret of known) if (clean.includes(secret)) clean = clean.replaceAll(secret, redacted);
    return redactShapes(clean);
  }

  function value(dirty: unknown, depth: number): unknown {
    if (typeof dirty === "string") return text(dirty);
    if (typeof dirty !== "object" || dirty === null) return dirty;
    if (depth > deepest) return "[too deep]";
    if (Array.isArray(dirty)) return dirty.map((item) => value(item, depth + 1));
    const fields = Object.entries(dirty).map(([name, item]) => [
      text(name),
      isSecretName(name) && isFilled(item) ? redacted : value(item, depth + 1),
    ]);
    return Object.fromEntries(fields);
  }

  return {
    register(secrets) {
      const fresh = [...secrets].filter((secret) => secret.length >= shortestSecret).flatMap(spellings);
      known = [...new Set([...known, ...fresh])].toSorted((one, other) => other.length - one.length);
    },
    text,
    value: (dirty) => value(dirty, 0),
  };
}

/** A secret as it stands, in JSON, and in a URL. */
function spellings(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
}

/** That a secret is not set may be told. */
function isFilled(item: unknown): boolean {
  return item !== undefined && item !== null && item !== "" && typeof item !== "boolean";
}
