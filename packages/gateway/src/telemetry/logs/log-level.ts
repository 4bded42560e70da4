import type { Environment } from "../../config/gateway-config.ts";

/** From the chattiest to the gravest. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

/** Python's names of levels, as LITELLM_LOG has them, beside ours. */
const aliases: Readonly<Record<string, LogLevel>> = {
  debug: "debug",
  info: "info",
  warning: "warn",
  warn: "warn",
  error: "error",
  critical: "error",
};

/** Who may ask for a level. */
export interface LogLevelWishes {
  readonly env: Environment;
  /** `--debug` or `--detailed_debug`. */
  readonly debug?: boolean;
  /** `litellm_settings.set_verbose`. */
  readonly setVerbose?: boolean;
}

/** The command line comes first, then LITELLM_LOG, then the config; default `info`. */
export function resolveLogLevel({ env, debug, setVerbose }: LogLevelWishes): LogLevel {
  if (debug === true) return "debug";
  return aliases[env.LITELLM_LOG?.trim().toLowerCase() ?? ""] ?? (setVerbose === true ? "debug" : "info");
}
