import { OutcropError } from "../core/errors.ts";
import { connectionFault } from "./connection-faults.ts";
import { toAwsError } from "./failures.ts";
import type { LoadedIdentity } from "./identity-keys.ts";

/** What AWS's credential packages threw: a refusal of STS, a service out of reach, or nothing found. */
export function toCredentialError(error: unknown, identity: LoadedIdentity): OutcropError {
  if (error instanceof OutcropError) return error;
  const refusal = refusalOf(error);
  if (refusal) return refusal;
  const fault = connectionFault(error);
  if (networkFault.test(fault)) {
    const message = `The service that gives out ${sourceText(identity)} could not be reached: ${fault}.`;
    return new OutcropError("connection_failed", message, { cause: error });
  }
  const looked = `No AWS credentials were found. Looked for: ${sourceText(identity)}.`;
  // A command that fails is quoted with its arguments, and those may hold a secret.
  if (isCommandFault(error))
    return new OutcropError("credentials_missing", `${looked} Its credential_process failed.`);
  return new OutcropError("credentials_missing", `${looked} ${firstLine(error)}`.trim(), { cause: error });
}

/** STS or the SSO portal has answered, with a refusal; AWS's clients hang metadata on other errors, too. */
function refusalOf(error: unknown): OutcropError | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const { httpStatusCode: status, requestId } = (error.$metadata ?? {}) as ResponseMetadata;
  if (status === undefined) return undefined;
  return toAwsError({ type: error.name, message: error.message, status, requestId });
}

interface ResponseMetadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

const networkFault = /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|NOTFOUND)|socket hang up)/;

function isCommandFault(error: unknown): boolean {
  return firstLine(error).startsWith("Command failed");
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : "";
}

function sourceText(identity: LoadedIdentity): string {
  if (identity.kind === "profile")
    return `the profile ${JSON.stringify(identity.profile)} in AWS's shared files`;
  if (identity.kind === "role") return `the role ${identity.roleArn} (aws_role_name)`;
  if (identity.kind === "web-identity") return `the role ${identity.roleArn} with a web identity token`;
  return chainText;
}

const chainText =
  "api_key, aws_access_key_id with aws_secret_access_key, aws_role_name or aws_profile_name of the call; AWS_BEARER_TOKEN_BEDROCK; AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY; AWS_PROFILE or the default profile (SSO, credential_process and roles among them); AWS_WEB_IDENTITY_TOKEN_FILE; the container's and the machine's metadata services";
