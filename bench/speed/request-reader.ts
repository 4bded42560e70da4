/** Reads the requests of one connection, as far as an answer depends on them. */
export interface RequestReader {
  push(bytes: Buffer): void;
}

interface Body {
  readonly path: string;
  /** Its first and its last bytes: a model and whether it streams are named in either. */
  text: string;
  left: number;
}

const headEnd = Buffer.from("\r\n\r\n");
const kept = 512;

/** Tells of each request when all of it has come. @throws Error for a body without a length. */
export function createRequestReader(onRequest: (path: string, text: string) => void): RequestReader {
  let head: Buffer | undefined;
  let body: Body | undefined;

  /** The bytes behind the head, once all of it is there. */
  function readHead(bytes: Buffer): Buffer | undefined {
    const all = head ? Buffer.concat([head, bytes]) : bytes;
    const end = all.indexOf(headEnd);
    head = end < 0 ? all : undefined;
    if (end < 0) return undefined;
    const text = all.toString("latin1", 0, end);
    body = { path: pathOf(text), text: "", left: lengthOf(text) };
    return all.subarray(end + headEnd.length);
  }

  function readBody(bytes: Buffer, current: Body): Buffer {
    const taken = bytes.subarray(0, current.left);
    current.left -= taken.length;
    if (current.text.length < kept) current.text += taken.toString("latin1", 0, kept);
    if (current.left === 0) {
      if (taken.length > kept) current.text += taken.toString("latin1", taken.length - kept);
      body = undefined;
      onRequest(current.path, current.text);
    }
    return bytes.subarray(taken.length);
  }

  return {
    push(bytes) {
      let unread: Buffer | undefined = bytes;
      while (unread) {
        if (body) unread = readBody(unread, body);
        else if (unread.length === 0) return;
        else unread = readHead(unread);
        if (unread?.length === 0 && body?.left !== 0) return;
      }
    },
  };
}

function pathOf(head: string): string {
  return decodeURIComponent(head.split(" ", 2)[1] ?? "/");
}

function lengthOf(head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  if (/\r\ntransfer-encoding:/i.test(head)) throw new Error("The upstream takes bodies with a length alone.");
  return 0;
}
