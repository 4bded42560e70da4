import type { Server } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface SplitOptions {
  /** Listens, and gets the connections that speak HTTP/1.1. */
  readonly http1: Server;
  readonly isTls: boolean;
  /** Milliseconds in which a connection must have said something. */
  readonly patience: number;
}

/** The connections of both protocols. */
export interface Connections {
  /** Lets go of those that have said nothing yet. */
  closeSilent(): void;
  destroyAll(): void;
}

/** Stands before the HTTP/1.1 server, and gives connections that speak HTTP/2 to somebody else. */
export function splitProtocols(
  { http1, isTls, patience }: SplitOptions,
  takeHttp2: (socket: Socket) => void,
): Connections {
  /** Below TLS; by the peer's address and port, which are the same above it. */
  const open = new Map<string, Socket>();
  const silent = new Set<string>();
  const event = isTls ? "secureConnection" : "connection";
  const accepting = http1.listeners(event) as ((socket: Socket) => void)[];
  const give = (socket: Socket, isHttp2: boolean) => {
    silent.delete(peerOf(socket));
    if (isHttp2) takeHttp2(socket);
    else for (const accept of accepting) accept.call(http1, socket);
  };
  http1.removeAllListeners(event).prependListener("connection", (socket: Socket) => {
    const peer = peerOf(socket);
    open.set(peer, socket);
    silent.add(peer);
    socket.once("close", () => {
      open.delete(peer);
      silent.delete(peer);
    });
  });
  http1.on(event, (socket: Socket) => {
    // TLS has settled it.
    if (socket instanceof TLSSocket) give(socket, socket.alpnProtocol === "h2");
    else sniff(socket, patience, (isHttp2) => give(socket, isHttp2));
  });
  return {
    closeSilent: () => silent.forEach((peer) => open.get(peer)?.destroy()),
    destroyAll: () => open.forEach((socket) => socket.destroy()),
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** What every connection in HTTP/2 begins with (RFC 9113, section 3.4), and no request in HTTP/1.1. */
const preface = Buffer.from("PRI ");

/** Looks at the first bytes of a connection, and puts them back. */
function sniff(socket: Socket, patience: number, found: (isHttp2: boolean) => void): void {
  let start = Buffer.alloc(0);
  const read = () => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    start = Buffer.concat([start, bytes]);
    const seen = start.subarray(0, preface.length);
    if (seen.length < preface.length && seen.equals(preface.subarray(0, seen.length))) return;
    socket.off("readable", read).off("error", leave).off("timeout", leave).setTimeout(0);
    socket.unshift(start);
    found(seen.equals(preface));
  };
  const leave = () => void socket.destroy();
  socket.on("readable", read).on("error", leave).on("timeout", leave).setTimeout(patience);
}
