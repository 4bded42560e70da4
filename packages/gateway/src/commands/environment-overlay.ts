import type { Environment } from "../config/gateway-config.ts";

/** An environment over which configs set variables, one config after the other. */
export interface EnvironmentOverlay {
  /** As it was before any config. What `.env` sets there counts as set by nobody, so that a changed one takes effect. */
  readonly original: Environment;
  /** Sets a config's variables; what an earlier config set, and this one doesn't, is as it was. */
  apply(variables: Environment): void;
}

/** An overlay on the process's environment, which AWS's credentials are looked for in at every call. */
export function createEnvironmentOverlay(target: NodeJS.ProcessEnv): EnvironmentOverlay {
  const original = { ...target };
  let applied: readonly string[] = [];
  return {
    original,
    apply(variables) {
      for (const name of applied) {
        if (original[name] === undefined) Reflect.deleteProperty(target, name);
        else target[name] = original[name];
      }
      Object.assign(target, variables);
      applied = Object.keys(variables);
    },
  };
}
