import type { ErrorCode } from "../core/errors.ts";
import { OutcropError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { refineFailure } from "./failure-hints.ts";

/** What AWS said when it refused: from an HTTP answer, or from a frame of a stream. */
export interface AwsFailure {
  /** AWS's name of the exception, in any of its spellings. */
  readonly type: string | undefined;
  readonly message: string | undefined;
  /** HTTP status; absent for a frame. */
  readonly status?: number;
  readonly requestId?: string | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
  /** What was asked for, such as `converse`. */
  readonly operation?: string;
}

/**
 * AWS's exceptions and what they mean to our callers: the runtime's own, the control plane's, those of AWS's
 * front end, and the throttling names that AWS's SDKs know.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
export const awsExceptions: Readonly<Record<string, ErrorCode>> = {
  ValidationException: "invalid_request",
  ValidationError: "invalid_request",
  SerializationException: "invalid_request",
  MalformedHttpRequestException: "invalid_request",
  MalformedQueryString: "invalid_request",
  InvalidAction: "invalid_request",
  InvalidParameterCombination: "invalid_request",
  InvalidParameterValue: "invalid_request",
  InvalidQueryParameter: "invalid_request",
  MissingAction: "invalid_request",
  MissingParameter: "invalid_request",
  RequestEntityTooLargeException: "invalid_request",
  TooManyTagsException: "invalid_request",
  UnsupportedMediaTypeException: "invalid_request",
  ServiceQuotaExceededException: "quota_exceeded",
  ConflictException: "conflict",
  ResourceInUseException: "conflict",
  AccessDeniedException: "permission_denied",
  AccessDenied: "permission_denied",
  NotAuthorized: "permission_denied",
  OptInRequired: "permission_denied",
  UnauthorizedException: "authentication",
  ExpiredToken: "authentication",
  ExpiredTokenException: "authentication",
  IDPRejectedClaim: "authentication",
  IDPRejectedClaimException: "authentication",
  InvalidIdentityToken: "authentication",
  InvalidIdentityTokenException: "authentication",
  IncompleteSignature: "authentication",
  IncompleteSignatureException: "authentication",
  InvalidClientTokenId: "authentication",
  InvalidSignatureException: "authentication",
  MissingAuthenticationToken: "authentication",
  MissingAuthenticationTokenException: "authentication",
  RequestExpired: "authentication",
  RequestTimeTooSkewed: "authentication",
  SignatureDoesNotMatch: "authentication",
  UnrecognizedClientException: "authentication",
  ResourceNotFoundException: "not_found",
  UnknownOperationException: "not_found",
  ModelErrorException: "model_error",
  ModelStreamErrorException: "model_error",
  ModelNotReadyException: "model_not_ready",
  ModelTimeoutException: "model_timeout",
  RequestTimeout: "model_timeout",
  RequestTimeoutException: "model_timeout",
  IDPCommunicationError: "upstream_error",
  IDPCommunicationErrorException: "upstream_error",
  InternalFailure: "upstream_error",
  InternalServerError: "upstream_error",
  InternalServerException: "upstream_error",
  ServiceUnavailable: "service_unavailable",
  ServiceUnavailableException: "service_unavailable",
  BandwidthLimitExceeded: "throttled",
  LimitExceededException: "throttled",
  PriorRequestNotComplete: "throttled",
  ProvisionedThroughputExceededException: "throttled",
  RequestLimitExceeded: "throttled",
  RequestThrottled: "throttled",
  RequestThrottledException: "throttled",
  SlowDown: "throttled",
  ThrottledException: "throttled",
  Throttling: "throttled",
  ThrottlingException: "throttled",
  TooManyRequestsException: "throttled",
};

/** What a status means where AWS names no exception that we know. */
const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: "authentication",
  403: "permission_denied",
  404: "not_found",
  408: "model_timeout",
  409: "conflict",
  424: "model_error",
  429: "throttled",
  503: "service_unavailable",
  504: "model_timeout",
};

/** Translates what AWS said. The exception's name decides; without a known one, the status does. */
export function toAwsError(failure: AwsFailure): OutcropError {
  const awsType = cleanExceptionName(failure.type ?? "") || undefined;
  const code = ofException(awsType) ?? codeOfStatus(failure.status);
  const said = failure.message || defaultText(awsType, failure.status);
  const refined = refineFailure({ code, message: said, awsType, operation: failure.operation });
  return new OutcropError(refined.code, refined.message, {
    awsType,
    requestId: failure.requestId,
    retryAfter: failure.retryAfter,
  });
}

function ofException(name: string | undefined): ErrorCode | undefined {
  return name !== undefined && Object.hasOwn(awsExceptions, name) ? awsExceptions[name] : undefined;
}

function codeOfStatus(status: number | undefined): ErrorCode {
  if (status === undefined) return "upstream_error";
  const code = statusCodes[status];
  if (code) return code;
  if (status >= 500) return "upstream_error";
  return status >= 400 ? "invalid_request" : "unreadable_answer";
}

function defaultText(awsType: string | undefined, status: number | undefined): string {
  const by = status === undefined ? "in the stream" : `with HTTP status ${status}`;
  return awsType === undefined ? `Amazon Bedrock failed ${by}.` : `Amazon Bedrock answered ${awsType} ${by}.`;
}

/**
 * AWS spells one name in several ways: `Name:http://…` in the header, `com.amazon…#Name` in a body,
 * `name` with a small letter as a stream's member.
 */
export function cleanExceptionName(text: string): string {
  const name = (text.split(":")[0] ?? "").split("#").at(-1)?.trim() ?? "";
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The exception that an error's JSON names, wherever AWS puts it. */
export function bodyExceptionName(json: JsonObject): string | undefined {
  const found = envelopeExceptionName(json) ?? [json["code"], errorMember(json)?.["type"]].find(isName);
  return found === undefined ? undefined : cleanExceptionName(found);
}

/** The exception in AWS's own envelopes, `__type` and `Output.__type`, which no model's JSON has. */
export function envelopeExceptionName(json: JsonObject): string | undefined {
  const inner = isJsonObject(json["Output"]) ? json["Output"]["__type"] : undefined;
  const found = [json["__type"], inner].find(isName);
  return found === undefined ? undefined : cleanExceptionName(found);
}

/** The sentence in a JSON body, taken out of the JSON text that newer serving stacks put around it. */
export function bodyMessage(json: JsonObject): string | undefined {
  const said = [json["message"], json["Message"], errorMember(json)?.["message"]].find(isText);
  const wrapped = said?.startsWith("{") ? parseJson(said) : undefined;
  return isJsonObject(wrapped) ? (bodyMessage(wrapped) ?? said) : said;
}

/** OpenAI's envelope, in which newer serving stacks answer. */
function errorMember(json: JsonObject): JsonObject | undefined {
  return isJsonObject(json["error"]) ? json["error"] : undefined;
}

/** Some `code`s are numbers. */
function isName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z]/i.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
