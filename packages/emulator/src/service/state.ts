import type { Keyring } from "../auth/credentials.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { ImportJobs } from "../control/import-jobs.ts";
import type { TagBook } from "../control/tags.ts";
import type { FaultBook } from "../faults/fault-book.ts";
import type { Bookkeeper } from "../fleet/ledger.ts";
import type { Catalogue } from "../models/catalogue.ts";
import type { TextSource } from "../runtime/call.ts";
import type { Assumptions } from "../runtime/read-call.ts";
import type { ScriptBook } from "../sources/script.ts";
import type { RequestLog } from "./request-log.ts";

/** Everything that an emulator holds: the parts are made by `createEmulator` and used by the service. */
export interface ServiceState {
  /** The region of requests that name none. */
  readonly region: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly random: Random;
  readonly catalogue: Catalogue;
  readonly bookkeeper: Bookkeeper;
  readonly jobs: ImportJobs;
  readonly tags: TagBook;
  readonly scripts: ScriptBook;
  readonly faults: FaultBook;
  readonly requests: RequestLog;
  readonly source: TextSource;
  readonly assumptions: Assumptions;
  readonly tokensPerSecond: number | undefined;
  readonly padding: boolean;
  /** Gets one line for each request. */
  readonly log: (line: string) => void;
  /** Forgets requests, scripts, faults, use and what was imported or deleted. */
  readonly reset: () => void;
}
