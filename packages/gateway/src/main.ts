import { Command } from "commander";
import { addServeCommand } from "./commands/serve.ts";
import { version } from "./version.ts";

/** Each command is loaded when it is asked for: serving must not pay for the others at its start. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import("./commands/check.ts")).checkCommand(),
  cost: async () => (await import("./commands/cost.ts")).costCommand(),
  demo: async () => (await import("./commands/demo.ts")).demoCommand(),
  emulate: async () => (await import("./commands/emulate.ts")).emulateCommand(),
  warm: async () => (await import("./commands/warm.ts")).warmCommand(),
};

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
  for (const load of wanted(argv)) program.addCommand(await load());
  await program.parseAsync(argv);
}

/** The command that is called, or all of them where somebody asks what there is. */
function wanted([, , first = "help"]: readonly string[]): readonly (() => Promise<Command>)[] {
  const called = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (called) return [called];
  return ["help", "-h", "--help"].includes(first) ? Object.values(commands) : [];
}
