/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** AWS's spelling of a switch that is on. */
export function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}
