import { request } from "node:http";
import { cannedStream, cannedText, cannedWhole } from "./canned.ts";
import type { OutgoingRequest, Program, Shape } from "./program.ts";

/** Sends a request once, and says what is wrong with the answer; `undefined`: nothing. A wrong answer is not worth timing. */
export async function findFault(program: Program, port: number, shape: Shape): Promise<string | undefined> {
  const outgoing = program.request(shape);
  if (!outgoing) return "it can't do this";
  const { status, body } = await ask(port, outgoing);
  if (status !== 200) return `status ${status}: ${body.toString("utf8").slice(0, 300)}`;
  return program.answers === "upstream" ? relayFault(body, shape) : answerFault(body.toString("utf8"), shape);
}

function relayFault(body: Buffer, shape: Shape): string | undefined {
  const expected = shape.stream
    ? Buffer.concat(cannedStream("invoke-stream", shape).events)
    : bodyOf(cannedWhole("invoke", shape));
  return body.equals(expected) ? undefined : "the upstream's bytes have changed on the way";
}

function bodyOf(response: Buffer): Buffer {
  return response.subarray(response.indexOf("\r\n\r\n") + 4);
}

function answerFault(body: string, shape: Shape): string | undefined {
  const text = shape.stream ? textOfStream(body) : textOfWhole(body);
  if (text === undefined) return `no chat completion: ${body.slice(0, 300)}`;
  const expected = cannedText(shape);
  if (text.trim() !== expected.trim()) return `another text: ${text.slice(0, 100)}`;
  return shape.stream && !body.includes("data: [DONE]") ? "the stream has no end mark" : undefined;
}

interface Choice {
  readonly message?: { readonly content?: string };
  readonly delta?: { readonly content?: string | null };
}

function textOfWhole(body: string): string | undefined {
  return choiceOf(body)?.message?.content;
}

function textOfStream(body: string): string | undefined {
  const data = body.split("\n").filter((line) => line.startsWith("data: {"));
  return data.map((line) => choiceOf(line.slice("data: ".length))?.delta?.content ?? "").join("");
}

function choiceOf(json: string): Choice | undefined {
  try {
    return (JSON.parse(json) as { choices?: readonly Choice[] }).choices?.[0];
  } catch {
    return undefined;
  }
}

function ask(
  port: number,
  { path, headers, body }: OutgoingRequest,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: "127.0.0.1",
      method: "POST",
      path,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
      timeout: 10_000,
    };
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      response.once("error", reject);
    });
    outgoing.once("timeout", () => outgoing.destroy(new Error("no answer in 10 s")));
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}
