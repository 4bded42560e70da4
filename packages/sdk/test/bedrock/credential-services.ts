import { Socket } from "node:net";
import type { Loopback, Received } from "./loopback.ts";
import { answerJson, startLoopback } from "./loopback.ts";

/** When the keys that the fakes give out end, unless told otherwise. */
export const expiration = new Date("2099-01-01T00:00:00Z");

const errorXml = (code: string, message: string) =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>sts-1</RequestId></ErrorResponse>`;

/** What STS answers to an action: keys by their id, or a refusal. */
export type StsAnswer =
  | { readonly accessKeyId: string }
  | { readonly status: number; readonly code: string; readonly message: string };

/** STS: AssumeRole and AssumeRoleWithWebIdentity, by form and XML. */
export function startSts(
  answer: (parameters: URLSearchParams, request: Received) => StsAnswer,
): Promise<Loopback> {
  return startLoopback((response, request) => {
    const parameters = new URLSearchParams(request.body);
    const action = parameters.get("Action") ?? "";
    const outcome = answer(parameters, request);
    if ("code" in outcome) {
      response.writeHead(outcome.status, { "content-type": "text/xml", "x-amzn-requestid": "sts-1" });
      return response.end(errorXml(outcome.code, outcome.message));
    }
    response.writeHead(200, { "content-type": "text/xml" });
    return response.end(
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>` +
        `<AccessKeyId>${outcome.accessKeyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>` +
        `<SessionToken>token</SessionToken><Expiration>${expiration.toISOString()}</Expiration>` +
        `</Credentials></${action}Result><ResponseMetadata><RequestId>sts-1</RequestId></ResponseMetadata></${action}Response>`,
    );
  });
}

/** The portal of IAM Identity Center: GetRoleCredentials. */
export function startSso(accessKeyId: string): Promise<Loopback> {
  return startLoopback((response) => {
    const roleCredentials = {
      accessKeyId,
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: expiration.getTime(),
    };
    answerJson(response, { roleCredentials });
  });
}

/** The credentials endpoint of a container (ECS, and EKS's pod identity). */
export function startContainer(accessKeyId: string): Promise<Loopback> {
  return startLoopback((response) => answerJson(response, metadataKeys(accessKeyId)));
}

/** A machine's metadata service, version 2: a token first. */
export function startInstanceMetadata(accessKeyId: string): Promise<Loopback> {
  const folder = "/latest/meta-data/iam/security-credentials/";
  return startLoopback((response, { method, url, headers }) => {
    if (method === "PUT" && url === "/latest/api/token") return response.end("imds-token");
    if (headers["x-aws-ec2-metadata-token"] !== "imds-token") return response.writeHead(401).end();
    if (url === folder) return response.end("machine-role");
    if (url === `${folder}machine-role`)
      return answerJson(response, { Code: "Success", ...metadataKeys(accessKeyId) });
    return response.writeHead(404).end();
  });
}

function metadataKeys(accessKeyId: string) {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: "secret",
    Token: "token",
    Expiration: expiration.toISOString(),
  };
}

/** Leads connections to a link-local address, which no test can listen on, to a server on loopback. */
export function reroute(host: string, server: Loopback): Disposable {
  const { port } = new URL(server.url);
  const connect = Object.getOwnPropertyDescriptor(Socket.prototype, "connect");
  const original = connect?.value as (...parameters: unknown[]) => Socket;
  Object.defineProperty(Socket.prototype, "connect", {
    ...connect,
    value(this: Socket, ...parameters: unknown[]) {
      return original.apply(
        this,
        JSON.stringify(parameters).includes(host) ? [{ host: "127.0.0.1", port }] : parameters,
      );
    },
  });
  return {
    [Symbol.dispose]() {
      if (connect) Object.defineProperty(Socket.prototype, "connect", connect);
    },
  };
}
