/**
 * A client of its own process, so that nobody else's work counts as the gateway's: told a request, it reads the stream to its end and
 * answers with the longest time between two reads, in milliseconds.
 */
import { request } from "node:http";

export interface PacedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

process.on("message", ({ url, headers, body }: PacedRequest) => {
  let last: number | undefined;
  let longest = 0;
  const asked = request(url, { method: "POST", headers }, (response) => {
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
    response.on("data", () => {
      const now = performance.now();
      longest = Math.max(longest, now - (last ?? now));
      last = now;
    });
    response.once("end", () => process.send?.(longest));
  });
  asked.end(body);
});
