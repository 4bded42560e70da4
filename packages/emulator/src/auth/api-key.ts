import { AwsFailure } from "../aws/failure.ts";
import { encodeComponent } from "./canonical.ts";
import type { AcceptedCredentials, Identity, Keyring } from "./credentials.ts";
import { parseBasicTime, sameText, toStringToSign } from "./signature.ts";
import { sign } from "./signing-key.ts";
import type { Scope } from "./signing-key.ts";

const shortTermPrefix = "bedrock-api-key-";
/** AWS's longest life of a short-term key: twelve hours. */
const longestLife = 43_200;
/** A presigned request has no body to hash. */
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * Verifies a Bedrock API key. A long-term one must be known; a short-term one is a presigned URL in
 * base64, so its region, its life and its signature are read out of it and checked.
 */
export function verifyApiKey(key: string, keyring: Keyring): Identity {
  if (keyring.apiKeys.some((known) => sameText(known, key))) {
    return { kind: "long-term-key", region: undefined, accessKeyId: undefined };
  }
  if (!key.startsWith(shortTermPrefix)) throw refused();
  return verifyShortTermKey(decodeQuery(key.slice(shortTermPrefix.length)), keyring);
}

function decodeQuery(encoded: string): URLSearchParams {
  const url = Buffer.from(encoded, "base64").toString();
  const [address = "", query = ""] = url.split("?");
  if (address !== "bedrock.amazonaws.com/") throw refused();
  return new URLSearchParams(query);
}

function verifyShortTermKey(query: URLSearchParams, keyring: Keyring): Identity {
  const [accessKeyId = "", date = "", region = "", service = ""] = (
    query.get("X-Amz-Credential") ?? ""
  ).split("/");
  const credentials = keyring.credentials.find((known) => known.accessKeyId === accessKeyId);
  if (credentials === undefined || service !== "bedrock") throw refused();
  const { sessionToken } = credentials;
  if (sessionToken !== undefined && query.get("X-Amz-Security-Token") !== sessionToken) throw refused();
  if (query.get("Action") !== "CallWithBearerToken") throw refused();
  checkLife(query, credentials, keyring.now());
  const expected = signQuery(query, { date, region, service }, credentials);
  if (!sameText(expected, query.get("X-Amz-Signature") ?? "")) throw refused();
  return { kind: "short-term-key", region, accessKeyId };
}

function checkLife(query: URLSearchParams, credentials: AcceptedCredentials, now: number): void {
  const start = parseBasicTime(query.get("X-Amz-Date") ?? "");
  const life = Number(query.get("X-Amz-Expires") ?? "NaN");
  if (!(life > 0 && life <= longestLife) || Number.isNaN(start)) throw refused();
  const session = Date.parse(credentials.expiration ?? "9999-01-01");
  if (now >= Math.min(start + life * 1000, session)) {
    throw new AwsFailure("AccessDeniedException", "Bearer Token has expired");
  }
}

/** The signature covers every parameter but itself and `Version`, which is appended to the signed URL. */
function signQuery(query: URLSearchParams, scope: Scope, credentials: AcceptedCredentials): string {
  const pairs = [...query]
    .filter(([name]) => name !== "X-Amz-Signature" && name !== "Version")
    .map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`)
    .toSorted();
  const canonical = ["POST", "/", pairs.join("&"), "host:bedrock.amazonaws.com", "", "host", emptyHash];
  const text = toStringToSign(query.get("X-Amz-Date") ?? "", scope, canonical.join("\n"));
  return sign(credentials.secretAccessKey, scope, text);
}

function refused(): AwsFailure {
  return new AwsFailure(
    "AccessDeniedException",
    "Authentication failed: Please make sure your API Key is valid.",
  );
}
