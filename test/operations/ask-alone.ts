import { request } from "node:http";

/** An answer, read to its end. */
export interface LoneAnswer {
  readonly status: number | undefined;
  readonly text: string;
}

/** Asks on a connection of its own, so that any worker may take it. */
export function askAlone(
  url: string,
  { path = "", body }: { path?: string; body?: string } = {},
): Promise<LoneAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, { method: body === undefined ? "GET" : "POST", agent: false });
    outgoing.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => resolve({ status: response.statusCode, text }));
    });
    outgoing.end(body);
  });
}

/** A chat request. */
export function chatWith(model: string): { path: string; body: string } {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hi" }] });
  return { path: "/v1/chat/completions", body };
}
