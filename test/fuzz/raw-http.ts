import { type Socket, connect } from "node:net";

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection that says whatever bytes it is given, and reads the answers that come. */
export interface RawConnection {
  write(bytes: string | Buffer): void;
  /** Says that nothing more will be sent. */
  finish(): void;
  /** The next answer; `undefined` when the connection is closed without one. */
  next(options?: { readonly bodiless?: boolean }): Promise<RawAnswer | undefined>;
  readonly isOpen: boolean;
  close(): void;
}

/** Opens one to a port of this machine. */
export function openConnection(port: number): RawConnection {
  const socket: Socket = connect(port, "127.0.0.1");
  let received = Buffer.alloc(0);
  let closed = false;
  let wake = () => undefined as void;
  socket.setNoDelay(true);
  socket.on("data", (bytes) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    wake();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    closed = true;
    wake();
  });

  function take(bodiless: boolean): RawAnswer | undefined {
    const read = readAnswer(received, closed, bodiless);
    if (!read) return undefined;
    received = received.subarray(read.length);
    return read.answer;
  }

  return {
    write: (bytes) => void socket.write(bytes),
    finish: () => void socket.end(),
    async next({ bodiless = false } = {}) {
      for (;;) {
        const answer = take(bodiless);
        // What is said before the answer is no answer.
        if (answer && answer.status >= 200) return answer;
        if (answer) continue;
        if (closed) return undefined;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    get isOpen() {
      return !closed && !socket.destroyed && socket.readyState !== "closed";
    },
    close: () => void socket.destroy(),
  };
}

/** The first answer in some bytes, and how many of them it takes; `undefined` while it is not all there. */
function readAnswer(
  bytes: Buffer,
  closed: boolean,
  bodiless: boolean,
): { readonly answer: RawAnswer; readonly length: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const start = end + 4;
  const done = (body: string, length: number) => ({ answer: { status, headers, body }, length });
  if (bodiless || status < 200 || status === 204 || status === 304) return done("", start);
  if (headers["transfer-encoding"] === "chunked") {
    const chunked = readChunks(bytes, start);
    return chunked && done(chunked.body, chunked.end);
  }
  const stated = headers["content-length"];
  if (stated === undefined)
    return closed ? done(bytes.subarray(start).toString("utf8"), bytes.length) : undefined;
  const stop = start + Number(stated);
  return bytes.length >= stop ? done(bytes.subarray(start, stop).toString("utf8"), stop) : undefined;
}

function readChunks(
  bytes: Buffer,
  start: number,
): { readonly body: string; readonly end: number } | undefined {
  let at = start;
  let body = "";
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString("latin1"), 16);
    const from = line + 2;
    if (bytes.length < from + size + 2) return undefined;
    body += bytes.subarray(from, from + size).toString("utf8");
    at = from + size + 2;
    if (size === 0) return { body, end: at };
  }
}
