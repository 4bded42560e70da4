/** How far an HTTP/1.1 answer has come. */
export interface ResponseState {
  status: number;
  hasBody: boolean;
  done: boolean;
  keepAlive: boolean;
}

/** Reads where one answer after the other ends, and no more. */
export interface ResponseReader {
  restart(): void;
  push(bytes: Buffer): Readonly<ResponseState>;
}

const headEnd = Buffer.from("\r\n\r\n");
/** How a body in chunks ends; the canned bodies hold it nowhere else. */
const lastChunk = Buffer.from("\r\n0\r\n\r\n");

export function createResponseReader(): ResponseReader {
  const state: ResponseState = { status: 0, hasBody: false, done: false, keepAlive: true };
  let head: Buffer | undefined = Buffer.alloc(0);
  /** Of a body with a length; -1: it comes in chunks. */
  let left = 0;
  let tail: Buffer = Buffer.alloc(0);

  function readHead(bytes: Buffer): Buffer | undefined {
    const all = head && head.length > 0 ? Buffer.concat([head, bytes]) : bytes;
    const end = all.indexOf(headEnd);
    if (end < 0) {
      head = all;
      return undefined;
    }
    const text = all.toString("latin1", 0, end);
    head = undefined;
    state.status = Number(text.slice(9, 12));
    state.keepAlive = !/\r\nconnection: *close/i.test(text);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    left = length === undefined ? -1 : Number(length);
    // With the end of the head before it, a body that is empty at once is seen too.
    tail = Buffer.from("\r\n");
    return all.subarray(end + headEnd.length);
  }

  function readBody(bytes: Buffer): void {
    if (bytes.length > 0) state.hasBody = true;
    if (left >= 0) {
      left -= bytes.length;
      state.done = left <= 0;
      return;
    }
    tail =
      bytes.length >= lastChunk.length
        ? bytes.subarray(bytes.length - lastChunk.length)
        : Buffer.concat([tail, bytes]).subarray(-lastChunk.length);
    state.done = tail.equals(lastChunk);
  }

  return {
    restart() {
      state.status = 0;
      state.hasBody = false;
      state.done = false;
      head = Buffer.alloc(0);
    },
    push(bytes) {
      const body = head ? readHead(bytes) : bytes;
      if (body) readBody(body);
      return state;
    },
  };
}
