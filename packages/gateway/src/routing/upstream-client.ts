import type { ChatAnswer, ChatCall } from "@outcrop/sdk";
import type { ModelEntry } from "../config/gateway-config.ts";
import type { RoutedCall } from "./router.ts";

/** For which deployment a call goes to AWS, and on whose behalf. */
export interface CallCause {
  readonly entry: ModelEntry;
  readonly call: Pick<RoutedCall, "caller" | "options">;
}

/** Who talks to AWS for the router: once for each try. A `ChatClient` is one that does not care who asks. */
export interface UpstreamClient {
  /** @throws OutcropError */
  chat(call: ChatCall, cause?: CallCause): Promise<ChatAnswer>;
}
