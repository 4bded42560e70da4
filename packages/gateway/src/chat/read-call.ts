import { type JsonObject, OutcropError } from "@outcrop/sdk";
import type { GatewayConfig, GeneralSettings } from "../config/gateway-config.ts";
import type { Dialect, DialectCall } from "../dialects/dialect.ts";
import type { ReadBody } from "../http/read-json.ts";
import type { Exchange } from "../http/route-table.ts";
import { type Caller, callerOf } from "./caller.ts";
import { type TakenOptions, takeCallOptions } from "./call-options.ts";

/** One request of a client API, read. */
export interface ReadCall {
  readonly dialect: string;
  readonly call: DialectCall;
  /** What was read leniently, dropped or replaced, in sentences for the client. */
  readonly warnings: readonly string[];
  readonly taken: TakenOptions;
  readonly caller: Omit<Caller, "callId">;
}

/** What a body is read with. */
export interface ReadContext {
  readonly dialect: Dialect;
  readonly exchange: Pick<Exchange, "request" | "params">;
  readonly config: Pick<GatewayConfig, "general">;
}

/** Reads a request strictly by its API, with what it says to the gateway taken out. */
export function readCall(
  { body, warnings }: ReadBody,
  { dialect, exchange: { request, params }, config: { general } }: ReadContext,
): ReadCall {
  const taken = takeCallOptions(body, request.headers);
  const own = applyPolicy(taken.body, general);
  const call = dialect.parse(params.model === undefined ? own : { ...own, model: params.model });
  const said = joined(warnings, taken.warnings, call.warnings);
  const caller = callerOf(request.headers, taken.body);
  return { dialect: dialect.name, call, warnings: said, taken, caller };
}

/** Nearly always there is nothing to say. */
function joined(...lists: readonly (readonly string[])[]): readonly string[] {
  return lists.every((list) => list.length === 0) ? nothing : lists.flat();
}

const nothing: readonly string[] = [];

/** What the operator asks of every request. @throws OutcropError `invalid_request` */
function applyPolicy(
  body: JsonObject,
  { enforceUserParam, alwaysIncludeStreamUsage }: GeneralSettings,
): JsonObject {
  if (enforceUserParam && typeof body.user !== "string") {
    throw new OutcropError("invalid_request", "This gateway asks for the user in every request.", {
      param: "user",
    });
  }
  if (!alwaysIncludeStreamUsage || body.stream !== true || body.stream_options !== undefined) return body;
  return { ...body, stream_options: { include_usage: true } };
}
