import { BlockList, isIP } from "node:net";
import type { Finding, FindingCode, FindingLevel } from "./finding.ts";
import type { Environment, GatewayConfig } from "./gateway-config.ts";

/** Who is let in, and where the gateway listens. */
export interface Access {
  /** Absent: everybody who reaches the host is let in. */
  readonly masterKey: string | undefined;
  readonly host: string;
  /** An error among them means: do not listen. */
  readonly findings: readonly Finding[];
}

export interface AccessQuery {
  /** What the command line says; then comes `HOST`. */
  readonly host?: string;
  readonly env: Environment;
  /** The command line's consent to an open gateway. */
  readonly insecure?: boolean;
}

/** The key that LiteLLM's documents print, so that everybody knows it. */
const knownKey = "sk-1234";
/** From which length on a key is beyond guessing. */
const advisedLength = 32;

/**
 * Decides on key and host together, so that no typo opens a gateway: without a key it listens on this
 * machine alone, and any other host is an error until it is asked for in so many words.
 */
export function resolveAccess(config: GatewayConfig, given: AccessQuery): Access {
  const env = { ...given.env, ...config.environment };
  const findings: Finding[] = [];
  const report = (level: FindingLevel, code: FindingCode, message: string) =>
    findings.push({
      level,
      code,
      message,
      file: "",
      line: 0,
      column: 0,
      path: "general_settings.master_key",
    });
  const masterKey = config.general.masterKey ?? keyOf(env, report);
  const host = given.host || env["HOST"] || (masterKey === undefined ? "127.0.0.1" : "0.0.0.0");
  const open = given.insecure === true || config.outcrop.insecurePublic || isPermitted(env);
  const named = given.host || !env["HOST"] ? host : `${host} (from HOST)`;
  const context = { isPublic: !isLoopback(host), open, host: named, report };
  if (masterKey === undefined) checkOpen(context);
  else checkKey(masterKey, context);
  if (config.general.allowRequestsOnDbUnavailable && context.isPublic) {
    report(
      "error",
      "open_gateway",
      `allow_requests_on_db_unavailable lets requests in without a key, and ${named} is reachable from other machines. Remove it from general_settings.`,
    );
  }
  return { masterKey, host, findings };
}

type Reporter = (level: FindingLevel, code: FindingCode, message: string) => void;

interface AccessContext {
  readonly isPublic: boolean;
  readonly open: boolean;
  /** As messages name it. */
  readonly host: string;
  readonly report: Reporter;
}

function keyOf(env: Environment, report: Reporter): string | undefined {
  const key = env["LITELLM_MASTER_KEY"]?.trim();
  if (key === "") report("error", "weak_key", "LITELLM_MASTER_KEY is empty. Give it a key, or unset it.");
  return key || undefined;
}

/** LiteLLM's own switch of the same meaning. */
function isPermitted(env: Environment): boolean {
  return env["LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"]?.toLowerCase() === "true";
}

function checkOpen({ isPublic, open, host, report }: AccessContext): void {
  if (!isPublic) {
    report(
      "note",
      "open_gateway",
      `No master key is set: everybody on this machine is let in, and nobody else (${host}).`,
    );
  } else if (open) {
    report(
      "warning",
      "open_gateway",
      `No master key is set, and ${host} is reachable from other machines: everybody is let in.`,
    );
  } else {
    report(
      "error",
      "open_gateway",
      `No master key is set, and ${host} is reachable from other machines. Set general_settings.master_key or LITELLM_MASTER_KEY, or listen on 127.0.0.1; --insecure opens the gateway to everybody.`,
    );
  }
}

function checkKey(key: string, { isPublic, open, host, report }: AccessContext): void {
  if (key === knownKey) {
    const refused = isPublic && !open;
    const where = isPublic ? `, and ${host} is reachable from other machines` : "";
    report(
      refused ? "error" : "warning",
      "weak_key",
      `The master key is the one of LiteLLM's documents, which everybody knows${where}. Choose your own.`,
    );
    return;
  }
  if (!/^[\x21-\x7E]+$/.test(key))
    report(
      "error",
      "weak_key",
      "The master key holds characters that no client can send in a header. Use letters, digits, hyphens.",
    );
  if (!key.startsWith("sk-"))
    report(
      "warning",
      "weak_key",
      'The master key does not start with "sk-", as LiteLLM\'s clients and tools expect it to.',
    );
  if (isPublic && key.length < advisedLength) {
    report(
      "note",
      "weak_key",
      `The master key is shorter than ${advisedLength} characters; a longer one is harder to guess.`,
    );
  }
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether a host can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const address = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const version = isIP(address);
  if (version === 0) return address.toLowerCase() === "localhost";
  return loopback.check(address, version === 4 ? "ipv4" : "ipv6");
}
