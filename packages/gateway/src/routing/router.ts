import type { CancelSignal, ChatAnswer, ChatRequest } from "@outcrop/sdk";
import type { Caller } from "../chat/caller.ts";
import type { ColdStartPolicy } from "../config/cold-config.ts";
import type { ModelEntry } from "../config/gateway-config.ts";
import type { RouterObserver } from "./router-event.ts";

/** One chat call on its way to a deployment. */
export interface RoutedCall {
  /** The alias that the client asked for. */
  readonly model: string;
  readonly request: ChatRequest;
  readonly stream: boolean;
  readonly unsupported: readonly string[];
  /** Aborts when the client leaves. */
  readonly signal: CancelSignal;
  readonly options: CallOptions;
  /** Who is to pay; absent for what the gateway asks of itself. */
  readonly caller?: Caller;
  /** Told what happens to this call, such as which deployments it tries, or that it waits for a cold model. */
  readonly onEvent?: RouterObserver;
}

/** What a client may ask of the router, in body or headers. */
export interface CallOptions {
  /** Seconds for the whole answer, and to the first event of a stream. */
  readonly timeout?: number;
  readonly streamTimeout?: number;
  readonly numRetries?: number;
  /** Groups to fall back to, in place of the config's. */
  readonly fallbacks?: readonly string[];
  readonly tags?: readonly string[];
  readonly dropParams?: boolean;
  /** What to do while the model is being restored, in place of the deployment's own policy. */
  readonly coldStart?: ColdStartPolicy;
  /** Seconds before a stream that waits for its model is opened; 0: never. */
  readonly coldStartGrace?: number;
  /** A region, or the beginning of one (`eu`), that the call must not leave; looked at by the pre-call checks. */
  readonly allowedRegion?: string;
}

/** An answer, and how it came about. */
export interface RoutedAnswer extends Pick<ChatAnswer, "warnings" | "requestId" | "region" | "coldWaitMs"> {
  /** The first events are there already: what fails from here on can only be told, not replaced. */
  readonly events: ChatAnswer["events"];
  readonly entry: ModelEntry;
  /** The group that answered: the one asked for, or a fallback. */
  readonly modelGroup: string;
  readonly attemptedRetries: number;
  readonly attemptedFallbacks: number;
}

/** Finds deployments for aliases, and tries them until one answers. */
export interface Router {
  /** @throws OutcropError the last failure, when every deployment and fallback has been tried. */
  chat(call: RoutedCall): Promise<RoutedAnswer>;
  /** The aliases that clients may ask for, in the order of the config. */
  modelNames(): readonly string[];
}
