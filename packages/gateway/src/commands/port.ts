import { InvalidArgumentError, Option } from "commander";

/** Reads a port. @throws InvalidArgumentError for what is none. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError(`"${text}" is no port: a number from 0 to 65535 is expected`);
}

/** The gateway's port, which `PORT` may say too. */
export function portOption(): Option {
  const option = new Option("--port <port>", "port to listen on (also PORT)")
    .argParser(parsePort)
    .default(4000);
  return orEnvironment(option, "PORT");
}

/** Lets a variable stand for an option. An empty one is not set, as it is not to LiteLLM. */
export function orEnvironment(option: Option, name: string): Option {
  return process.env[name] ? option.env(name) : option;
}
