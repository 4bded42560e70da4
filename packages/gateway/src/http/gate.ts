import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { OutcropError } from "@outcrop/sdk";
import { clientKey, hashKey } from "./client-key.ts";

/** Who is let in. */
export interface GateRules {
  /** Absent: everybody who reaches the host. */
  readonly masterKey: string | undefined;
  /** A header of one's own for the key, before all others. */
  readonly keyHeader: string | undefined;
  /** Addresses and CIDR ranges; absent: all. */
  readonly allowedIps: readonly string[] | undefined;
  /** Whether the client's address is taken from `X-Forwarded-For`. */
  readonly useXForwardedFor: boolean;
}

/** The one gate. @throws OutcropError `authentication` or `permission_denied` */
export type Gate = (request: IncomingMessage) => void;

/** A gate of these rules. */
export function createGate({ masterKey, keyHeader, allowedIps, useXForwardedFor }: GateRules): Gate {
  const addresses = allowedIps && toBlockList(allowedIps);
  const masterHash = masterKey === undefined ? undefined : hashKey(masterKey);
  return (request) => {
    if (addresses && !includes(addresses, clientAddress(request, useXForwardedFor))) {
      throw new OutcropError("permission_denied", "This address is not among general_settings.allowed_ips.");
    }
    if (masterHash === undefined) return;
    const given = clientKey(request.headers, keyHeader);
    if (given === undefined) {
      throw new OutcropError("authentication", "No key was sent. Send it as: Authorization: Bearer sk-…");
    }
    if (hashKey(given) !== masterHash) {
      throw new OutcropError("authentication", "The key is not one of this gateway's.");
    }
  };
}

function clientAddress({ headers, socket }: IncomingMessage, useXForwardedFor: boolean): string {
  const forwarded = useXForwardedFor ? headers["x-forwarded-for"] : undefined;
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(",")[0]?.trim();
  return first || socket.remoteAddress || "";
}

function toBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (isIP(address) === 0) continue;
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function includes(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
