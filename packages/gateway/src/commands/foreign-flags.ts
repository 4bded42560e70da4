import { type Command, Option } from "commander";

/** An option of LiteLLM's that has no meaning here: how it is written, and why it does nothing. */
type ForeignFlag = readonly [flags: string, why: string];

const python = "there is no Python server to choose or tune";
const database = "there is no database to prepare";

/** `--skip_server_startup` is not among them: it is for jobs that must end. */
const foreignFlags: readonly ForeignFlag[] = [
  ["--telemetry [value]", "nothing is ever sent home"],
  ["--run_gunicorn", python],
  ["--run_hypercorn", python],
  ["--run_granian", python],
  ["--keepalive_timeout <seconds>", python],
  ["--max_requests_before_restart <count>", python],
  ["--timeout_worker_healthcheck <seconds>", python],
  ["--log_config <file>", "json_logs and LITELLM_LOG say how the log looks"],
  ["--ciphers <list>", "Node's own ciphers are used"],
  ["--iam_token_db_auth", database],
  ["--use_prisma_db_push", database],
  ["--use_prisma_migrate", database],
  ["--use_v2_migration_resolver", database],
  ["--enforce_prisma_migration_check", database],
  ["--headers <json>", "set extra_headers in a config"],
  ["--api_version <version>", "Bedrock has no versions of its API"],
  ["--max_budget <usd>", "there are no budgets yet"],
  ["--add_function_to_prompt", "every template has a place for tools"],
  ["--add_key <key>", "keys are read from the environment"],
  ["--save", "there is nothing to save"],
  ["--use_queue", "there is no queue"],
  ["--local", "it is for LiteLLM's own development"],
  ["--test_async", "use --test"],
  ["--num_requests <count>", "use --test"],
];

/** Lets LiteLLM's command lines pass; the help does not show what does nothing. */
export function addForeignFlags(program: Command): void {
  for (const [flags, why] of foreignFlags) program.addOption(new Option(flags, why).hideHelp());
}

/** One line for each that was given. `--telemetry` is no news: it is off whatever it says. */
export function foreignFlagWarnings(options: object): readonly string[] {
  return foreignFlags.flatMap(([flags, why]) => {
    const [flag = ""] = flags.split(" ");
    const isGiven = Object.hasOwn(options, flag.slice(2)) && flag !== "--telemetry";
    return isGiven ? [`${flag} is ignored: ${why}.`] : [];
  });
}
