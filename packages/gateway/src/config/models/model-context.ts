import type { ColdTerms } from "../cold-config.ts";
import type { Environment } from "../gateway-config.ts";
import type { Params } from "./params.ts";
import type { Credentials } from "./read-credentials.ts";

/** What a model takes over from the blocks about all models. */
export interface ModelContext extends ColdTerms {
  readonly credentials: Credentials;
  /** `router_settings.default_litellm_params`. */
  readonly defaults: Params;
  readonly dropParams: boolean;
  readonly modifyParams: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly streamTimeout: number | undefined;
  readonly coldStartTimeout: number;
  readonly numRetries: number;
  readonly env: Environment;
}
