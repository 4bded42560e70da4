/**
 * AWS's exceptions and their HTTP statuses: the runtime and control-plane tables of the API reference,
 * and the authentication errors that every AWS service shares.
 */
export const exceptionStatus = {
  AccessDeniedException: 403,
  ConflictException: 400,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  RequestEntityTooLargeException: 413,
  ResourceInUseException: 400,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  TooManyTagsException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
} as const;

export type ExceptionName = keyof typeof exceptionStatus;

export function isExceptionName(name: string): name is ExceptionName {
  return Object.hasOwn(exceptionStatus, name);
}

export interface FailureDetails {
  /** Another status than the exception's own. */
  readonly status?: number | undefined;
  /** Further members of the exception, such as `originalStatusCode`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An answer that is an AWS exception. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly exception: string;
  readonly status: number;
  /** Further members of the exception, such as `originalStatusCode`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(exception: string, message: string, details: FailureDetails = {}) {
    super(message);
    this.exception = exception;
    this.status = details.status ?? (isExceptionName(exception) ? exceptionStatus[exception] : 400);
    this.members = details.members ?? {};
  }
}

/** The commonest answer to a wrong request. */
export function invalid(message: string): AwsFailure {
  return new AwsFailure("ValidationException", message);
}

/** AWS's sentence for a member that breaks a rule of the API model. */
export function constraintError(value: unknown, path: string, rule: string): AwsFailure {
  const shown = typeof value === "string" || typeof value === "number" ? `Value '${value}'` : "Value null";
  return invalid(`1 validation error detected: ${shown} at '${path}' failed to satisfy constraint: ${rule}`);
}

/** What each exception says when nobody gives it a text. */
export const defaultMessage: Readonly<Record<ExceptionName, string>> = {
  AccessDeniedException: "You don't have access to the model with the specified model ID.",
  ConflictException: "A conflict occurred while performing an operation.",
  ExpiredTokenException: "The security token included in the request is expired",
  IncompleteSignatureException: "Request must contain a signature that conforms to AWS standards",
  InternalServerException:
    "The system encountered an unexpected error during processing. Try your request again.",
  InvalidSignatureException:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  MissingAuthenticationTokenException: "Missing Authentication Token",
  ModelErrorException:
    "The system encountered an unexpected error during processing. Try your request again.",
  ModelNotReadyException: "Model is not ready for inference. Wait and try your request again.",
  ModelStreamErrorException:
    "The system encountered an unexpected error during processing. Try your request again.",
  ModelTimeoutException: "Model processing timed out. Try your request again.",
  RequestEntityTooLargeException: "The request is larger than the maximum allowed size.",
  ResourceInUseException: "The resource is in use.",
  ResourceNotFoundException: "The specified resource was not found.",
  SerializationException: "The request body is not valid JSON.",
  ServiceQuotaExceededException: "Your request exceeds the service quota for your account.",
  ServiceUnavailableException: "Bedrock is unable to process your request.",
  ThrottlingException: "Too many requests, please wait before trying again.",
  TooManyTagsException: "The request contains more tags than can be associated with a resource.",
  UnknownOperationException: "",
  UnrecognizedClientException: "The security token included in the request is invalid.",
  ValidationException: "The request is not valid.",
};

/** The exception that a short name means: `throttling`, `Throttling` and `ThrottlingException` are one. */
export function findException(name: string): string | undefined {
  const wanted = name
    .toLowerCase()
    .replace(/exception$/, "")
    .replaceAll(/[-_]/g, "");
  return Object.keys(exceptionStatus).find((known) => known.toLowerCase() === `${wanted}exception`);
}
