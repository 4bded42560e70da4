import type { CancelSignal } from "../core/cancellation.ts";
import { OutcropError } from "../core/errors.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { throwIfAborted, toAbortError } from "./aborts.ts";
import { parseRetryAfter } from "./answer-headers.ts";
import { readText } from "./bodies.ts";
import type { CallAuth } from "./call-auth.ts";
import { hashInTurns, largeBody } from "./large-bodies.ts";
import { connectionFault } from "./connection-faults.ts";
import type { Credentials, Proof } from "./credentials.ts";
import type { BedrockService } from "./endpoint.ts";
import { resolveEndpoint } from "./endpoint.ts";
import type { Environment } from "./environment.ts";
import { bodyExceptionName, bodyMessage, toAwsError } from "./failures.ts";
import type { HttpRequest, HttpResponse, Send } from "./http.ts";
import type { Signer } from "./sigv4.ts";

/** One request to Bedrock, not yet signed. */
export interface BedrockRequest {
  readonly service: BedrockService;
  readonly region: string;
  readonly method: "GET" | "POST";
  /** Below the endpoint's own path, encoded once. */
  readonly path: string;
  /** What was asked for, such as `converse`; errors speak of it. */
  readonly operation: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly auth: CallAuth;
  readonly endpoint: string | undefined;
  readonly signal: CancelSignal | undefined;
}

export interface ExchangeOptions {
  readonly send: Send;
  readonly sign: Signer;
  readonly credentials: Credentials;
  readonly env: () => Environment;
  readonly now: () => number;
}

/** Finds endpoint and credentials of a request, and signs it: at once where nobody has to be asked for them. */
type Outgoing = (request: BedrockRequest) => HttpRequest | Promise<HttpRequest>;

const noBody = new Uint8Array();

function createOutgoing({ sign, credentials, env, now }: Omit<ExchangeOptions, "send">): Outgoing {
  function prove(located: Located, proof: Proof): HttpRequest {
    const { request, host, path, bodyHash } = located;
    const { region, method, headers, body = noBody } = request;
    if (proof.kind === "bearer")
      return outgoing(located, { ...headers, host, authorization: `Bearer ${proof.token}` });
    const signable = { method, host, path, headers, body, bodyHash };
    return outgoing(located, sign(signable, { keys: proof.keys, region, date: new Date(now()) }));
  }

  async function proveLater(located: Located): Promise<HttpRequest> {
    const { auth, region, signal, body = noBody } = located.request;
    const proof = credentials.known(auth) ?? (await credentials.resolve({ auth, region, signal }));
    const isLarge = proof.kind === "keys" && body.length >= largeBody;
    return prove(isLarge ? { ...located, bodyHash: await hashInTurns(body) } : located, proof);
  }

  return (request) => {
    const located = locate(request, env());
    const { headers, auth, body = noBody } = request;
    // An operator's own (a proxy's in front of Bedrock) goes in place of ours.
    if (headers["authorization"]) return outgoing(located, { ...headers, host: located.host });
    const known = body.length < largeBody ? credentials.known(auth) : undefined;
    return known ? prove(located, known) : proveLater(located);
  };
}

/** A request, and where it goes. */
interface Located {
  readonly request: BedrockRequest;
  readonly origin: string;
  readonly host: string;
  readonly path: string;
  /** Known already of a large body. */
  readonly bodyHash?: string;
}

function locate(request: BedrockRequest, env: Environment): Located {
  const { service, region, endpoint: explicit, path } = request;
  const { origin, host, basePath } = resolveEndpoint({ service, region, explicit, env });
  return { request, origin, host, path: basePath + path };
}

function outgoing(
  { request: { method, body, signal }, origin, path }: Located,
  headers: Readonly<Record<string, string>>,
): HttpRequest {
  return { method, origin, path, headers, body, signal };
}

/**
 * Sends one request once: finds endpoint and credentials, signs, sends, checks the status, and has `read` read what
 * is then a success.
 *
 * @throws OutcropError for every other outcome.
 */
export type Exchange = <T>(
  request: BedrockRequest,
  read: (success: HttpResponse) => Promise<T>,
) => Promise<T>;

export function createExchange(options: ExchangeOptions): Exchange {
  const { send, credentials, now } = options;
  const toHttpRequest = createOutgoing(options);

  return async (request, read) => {
    throwIfAborted(request.signal);
    const ready = toHttpRequest(request);
    const sent = ready instanceof Promise ? await ready : ready;
    try {
      const response = await send(sent);
      if (response.status >= 200 && response.status < 300) return await read(response);
      throw await toFailure(response, { request, secrets: secretsOf(sent), now: now() });
    } catch (error) {
      const failure = toExchangeError(error, sent);
      if (failure.code === "authentication") credentials.forget(request.auth);
      throw failure;
    }
  };
}

/**
 * Sends one request as it is, signed, and gives back AWS's answer as it is, whatever its status. Nothing is retried.
 *
 * @throws OutcropError when no answer came at all.
 */
export type Relay = (request: BedrockRequest) => Promise<HttpResponse>;

export function createRelay(options: ExchangeOptions): Relay {
  const toHttpRequest = createOutgoing(options);

  return async (request) => {
    const sent = await toHttpRequest(request);
    try {
      const response = await options.send(sent);
      return response.status < 400 ? response : await withoutSecrets(response, secretsOf(sent));
    } catch (error) {
      throw toExchangeError(error, sent);
    }
  };
}

/** A refusal may repeat what it refuses: of a wrong signature AWS prints the canonical request, with its session token. */
async function withoutSecrets(response: HttpResponse, secrets: readonly string[]): Promise<HttpResponse> {
  const body = Buffer.from(redact(await readText(response.body), secrets));
  return {
    ...response,
    headers: { ...response.headers, "content-length": String(body.length) },
    body: (async function* () {
      yield body;
    })(),
  };
}

interface FailureContext {
  readonly request: BedrockRequest;
  readonly secrets: readonly string[];
  readonly now: number;
}

async function toFailure(
  { status, headers, body }: HttpResponse,
  context: FailureContext,
): Promise<OutcropError> {
  const text = await readText(body);
  const parsed = parseJson(text);
  const json = isJsonObject(parsed) ? parsed : {};
  const message = bodyMessage(json);
  return toAwsError({
    type: headers["x-amzn-errortype"] || bodyExceptionName(json),
    message: message && redact(message, context.secrets),
    status,
    requestId: headers["x-amzn-requestid"],
    retryAfter: parseRetryAfter(headers, context.now),
    operation: context.request.operation,
  });
}

/** AWS's front end repeats a malformed `Authorization` header in its error text. */
function secretsOf({ headers }: HttpRequest): readonly string[] {
  const authorization = headers["authorization"] ?? "";
  const token = authorization.replace(/^Bearer /, "");
  return [authorization, token, headers["x-amz-security-token"] ?? ""].filter((secret) => secret !== "");
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, "[redacted]"), text);
}

/** What went wrong below HTTP: the signal, or the connection. */
function toExchangeError(
  error: unknown,
  { origin, signal }: Pick<HttpRequest, "origin" | "signal">,
): OutcropError {
  if (signal?.aborted) return toAbortError(signal);
  if (error instanceof OutcropError) return error;
  const message = `The connection to ${new URL(origin).host} failed: ${connectionFault(error)}.`;
  return new OutcropError("connection_failed", message, { cause: error });
}
