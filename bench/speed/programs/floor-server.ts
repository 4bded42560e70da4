/**
 * Node's floor: `node:http` in, undici's `dispatch` out, bytes as they come. No parsing, no translation, no keys, no log.
 *
 *   node floor-server.ts PORT UPSTREAM_PORT
 */
import { type ServerResponse, createServer } from "node:http";
import { Pool } from "undici";

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 4096, pipelining: 1 });

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks);
    relay(request.url ?? "/", body, response);
  });
}).listen(port, "127.0.0.1");

function relay(path: string, body: Buffer | null, response: ServerResponse): void {
  pool.dispatch(
    { method: "POST", path, body, headers: ["content-type", "application/json"] },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, headers) {
        response.writeHead(status, { "content-type": String(headers["content-type"]), ...lengthOf(headers) });
      },
      onResponseData(_controller, chunk) {
        response.write(chunk);
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError(_controller, error) {
        response.destroy(error);
      },
    },
  );
}

function lengthOf(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const length = headers["content-length"];
  return typeof length === "string" ? { "content-length": length } : {};
}
