import { hash, timingSafeEqual } from "node:crypto";
import { AwsFailure, defaultMessage } from "../aws/failure.ts";
import type { HttpRequest } from "../http/message.ts";
import { toCanonicalRequest } from "./canonical.ts";
import type { AcceptedCredentials, Identity, Keyring } from "./credentials.ts";
import { sign, toScopeText } from "./signing-key.ts";
import type { Scope } from "./signing-key.ts";

const algorithm = "AWS4-HMAC-SHA256";
const allowedSkew = 5 * 60_000;

/** Verifies a Signature Version 4 `authorization` header. Throws AWS's exception when it doesn't hold. */
export function verifySignature(request: HttpRequest, keyring: Keyring): Identity {
  const claim = parseClaim(request.headers["authorization"] ?? "");
  const time = request.headers["x-amz-date"] ?? "";
  const credentials = keyring.credentials.find((known) => known.accessKeyId === claim.accessKeyId);
  if (credentials === undefined) throw refuse("UnrecognizedClientException");
  checkScope(claim, time);
  checkTime(time, keyring.now());
  checkSignature({ request, claim, credentials, time });
  checkToken(request, claim, { credentials, now: keyring.now() });
  return { kind: "signature", region: claim.scope.region, accessKeyId: claim.accessKeyId };
}

interface Claim {
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly terminator: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function parseClaim(authorization: string): Claim {
  const fields = new Map(
    authorization
      .slice(algorithm.length)
      .split(",")
      .map((field): [string, string] => {
        const mark = field.indexOf("=");
        return [field.slice(0, mark).trim(), field.slice(mark + 1).trim()];
      }),
  );
  const required = ["Credential", "Signature", "SignedHeaders"];
  const missing = required.filter((name) => (fields.get(name) ?? "") === "");
  if (missing.length > 0) {
    const complaints = missing.map((name) => `Authorization header requires '${name}' parameter.`);
    throw new AwsFailure("IncompleteSignatureException", complaints.join(" "));
  }
  // An access key id has no slash, but nothing says so: take the four parts from the end.
  const parts = (fields.get("Credential") ?? "").split("/");
  const [date = "", region = "", service = "", terminator = ""] = parts.slice(-4);
  return {
    accessKeyId: parts.slice(0, -4).join("/"),
    scope: { date, region, service },
    terminator,
    signedHeaders: (fields.get("SignedHeaders") ?? "").toLowerCase().split(";"),
    signature: fields.get("Signature") ?? "",
  };
}

function checkScope({ scope, terminator, signedHeaders }: Claim, time: string): void {
  if (terminator !== "aws4_request") {
    throw mismatch("Credential should be scoped with a valid terminator: 'aws4_request'.");
  }
  if (scope.service !== "bedrock")
    throw mismatch("Credential should be scoped to correct service: 'bedrock'.");
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(scope.region)) {
    throw mismatch(`Credential should be scoped to a valid region, not '${scope.region}'.`);
  }
  if (!signedHeaders.includes("host") && !signedHeaders.includes(":authority")) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (!time.startsWith(scope.date)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
}

function checkTime(time: string, now: number): void {
  const signedAt = parseBasicTime(time);
  if (Number.isNaN(signedAt)) {
    const text = `Date must be in ISO-8601 'basic format'. Got '${time}'. See http://en.wikipedia.org/wiki/ISO_8601`;
    throw new AwsFailure("IncompleteSignatureException", text);
  }
  const nowText = toBasicTime(now);
  if (signedAt < now - allowedSkew) {
    const limit = toBasicTime(now - allowedSkew);
    throw mismatch(`Signature expired: ${time} is now earlier than ${limit} (${nowText} - 5 min.)`);
  }
  if (signedAt > now + allowedSkew) {
    const limit = toBasicTime(now + allowedSkew);
    throw mismatch(`Signature not yet current: ${time} is still later than ${limit} (${nowText} + 5 min.)`);
  }
}

function checkSignature(given: {
  request: HttpRequest;
  claim: Claim;
  credentials: AcceptedCredentials;
  time: string;
}): void {
  const canonical = toCanonicalRequest(given.request, given.claim.signedHeaders);
  const text = toStringToSign(given.time, given.claim.scope, canonical);
  const expected = sign(given.credentials.secretAccessKey, given.claim.scope, text);
  if (sameText(expected, given.claim.signature)) return;
  throw mismatch(
    `${defaultMessage.InvalidSignatureException}\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'${text}'\n`,
  );
}

export function toStringToSign(time: string, scope: Scope, canonical: string): string {
  return [algorithm, time, toScopeText(scope), hash("sha256", canonical)].join("\n");
}

/** A token must be signed; it must be the right one where the accepted pair has one. */
function checkToken(
  { headers }: HttpRequest,
  { signedHeaders }: Claim,
  { credentials, now }: { credentials: AcceptedCredentials; now: number },
): void {
  const token = headers["x-amz-security-token"];
  if (token !== undefined && !signedHeaders.includes("x-amz-security-token")) {
    throw mismatch("'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (credentials.sessionToken !== undefined && token !== credentials.sessionToken) {
    throw refuse("UnrecognizedClientException");
  }
  if (credentials.expiration !== undefined && Date.parse(credentials.expiration) <= now) {
    throw refuse("ExpiredTokenException");
  }
}

export function sameText(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Milliseconds of `20261122T103836Z`, or NaN. */
export function parseBasicTime(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function toBasicTime(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}

function refuse(exception: "UnrecognizedClientException" | "ExpiredTokenException"): AwsFailure {
  return new AwsFailure(exception, defaultMessage[exception]);
}

function mismatch(message: string): AwsFailure {
  return new AwsFailure("InvalidSignatureException", message);
}
