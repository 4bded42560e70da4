import { Command } from "commander";
import { checkCommand } from "./commands/check.ts";
import { costCommand } from "./commands/cost.ts";
import { demoCommand } from "./commands/demo.ts";
import { emulateCommand } from "./commands/emulate.ts";
import { addServeCommand } from "./commands/serve.ts";
import { warmCommand } from "./commands/warm.ts";
import { version } from "./version.ts";

/** The command line: `outcrop --config FILE` serves; the rest are commands of their own. */
export async function run(argv: readonly string[]): Promise<void> {
  // Whoever read the output may leave, as `| head` does; the gateway goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const program = new Command("outcrop")
    .description("AI gateway for models imported into Amazon Bedrock, and for Kimi K2 Thinking there")
    .version(version, "-v, --version")
    .showHelpAfterError("(outcrop --help tells the options)")
    // What follows a command's name is that command's: both have a --port.
    .enablePositionalOptions();
  addServeCommand(program);
  program.addCommand(checkCommand());
  program.addCommand(costCommand());
  program.addCommand(demoCommand());
  program.addCommand(emulateCommand());
  program.addCommand(warmCommand());
  await program.parseAsync(argv);
}
