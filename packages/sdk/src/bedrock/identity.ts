import { OutcropError } from "../core/errors.ts";
import type { CallAuth } from "./call-auth.ts";
import type { Environment } from "./environment.ts";
import type { AwsKeys } from "./sigv4.ts";

/** Who a call is made as, and how the proof of it is come by. */
export type Identity = { readonly kind: "bearer"; readonly token: string } | SigningIdentity;

/** The identities that end in keys to sign with. */
export type SigningIdentity =
  | { readonly kind: "keys"; readonly keys: AwsKeys }
  | { readonly kind: "profile"; readonly profile: string; readonly files: SharedFiles }
  | {
      readonly kind: "role";
      readonly roleArn: string;
      readonly sessionName: string;
      readonly externalId: string | undefined;
      readonly stsEndpoint: string | undefined;
      /** Whoever asks to become the role. */
      readonly source: SigningIdentity;
    }
  | {
      readonly kind: "web-identity";
      readonly roleArn: string;
      readonly sessionName: string;
      /** An OIDC token, or the path of a file that holds one. */
      readonly token: string;
      readonly stsEndpoint: string | undefined;
    }
  /** AWS's own chain, and the variables that it goes by. */
  | { readonly kind: "chain"; readonly variables: Environment; readonly files: SharedFiles };

/** Where AWS's shared files are, if not where they usually are. */
export interface SharedFiles {
  readonly credentials: string | undefined;
  readonly config: string | undefined;
}

/** What AWS's chain reads besides the keys themselves: another value, and it may be somebody else. */
const chainVariables = [
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
];

/**
 * Decides who a call is made as. What the call sets beats the environment, even a Bedrock API key there; in either
 * place an API key comes first, then web identity, role, profile and keys, as in LiteLLM.
 *
 * @throws OutcropError `invalid_request` for a web identity token without a role.
 */
export function chooseIdentity(auth: CallAuth, env: Environment): Identity {
  if (auth.apiKey) return { kind: "bearer", token: auth.apiKey };
  const own = signingIdentity(auth, env);
  if (own) return own;
  const token = auth.apiKey === undefined ? env["AWS_BEARER_TOKEN_BEDROCK"] : undefined;
  if (token) return { kind: "bearer", token };
  return signingIdentity(authOfEnvironment(env), env) ?? ambientIdentity(env);
}

/** LiteLLM's own variables; AWS's are left to AWS's chain. */
function authOfEnvironment(env: Environment): CallAuth {
  return {
    profile: env["AWS_PROFILE_NAME"],
    roleArn: env["AWS_ROLE_NAME"],
    webIdentityToken: env["AWS_WEB_IDENTITY_TOKEN"],
  };
}

function signingIdentity(auth: CallAuth, env: Environment): SigningIdentity | undefined {
  if (auth.webIdentityToken) return webIdentity(auth, auth.webIdentityToken, env);
  if (auth.roleArn) return roleIdentity(auth, auth.roleArn, env);
  return plainIdentity(auth, env);
}

/** Keys or a profile: also what a role is assumed from. */
function plainIdentity(auth: CallAuth, env: Environment): SigningIdentity | undefined {
  const { accessKeyId, secretAccessKey, sessionToken, profile } = auth;
  if (accessKeyId && secretAccessKey)
    return { kind: "keys", keys: { accessKeyId, secretAccessKey, sessionToken } };
  return profile ? { kind: "profile", profile, files: sharedFiles(env) } : undefined;
}

function webIdentity(auth: CallAuth, token: string, env: Environment): SigningIdentity {
  const roleArn = auth.roleArn || env["AWS_ROLE_NAME"] || env["AWS_ROLE_ARN"];
  if (roleArn) return { kind: "web-identity", token, roleArn, ...stsSettings(auth, env) };
  throw new OutcropError("invalid_request", "aws_web_identity_token is given without aws_role_name.", {
    param: "aws_role_name",
  });
}

function roleIdentity(auth: CallAuth, roleArn: string, env: Environment): SigningIdentity {
  const source = plainIdentity(auth, env);
  const token = env["AWS_WEB_IDENTITY_TOKEN_FILE"];
  // A pod that runs as this very role may not assume it once more.
  if (!source && token && roleArn === env["AWS_ROLE_ARN"]) return webIdentity(auth, token, env);
  const externalId = auth.externalId || env["AWS_EXTERNAL_ID"] || undefined;
  return {
    kind: "role",
    roleArn,
    externalId,
    ...stsSettings(auth, env),
    source: source ?? ambientIdentity(env),
  };
}

function stsSettings(
  auth: CallAuth,
  env: Environment,
): { sessionName: string; stsEndpoint: string | undefined } {
  const ofEnvironment = env["AWS_SESSION_NAME"] || env["AWS_ROLE_SESSION_NAME"];
  return {
    sessionName: auth.roleSessionName || ofEnvironment || "outcrop",
    stsEndpoint: auth.stsEndpoint || env["AWS_STS_ENDPOINT"] || undefined,
  };
}

/** Keys in the environment need nothing of AWS's packages; with `AWS_PROFILE` beside them, AWS's chain decides. */
function ambientIdentity(env: Environment): SigningIdentity {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
  if (accessKeyId && secretAccessKey && !env["AWS_PROFILE"]) {
    return {
      kind: "keys",
      keys: { accessKeyId, secretAccessKey, sessionToken: AWS_SESSION_TOKEN || undefined },
    };
  }
  const variables = Object.fromEntries(chainVariables.map((name) => [name, env[name]]));
  return { kind: "chain", variables, files: sharedFiles(env) };
}

function sharedFiles(env: Environment): SharedFiles {
  return { credentials: env["AWS_SHARED_CREDENTIALS_FILE"], config: env["AWS_CONFIG_FILE"] };
}
