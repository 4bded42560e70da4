import type { Socket } from "node:net";

/** What every HTTP/2 connection begins with (RFC 9113, section 3.4); no HTTP/1.1 request does. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** No method of HTTP/1.1 begins like this, so the rest need not be awaited. */
const decisive = 4;

export type Protocol = "HTTP/1.1" | "HTTP/2";

/**
 * Looks at the first bytes of a connection, puts them back and tells the protocol. A connection that
 * says nothing for `patience` milliseconds is cut.
 */
export function sniffProtocol(socket: Socket, patience: number, found: (protocol: Protocol) => void): void {
  let start = Buffer.alloc(0);
  const read = (): void => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    start = Buffer.concat([start, bytes]);
    const seen = start.subarray(0, decisive);
    const undecided = start.length < decisive && seen.equals(preface.subarray(0, start.length));
    if (undecided) return;
    socket.off("readable", read).setTimeout(0).off("timeout", giveUp);
    socket.unshift(start);
    found(seen.equals(preface.subarray(0, decisive)) ? "HTTP/2" : "HTTP/1.1");
  };
  const giveUp = (): void => void socket.destroy();
  socket.on("readable", read).setTimeout(patience, giveUp);
}
