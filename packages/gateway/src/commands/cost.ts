import { existsSync } from "node:fs";
import { OutcropError } from "@outcrop/sdk";
import { Command } from "commander";
import { hasErrors } from "../config/finding.ts";
import { defaultLedgerPath } from "../config/ledger-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { type CostQuery, askLedger } from "../ledger/cost-query.ts";
import { openDatabase } from "../ledger/database.ts";
import { createLedgerReader } from "../ledger/reader.ts";
import { groupings } from "../ledger/report.ts";

interface CostOptions extends CostQuery {
  readonly ledger?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** What the command needs of its process. */
export interface CostIo {
  write(text: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** `outcrop cost`: what calls have cost, out of the book that a gateway keeps. */
export function costCommand(io: CostIo = processIo): Command {
  return new Command("cost")
    .description("say what calls have cost, from the book that `outcrop_settings.ledger` keeps")
    .option("--from <time>", "a day (2026-11-01) or a time (2026-11-01T08:00:00Z); default the first call")
    .option("--to <time>", "a day, to its end, or a time; default now")
    .option("--by <what>", `one of ${groupings.join(", ")}; default model, day and key`)
    .option("--time-zone <name>", "in which days are counted, such as Europe/Berlin (UTC)")
    .option("--json", "write one JSON object")
    .option("--ledger <file>", `the book (${defaultLedgerPath})`)
    .option("-c, --config <file>", "the gateway's config, which names the book")
    .action(async (options: CostOptions, command: Command) => {
      try {
        const { json, text } = readLedger(await ledgerPath(options), options, io.now());
        io.write(options.json === true ? `${JSON.stringify(json, null, 2)}\n` : text);
      } catch (error) {
        command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
}

async function ledgerPath({ ledger, config }: CostOptions): Promise<string> {
  if (ledger !== undefined || config === undefined) return ledger ?? defaultLedgerPath;
  const { config: read, findings } = await loadConfig(config);
  if (!read || hasErrors(findings)) throw new Error(`${config} cannot be read; outcrop check says why.`);
  if (read.outcrop.ledger) return read.outcrop.ledger.path;
  throw new Error(`${config} keeps no book: set outcrop_settings.ledger.`);
}

/** @throws Error if there is no book, or the question can't be understood. */
function readLedger(path: string, query: CostQuery, now: number): ReturnType<typeof askLedger> {
  if (!existsSync(path)) {
    throw new OutcropError(
      "not_found",
      `There is no ledger ${path}. A gateway keeps one with outcrop_settings: {ledger: true}.`,
    );
  }
  const database = openDatabase(path);
  try {
    return askLedger(createLedgerReader(database), query, now);
  } finally {
    database.close();
  }
}

const processIo: CostIo = {
  write: (text) => process.stdout.write(text),
  now: () => Date.now(),
};
