import { OutcropError } from "../core/errors.ts";

/** Who a call is made as: what the call or its deployment sets, before the environment is asked. */
export interface CallAuth {
  /** A Bedrock API key. Empty: none, and not the environment's either. */
  readonly apiKey?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** A profile of AWS's shared files. */
  readonly profile?: string;
  /** ARN of a role to assume. */
  readonly roleArn?: string;
  readonly roleSessionName?: string;
  readonly externalId?: string;
  /** An OIDC token, or the path of a file that holds one. */
  readonly webIdentityToken?: string;
  readonly stsEndpoint?: string;
}

/** LiteLLM's names of the parameters, and ours. */
const names = {
  api_key: "apiKey",
  aws_access_key_id: "accessKeyId",
  aws_secret_access_key: "secretAccessKey",
  aws_session_token: "sessionToken",
  aws_profile_name: "profile",
  aws_role_name: "roleArn",
  aws_session_name: "roleSessionName",
  aws_external_id: "externalId",
  aws_web_identity_token: "webIdentityToken",
  aws_sts_endpoint: "stsEndpoint",
} as const satisfies Record<string, keyof CallAuth>;

type ParameterName = keyof typeof names;

/** The parameters that {@link parseCallAuth} reads. */
export const authParameters = Object.keys(names) as readonly ParameterName[];

/** What a parameter is worth nothing without. */
const companions: ReadonlyArray<readonly [ParameterName, ParameterName]> = [
  ["aws_access_key_id", "aws_secret_access_key"],
  ["aws_secret_access_key", "aws_access_key_id"],
  ["aws_session_token", "aws_access_key_id"],
];

/**
 * Reads the parameters of identity, by LiteLLM's names. An empty one counts as absent, but for `api_key`, where it
 * means that the environment's key isn't to be used.
 *
 * @throws OutcropError `invalid_request` naming the parameter that is not a string or lacks its companion.
 */
export function parseCallAuth(parameters: Readonly<Record<string, unknown>>): CallAuth {
  const auth: { -readonly [Key in keyof CallAuth]: string } = {};
  for (const name of authParameters) {
    const value = parameters[name] ?? undefined;
    if (value === undefined) continue;
    if (typeof value !== "string") throw refuse(name, `${name} must be a string.`);
    const text = value.trim();
    if (text !== "" || name === "api_key") auth[names[name]] = text;
  }
  for (const [name, companion] of companions) {
    if (auth[names[name]] !== undefined && auth[names[companion]] === undefined) {
      throw refuse(companion, `${name} is given without ${companion}.`);
    }
  }
  return auth;
}

function refuse(param: string, message: string): OutcropError {
  return new OutcropError("invalid_request", message, { param });
}
