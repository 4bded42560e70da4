/** The shortest true name of what broke a connection: its code (`ECONNREFUSED`) or its text. */
export function connectionFault(error: unknown): string {
  return faultCode(error) ?? (error instanceof Error ? error.message : "no answer");
}

/** The code may sit in a cause: `fetch` wraps it. */
function faultCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return "code" in error && typeof error.code === "string" ? error.code : faultCode(error.cause);
}
