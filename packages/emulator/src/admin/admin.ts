import { lookUp } from "../base/look-up.ts";
import { duration, ConfigError } from "../config/reader.ts";
import { fault } from "../config/faults.ts";
import { script } from "../config/scripts.ts";
import type { HttpReply, HttpRequest } from "../http/message.ts";
import { describeModel } from "../models/describe.ts";
import { isObject } from "../prompt/json.ts";
import type { ReceivedRequest } from "../service/request-log.ts";
import type { ServiceState } from "../service/state.ts";

const root = "/_outcrop/";

/** Whether a path is the emulator's own, which no signature guards. */
export function isAdminPath(target: string): boolean {
  return target.startsWith(root);
}

type AdminAction = (body: unknown, state: ServiceState) => unknown;

const actions: Readonly<Record<string, AdminAction>> = {
  "GET health": () => ({ status: "ok" }),
  "GET ledger": (_, { bookkeeper }) => bookkeeper.ledger(),
  "GET requests": (_, { requests }) => ({ requests: requests.list().map(toShowable) }),
  "GET models": (_, { catalogue }) => ({ models: catalogue.all().map(describeModel) }),
  "GET faults": (_, { faults }) => ({ faults: faults.list() }),
  "POST faults": (body, { faults }) => {
    // All are read before one is added, so that a wrong one adds none.
    const read = asItems(body, "faults").map((item, index) => fault(item, ["faults", index]));
    for (const item of read) faults.add(item);
    return { faults: faults.list() };
  },
  "DELETE faults": (_, { faults }) => {
    faults.clear();
    return { faults: [] };
  },
  "POST scripts": (body, { scripts }) => {
    const read = asItems(body, "scripts").map((item, index) => script(item, ["scripts", index]));
    for (const item of read) scripts.add(item);
    return { added: read.length };
  },
  "DELETE scripts": (_, { scripts }) => {
    scripts.clear();
    return {};
  },
  "POST clock": (body, { clock }) => {
    clock.advance(duration(isObject(body) ? body["advance"] : undefined, ["advance"]));
    return { time: new Date(clock.now()).toISOString() };
  },
  "POST reset": (_, state) => {
    state.reset();
    return {};
  },
};

/** Answers `/_outcrop/…`. */
export function answerAdmin(request: HttpRequest, state: ServiceState): HttpReply {
  const [path = ""] = request.target.slice(root.length).split("?");
  const action = lookUp(actions, `${request.method} ${path}`);
  if (action === undefined) return toReply(404, { message: `There is no ${request.method} ${root}${path}.` });
  try {
    state.jobs.settle();
    return toReply(200, action(parseBody(request.body), state));
  } catch (error) {
    if (error instanceof ConfigError) return toReply(400, { message: error.message });
    throw error;
  }
}

/** A body can be nested too deep to be written. */
function toShowable(request: ReceivedRequest): ReceivedRequest {
  try {
    JSON.stringify(request.body);
    return request;
  } catch {
    return { ...request, body: "(nested too deep to be shown)" };
  }
}

/** One item, a list of them, or a list under its name. */
function asItems(body: unknown, name: string): readonly unknown[] {
  if (isObject(body) && Array.isArray(body[name])) return body[name] as readonly unknown[];
  return Array.isArray(body) ? (body as readonly unknown[]) : [body];
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch (error) {
    throw new ConfigError([], error instanceof Error ? error.message : "The body is no JSON.");
  }
}

function toReply(status: number, body: unknown): HttpReply {
  const text = `${JSON.stringify(body, undefined, 2)}\n`;
  return { kind: "whole", status, headers: { "content-type": "application/json" }, body: text };
}
