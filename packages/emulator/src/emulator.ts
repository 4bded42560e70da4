import { dummyApiKey, dummyCredentials } from "./auth/credentials.ts";
import { createClock } from "./base/clock.ts";
import { parseDuration } from "./base/duration.ts";
import type { Duration } from "./base/duration.ts";
import { createListener } from "./http/listener.ts";
import type { Fault } from "./faults/fault.ts";
import type { Ledger } from "./fleet/ledger.ts";
import { describeModel } from "./models/describe.ts";
import type { ModelDescription } from "./models/describe.ts";
import type { EmulatorOptions } from "./options.ts";
import { createService } from "./service/service.ts";
import { createState } from "./service/create-state.ts";
import type { ReceivedRequest } from "./service/request-log.ts";
import { checkLlama } from "./sources/llama.ts";
import type { Script } from "./sources/script.ts";

/** A running local Bedrock. */
export interface Emulator {
  /** Such as `http://127.0.0.1:54321`; runtime and control plane answer on it. */
  readonly url: string;
  readonly port: number;
  /** A key pair that it accepts. */
  readonly credentials: EmulatorCredentials;
  /** A long-term Bedrock API key that it accepts. */
  readonly apiKey: string;
  /** What a process needs in its environment so that AWS's clients find it. */
  readonly environment: EmulatorEnvironment;
  /** The imported and foundation models that there are. */
  models(): readonly ModelDescription[];
  /** The last requests, decoded, oldest first. */
  requests(): readonly ReceivedRequest[];
  /** Adds a fixed answer; later ones are tried first. */
  addScript(script: Script): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Use, billing windows and cost of each model. */
  ledger(): Ledger;
  /** Moves the emulator's clock forward, and wakes what waits for it. */
  advance(duration: Duration): void;
  /** Forgets requests, added scripts and faults, use, imports and deletions. */
  reset(): void;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export interface EmulatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface EmulatorEnvironment {
  readonly AWS_ENDPOINT_URL_BEDROCK_RUNTIME: string;
  readonly AWS_ENDPOINT_URL_BEDROCK: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_REGION: string;
  /** Only when the accepted credentials have one. */
  readonly AWS_SESSION_TOKEN?: string;
}

/** AWS's limit of a body, from memory: 25 MB. */
const bodyLimit = 25 * 1024 * 1024;
const stallLimit = "2m";

/**
 * Starts a local Bedrock.
 *
 * @example
 * ```ts
 * const emulator = await createEmulator({ coldStart: "90s", coldMode: "refuse" });
 * const client = new BedrockRuntimeClient({ endpoint: emulator.url, region: "us-east-1", credentials: emulator.credentials });
 * await emulator.close();
 * ```
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  if (options.llama !== undefined) await checkLlama(options.llama);
  const clock = createClock(options.now);
  const state = createState(options, clock);
  const host = options.host ?? "127.0.0.1";
  const limit = options.bodyLimit ?? bodyLimit;
  const listener = await createListener(createService(state), {
    host,
    port: options.port ?? 0,
    limits: {
      bodyBytes: limit,
      totalBodyBytes: limit * 10,
      stall: parseDuration(options.stall ?? stallLimit),
    },
  });
  const url = toUrl(host, listener.port);

  return {
    url,
    port: listener.port,
    credentials: credentialsOf(options),
    apiKey: options.apiKeys?.[0] ?? dummyApiKey,
    environment: toEnvironment(url, options),
    models: () => {
      state.jobs.settle();
      return state.catalogue.all().map(describeModel);
    },
    requests: () => state.requests.list(),
    addScript: (script) => state.scripts.add(script),
    addFault: (fault) => state.faults.add(fault),
    clearFaults: () => state.faults.clear(),
    ledger: () => state.bookkeeper.ledger(),
    advance: (duration) => clock.advance(parseDuration(duration)),
    reset: state.reset,
    close: () => listener.close(),
  };
}

/** What to export so that AWS's clients talk to an emulator at this address. */
export function toEnvironment(url: string, options: EmulatorOptions): EmulatorEnvironment {
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(options);
  return {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_ENDPOINT_URL_BEDROCK: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_REGION: options.region ?? "us-east-1",
  };
}

/** The address that clients use: that of the loopback when the emulator listens everywhere. */
export function toUrl(host: string, port: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

function credentialsOf({ credentials }: EmulatorOptions): EmulatorCredentials {
  const [first = dummyCredentials] = credentials ?? [];
  const { accessKeyId, secretAccessKey, sessionToken } = first as EmulatorCredentials;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
