import type { AwsFailure } from "../aws/failure.ts";

/** A request as it arrived, whichever protocol brought it. */
export interface HttpRequest {
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  readonly method: string;
  /** Path and query exactly as sent: signatures cover the very bytes. */
  readonly target: string;
  /** Lower-case names, pseudo headers included; repeated headers are joined by `,` as signing wants it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Why the body was not taken, if it was not. */
  readonly refusal: AwsFailure | undefined;
  /** Aborted when the client leaves or the server closes. */
  readonly signal: AbortSignal;
}

/** An answer: all at once, or piece by piece. */
export type HttpReply = WholeReply | StreamReply;

export interface WholeReply {
  readonly kind: "whole";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface StreamReply {
  readonly kind: "stream";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpReply>;

/** Thrown instead of an answer, or inside `chunks`, to cut the connection with a reset. */
export class ConnectionReset extends Error {
  override readonly name = "ConnectionReset";
}

/** The limits that keep a listener's memory bounded. */
export interface HttpLimits {
  /** Largest body of one request, in bytes. */
  readonly bodyBytes: number;
  /** Largest sum of all bodies that are being received or served, in bytes. */
  readonly totalBodyBytes: number;
  /** How long a client may send or take nothing before its connection is cut, in milliseconds. */
  readonly stall: number;
}
