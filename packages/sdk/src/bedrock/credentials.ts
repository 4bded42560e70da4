import { OutcropError } from "../core/errors.ts";
import type { CallAuth } from "./call-auth.ts";
import type { Environment } from "./environment.ts";
import type { AwsKeys } from "./sigv4.ts";

/** What proves who a call is made as: a Bedrock API key, or keys to sign with. */
export type Proof =
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "keys"; readonly keys: AwsKeys };

export interface CredentialQuery {
  readonly auth: CallAuth;
  readonly region: string;
  readonly signal: AbortSignal | undefined;
}

export interface Credentials {
  /** @throws OutcropError `credentials_missing` saying where was looked. */
  resolve(query: CredentialQuery): Promise<Proof>;
}

export interface CredentialsOptions {
  readonly env: () => Environment;
}

/** Finds credentials: what the call sets, then the environment's. */
export function createCredentials({ env }: CredentialsOptions): Credentials {
  return {
    async resolve({ auth }) {
      const proof = ofCall(auth) ?? ofEnvironment(auth, env());
      if (proof) return proof;
      throw new OutcropError("credentials_missing", "No credentials for Amazon Bedrock were found.");
    },
  };
}

function ofCall({ apiKey, accessKeyId, secretAccessKey, sessionToken }: CallAuth): Proof | undefined {
  if (apiKey) return { kind: "bearer", token: apiKey };
  if (accessKeyId && secretAccessKey)
    return { kind: "keys", keys: { accessKeyId, secretAccessKey, sessionToken } };
  return undefined;
}

function ofEnvironment({ apiKey }: CallAuth, env: Environment): Proof | undefined {
  const token = apiKey === undefined ? env["AWS_BEARER_TOKEN_BEDROCK"] : undefined;
  if (token) return { kind: "bearer", token };
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { kind: "keys", keys: { accessKeyId, secretAccessKey, sessionToken: env["AWS_SESSION_TOKEN"] } };
}
