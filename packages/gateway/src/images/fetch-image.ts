import { type LookupAddress, lookup } from "node:dns";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { isIP } from "node:net";
import { OutcropError } from "@outcrop/sdk";
import { isPrivateAddress } from "./private-address.ts";

/** What may be fetched for a caller. */
export interface ImagePolicy {
  /** Host names, exact; none: nothing is fetched. */
  readonly allowedHosts: readonly string[];
  /** Bytes of one image. */
  readonly limit: number;
  /** Opens a connection; default one over TLS to a public address. */
  readonly open?: (url: URL, signal: AbortSignal) => Promise<IncomingMessage>;
}

const mostRedirects = 3;

/**
 * Fetches an image as a data URL: from an allow-listed host alone, over https, from a public address (checked
 * where the connection is made, so no name can change its mind), and every redirect is held to the same.
 *
 * @throws OutcropError `invalid_request` saying what is not allowed.
 */
export async function fetchImage(text: string, policy: ImagePolicy, signal: AbortSignal): Promise<string> {
  const { open = openPublicly } = policy;
  let url = allowedUrl(text, policy);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const answer = await open(url, signal);
    const { statusCode = 0, headers } = answer;
    if (statusCode < 300 || statusCode >= 400) return readImage(answer, policy.limit);
    answer.destroy();
    url = allowedUrl(headers.location ?? "", policy, url);
  }
  throw refusal("it redirects too often");
}

function allowedUrl(text: string, { allowedHosts }: ImagePolicy, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (!url || url.protocol !== "https:") throw refusal("only https links are fetched");
  if (url.username !== "" || url.password !== "") throw refusal("a link with credentials is not fetched");
  if (!allowedHosts.includes(url.hostname)) {
    throw refusal("its host is not in outcrop_settings.allowed_image_hosts; send the image as a data URL");
  }
  return url;
}

async function readImage(answer: IncomingMessage, limit: number): Promise<string> {
  const type = answer.headers["content-type"]?.split(";")[0]?.trim() ?? "";
  if (answer.statusCode !== 200 || !/^image\/[\w.+-]+$/.test(type)) {
    answer.destroy();
    throw refusal(`the host answered ${answer.statusCode ?? "nothing"} and no image`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw refusal(`it is larger than ${Math.floor(limit / 1048576)} MiB`);
    chunks.push(chunk);
  }
  return `data:${type};base64,${Buffer.concat(chunks).toString("base64")}`;
}

function openPublicly(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A literal address is never looked up, so it is checked here.
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && isPrivateAddress(literal))
      return reject(refusal("its address is a private one"));
    return get(url, { signal, lookup: publicLookup, headers: { accept: "image/*" } }, resolve).on(
      "error",
      (error) => reject(error instanceof OutcropError ? error : refusal("its host cannot be reached")),
    );
  });
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function publicLookup(hostname: string, options: object, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(refusal("its host leads to a private address"), []);
    }
    return "all" in options && options.all === true
      ? callback(null, addresses)
      : callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
  });
}

function refusal(why: string): OutcropError {
  return new OutcropError("invalid_request", `An image link was not fetched: ${why}.`, { param: "messages" });
}
