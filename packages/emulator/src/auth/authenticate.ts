import { AwsFailure, defaultMessage } from "../aws/failure.ts";
import type { HttpRequest } from "../http/message.ts";
import { verifyApiKey } from "./api-key.ts";
import type { Identity, Keyring } from "./credentials.ts";
import { verifySignature } from "./signature.ts";

/** Tells who sent a request. Throws AWS's exception when its signature or API key doesn't hold. */
export function authenticate(request: HttpRequest, keyring: Keyring): Identity {
  const authorization = request.headers["authorization"] ?? "";
  const identity = identify(authorization, request, keyring);
  const served = regionOfHost(request);
  if (served !== undefined && identity.region !== undefined && served !== identity.region) {
    const text = `Credential should be scoped to a valid region, not '${identity.region}'. `;
    throw new AwsFailure("InvalidSignatureException", text);
  }
  return { ...identity, region: identity.region ?? served };
}

function identify(authorization: string, request: HttpRequest, keyring: Keyring): Identity {
  if (/^bearer /i.test(authorization)) return verifyApiKey(authorization.slice(7).trim(), keyring);
  if (authorization.startsWith("AWS4-HMAC-SHA256 ")) return verifySignature(request, keyring);
  const name = authorization === "" ? "MissingAuthenticationTokenException" : "IncompleteSignatureException";
  throw new AwsFailure(name, defaultMessage[name]);
}

/** AWS's hosts name their region; so may a local name such as `bedrock-runtime.us-west-2.localhost`. */
function regionOfHost({ headers }: HttpRequest): string | undefined {
  const host = headers["host"] ?? headers[":authority"] ?? "";
  return /^bedrock(?:-runtime)?(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\./.exec(host)?.[1];
}
