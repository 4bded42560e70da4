import { type KeyObject, createHmac, createSecretKey, hash } from "node:crypto";
import { escapeUri } from "./endpoint.ts";
import { memoize } from "../core/memoize.ts";

/** Keys of AWS, permanent or (with a token) temporary. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

interface SignableRequest {
  readonly method: string;
  readonly host: string;
  /** The path as it is sent: encoded once. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The body's SHA-256 in hexadecimal, where it is known already. */
  readonly bodyHash?: string | undefined;
}

interface SigningContext {
  readonly keys: AwsKeys;
  readonly region: string;
  readonly date: Date;
}

/** Gives the headers to send: the request's own, and those of the signature. */
export type Signer = (request: SignableRequest, context: SigningContext) => Record<string, string>;

const service = "bedrock";
const algorithm = "AWS4-HMAC-SHA256";
const maxCachedKeys = 64;
const maxCachedPaths = 1000;

/**
 * Signs requests to Bedrock (Signature Version 4). It signs a closed list of headers, `host`, `content-type`
 * and `x-amz*`, so that nothing a proxy adds or changes can break a signature. What comes again is kept: the derived key of
 * a day, the paths of models, the spelling of a second.
 */
export function createSigner(): Signer {
  const keyOf = createKeyCache();
  const canonicalPathOf = memoize(maxCachedPaths, toCanonicalPath);
  const timeOf = createTimeSpelling();
  return (request, { keys, region, date }) => {
    const time = timeOf(date);
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const bodyHash = request.bodyHash ?? hash("sha256", request.body);
    const headers: Record<string, string> = {
      ...request.headers,
      host: request.host,
      "x-amz-date": time,
      "x-amz-content-sha256": bodyHash,
    };
    if (keys.sessionToken) headers["x-amz-security-token"] = keys.sessionToken;
    const names = Object.keys(headers).filter(isSigned).toSorted();
    const signedNames = names.join(";");
    let canonicalHeaders = "";
    for (const name of names) canonicalHeaders += `${name}:${toCanonicalValue(headers[name] ?? "")}\n`;
    const canonicalRequest = `${request.method}\n${canonicalPathOf(request.path)}\n\n${canonicalHeaders}\n${signedNames}\n${bodyHash}`;
    const toSign = `${algorithm}\n${time}\n${scope}\n${hash("sha256", canonicalRequest)}`;
    const signature = createHmac("sha256", keyOf(keys.secretAccessKey, day, region))
      .update(toSign)
      .digest("hex");
    headers["authorization"] =
      `${algorithm} Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`;
    return headers;
  };
}

/** Spells a time as `20260102T030405Z`, once a second. */
function createTimeSpelling(): (date: Date) => string {
  let second = NaN;
  let text = "";
  return (date) => {
    const wanted = Math.floor(date.getTime() / 1000);
    if (wanted !== second) {
      second = wanted;
      text = `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    }
    return text;
  };
}

/** AWS never signs `x-amzn-trace-id`: tracing agents rewrite it on the way. */
function isSigned(name: string): boolean {
  if (name.startsWith("x-amz")) return name !== "x-amzn-trace-id";
  return name === "host" || name === "content-type";
}

/** White space at either end, and any but single spaces within. */
const untidy = /[\t\r\n]|^ | $| {2}/;

function toCanonicalValue(value: string): string {
  if (!untidy.test(value)) return value;
  return value.replaceAll(/[ \t\r\n]+/g, " ").replaceAll(/^ | $/g, "");
}

/** The path as sent, each segment encoded once more: AWS's rule for every service but S3. */
function toCanonicalPath(path: string): string {
  return escapeUri(path).replaceAll("%2F", "/");
}

function createKeyCache(): (secret: string, day: string, region: string) => KeyObject {
  const cached = new Map<string, KeyObject>();
  return (secret, day, region) => {
    const name = `${day}/${region}/${secret}`;
    let key = cached.get(name);
    if (!key) {
      // As a key object it is six times cheaper to use than as bytes.
      key = createSecretKey(deriveKey(secret, day, region));
      if (cached.size >= maxCachedKeys) cached.clear();
      cached.set(name, key);
    }
    return key;
  };
}

function deriveKey(secret: string, day: string, region: string): Buffer {
  const seed: Buffer = Buffer.from(`AWS4${secret}`);
  return [day, region, service, "aws4_request"].reduce(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    seed,
  );
}
