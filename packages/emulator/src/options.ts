import type { AcceptedCredentials } from "./auth/credentials.ts";
import type { Duration } from "./base/duration.ts";
import type { ModelFiles } from "./control/import-source.ts";
import type { Fault } from "./faults/fault.ts";
import type { ColdMode } from "./fleet/fleet.ts";
import type { PriceTable } from "./fleet/prices.ts";
import type { FoundationDeclaration, ModelDeclaration } from "./models/declare.ts";
import type { Assumptions } from "./runtime/read-call.ts";
import type { Script } from "./sources/script.ts";
import type { LlamaOptions } from "./sources/llama.ts";
import type { UpstreamOptions } from "./sources/upstream.ts";

/** Options of {@link createEmulator}. All may be left out. */
export interface EmulatorOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0, which takes a free one. */
  readonly port?: number;

  /** Imported models; default one of each architecture and those of LiteLLM's page. */
  readonly models?: readonly ModelDeclaration[];
  /** Foundation models; default Kimi K2 Thinking. */
  readonly foundationModels?: readonly FoundationDeclaration[];
  /** Whether the default models are there beside the given ones. Default: only when none are given. */
  readonly builtInModels?: boolean;
  /** The region of models and requests that name none. Default `us-east-1`. */
  readonly region?: string;
  /** The account of models that are declared without ARN, or imported. Default `123456789012`. */
  readonly account?: string;

  /** How long a copy takes to load. Default 0: every model is warm. */
  readonly coldStart?: Duration;
  /** What a call to a model that is not loaded gets: it waits, or `ModelNotReadyException`. Default `hold`. */
  readonly coldMode?: ColdMode;
  /** How long a held call waits at most. Default 5 minutes. */
  readonly holdLimit?: Duration;
  /** After how long without calls a copy goes. Default 5 minutes. */
  readonly idle?: Duration;
  /** Calls that one copy serves at once before another is started. Default 8. */
  readonly concurrencyPerCopy?: number;
  /** Copies of a model at most. Default 3. */
  readonly maxCopies?: number;
  /** How long an import job runs. Default 2 seconds. */
  readonly importDuration?: Duration;
  /** Models that import jobs may make in a region. Default 3. */
  readonly importQuota?: number;
  /** What stands at S3 addresses: a local directory, or its files. Other addresses are judged by their names. */
  readonly importSources?: Readonly<Record<string, string | ModelFiles>>;

  /** Fixed answers. */
  readonly scripts?: readonly Script[];
  /** What goes wrong. */
  readonly faults?: readonly Fault[];
  /** Makes ids, paddings and dice repeatable. Default 1. */
  readonly seed?: number;
  /** Paces streams. Default: as fast as they are read. */
  readonly tokensPerSecond?: number;
  /** Whether frames carry the padding `p`. Default true. */
  readonly padding?: boolean;

  /** An OpenAI-compatible server that writes the answers. */
  readonly upstream?: UpstreamOptions;
  /** A GGUF file that `node-llama-cpp` runs in this process. */
  readonly llama?: LlamaOptions;

  /** Accepted key pairs; default one documented dummy pair. */
  readonly credentials?: readonly AcceptedCredentials[];
  /** Accepted long-term Bedrock API keys; default one documented dummy. */
  readonly apiKeys?: readonly string[];
  /** Choices where AWS's behaviour is not documented. */
  readonly assumptions?: Partial<Assumptions>;
  readonly prices?: PriceTable;
  /** Largest body in bytes. Default 25 MB. */
  readonly bodyLimit?: number;
  /** How long a client may send or take nothing before it is cut off. Default 2 minutes. */
  readonly stall?: Duration;

  /** The emulator's clock in milliseconds, for cold starts, imports and the ledger. Default `Date.now`. */
  readonly now?: () => number;
  /** The clock that signatures are judged by. Default `Date.now`. */
  readonly signatureNow?: () => number;
  /** Gets one line for each request. */
  readonly log?: (line: string) => void;
}
