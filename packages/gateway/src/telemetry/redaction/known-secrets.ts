import { isSecretName } from "./secret-names.ts";

/**
 * The secrets in settings of any kind: the values under secret names, with all that lies below them, and the
 * passwords in URLs. Works alike on a config, on the environment and on a map of headers.
 */
export function* secretsIn(settings: unknown): Generator<string> {
  if (typeof settings === "string") yield* passwordIn(settings);
  if (typeof settings !== "object" || settings === null) return;
  for (const [name, value] of Object.entries(settings)) {
    if (isSecretName(name)) yield* textsIn(value);
    else yield* secretsIn(value);
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) yield* textsIn(item);
}

function* passwordIn(text: string): Generator<string> {
  const password = text.includes("://") ? URL.parse(text)?.password : undefined;
  if (password === undefined || password === "") return;
  yield password;
  yield decode(password);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
