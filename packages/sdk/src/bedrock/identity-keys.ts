import { readFile } from "node:fs/promises";
import { OutcropError } from "../core/errors.ts";
import { toCredentialError } from "./credential-errors.ts";
import type { SharedFiles, SigningIdentity } from "./identity.ts";
import type { ExpiringKeys } from "./refreshing.ts";

/** Everything but keys in plain sight: what is asked of AWS's packages. */
export type LoadedIdentity = Exclude<SigningIdentity, { kind: "keys" }>;

interface KeyContext {
  /** Where STS is asked. */
  readonly region: string;
  /** Gives the keys of the identity that a role is assumed from. */
  readonly keysOf: (source: SigningIdentity) => Promise<ExpiringKeys>;
}

/** Fetches an identity's keys, wherever they are. */
export type LoadKeys = (identity: LoadedIdentity, context: KeyContext) => Promise<ExpiringKeys>;

/**
 * Fetches keys with AWS's own packages. They are loaded on the first use: an application with plain keys or an API
 * key never pays for them.
 *
 * @throws OutcropError `credentials_missing` saying what was looked for; what STS or the SSO portal refused, as any
 * failure of AWS; `connection_failed` when they can't be reached.
 */
export const loadKeysWithAws: LoadKeys = async (identity, context) => {
  try {
    const provide = await providerOf(identity, context);
    return await provide();
  } catch (error) {
    throw toCredentialError(error, identity);
  }
};

async function providerOf(
  identity: LoadedIdentity,
  context: KeyContext,
): Promise<() => Promise<ExpiringKeys>> {
  const aws = await import("@aws-sdk/credential-providers");
  const { kind } = identity;
  if (kind === "profile")
    return aws.fromIni({ ...fileSettings(identity, context), profile: identity.profile });
  if (kind === "role") {
    return aws.fromTemporaryCredentials({
      params: {
        RoleArn: identity.roleArn,
        RoleSessionName: identity.sessionName,
        ...(identity.externalId && { ExternalId: identity.externalId }),
      },
      masterCredentials: await context.keysOf(identity.source),
      clientConfig: stsSettings(identity, context),
    });
  }
  if (kind === "web-identity") {
    return aws.fromWebToken({
      roleArn: identity.roleArn,
      roleSessionName: identity.sessionName,
      webIdentityToken: await readToken(identity.token),
      clientConfig: stsSettings(identity, context),
    });
  }
  const profile = identity.variables["AWS_PROFILE"] || undefined;
  return aws.fromNodeProviderChain({ ...fileSettings(identity, context), profile });
}

/** AWS's packages keep the files' contents for the life of the process and warn on the console, unless told not to. */
function fileSettings({ files }: { files: SharedFiles }, { region }: KeyContext) {
  return {
    ignoreCache: true,
    logger: silent,
    clientConfig: { region },
    ...(files.credentials && { filepath: files.credentials }),
    ...(files.config && { configFilepath: files.config }),
  };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function stsSettings({ stsEndpoint }: { stsEndpoint: string | undefined }, { region }: KeyContext) {
  return { region, ...(stsEndpoint && { endpoint: stsEndpoint }) };
}

/** A token of OpenID Connect never holds a slash, a path does; the file is read anew each time, as it is rotated. */
async function readToken(token: string): Promise<string> {
  if (!/[/\\]/.test(token)) return token;
  try {
    return (await readFile(token, "utf8")).trim();
  } catch (cause) {
    const message = "aws_web_identity_token is neither a token nor the path of a file that can be read.";
    throw new OutcropError("credentials_missing", message, { param: "aws_web_identity_token", cause });
  }
}
