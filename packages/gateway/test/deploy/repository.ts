import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { addServeCommand } from "../../src/commands/serve.ts";

const root = new URL("../../../../", import.meta.url);

/** A path of the repository, on this machine. */
export function pathOf(path: string): string {
  return fileURLToPath(new URL(path, root));
}

export function readText(path: string): string {
  return readFileSync(pathOf(path), "utf8");
}

/** Why what is built can't be run; `undefined` where it can. */
export const notBuilt: string | undefined = existsSync(pathOf("packages/gateway/dist/main.js"))
  ? undefined
  : "the packages are not built (npm run build)";

/** The flags of a command line that the gateway does not know. */
export function unknownFlags(words: readonly string[]): readonly string[] {
  const program = new Command();
  addServeCommand(program);
  const known = new Set(program.options.map(({ long }) => long));
  return words.filter((word) => word.startsWith("--") && !known.has(word));
}

/** The value that follows a flag. */
export function valueOf(words: readonly string[], flag: string): string | undefined {
  const place = words.indexOf(flag);
  return place === -1 ? undefined : words[place + 1];
}
