import { InvalidArgumentError } from "commander";

/** Reads a port. @throws InvalidArgumentError for what is none. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError(`"${text}" is no port: a number from 0 to 65535 is expected`);
}
