import type { Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { encodeOpenAIError } from "../dialects/openai-error.ts";
import { OutcropError } from "@outcrop/sdk";
import { sendJson } from "./send.ts";

/** What Node's parser gives up at, as a status of its own; everything else is a 400. */
const faults: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The request's head is too large."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["413 Content Too Large", "The body's chunks have too many extensions."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request has not come within its time."],
};

/**
 * Answers in the error envelope where Node would answer a few bytes of its own, or nothing: what is no HTTP, what is
 * cut off, an unknown expectation, and `CONNECT`.
 */
export function answerProtocolFaults(server: Server): void {
  const open = new WeakMap<Duplex, Set<ServerResponse>>();
  server.on("request", ({ socket }, response) => {
    const responses = open.get(socket) ?? new Set();
    open.set(socket, responses.add(response));
    response.once("close", () => responses.delete(response));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const isFree = [...(open.get(socket) ?? [])].every(isUnanswered);
    const [status, message] = faults[error.code ?? ""] ?? [
      "400 Bad Request",
      "This is no HTTP request that can be read.",
    ];
    if (socket.writable && isFree) endWith(socket, status, message);
    else socket.destroy();
  });
  server.on("checkExpectation", (_, response) => {
    sendJson(response, 417, { body: envelope("417", "The only expectation that is met is 100-continue.") });
  });
  server.on("connect", (_, socket) => endWith(socket, "405 Method Not Allowed", "This is no proxy."));
}

/** The request that is being read: any answer before its end is one to it. */
function isUnanswered({ req, headersSent }: ServerResponse): boolean {
  return !req.complete && !headersSent;
}

function endWith(socket: Duplex, status: string, message: string): void {
  const body = JSON.stringify(envelope(status.slice(0, 3), message));
  const head = [
    `HTTP/1.1 ${status}`,
    "connection: close",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function envelope(status: string, message: string) {
  const { error } = encodeOpenAIError(new OutcropError("invalid_request", message)) as { error: object };
  return { error: { ...error, code: status } };
}
