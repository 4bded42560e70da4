import type { CancelSignal } from "../core/cancellation.ts";
import { abandonable } from "./aborts.ts";
import type { CallAuth } from "./call-auth.ts";
import type { Environment } from "./environment.ts";
import type { Identity, SigningIdentity } from "./identity.ts";
import { chooseIdentity } from "./identity.ts";
import type { LoadKeys } from "./identity-keys.ts";
import { loadKeysWithAws } from "./identity-keys.ts";
import type { ExpiringKeys, RefreshingKeys } from "./refreshing.ts";
import { createRefreshingKeys } from "./refreshing.ts";
import type { AwsKeys } from "./sigv4.ts";

/** What proves who a call is made as: a Bedrock API key, or keys to sign with. */
export type Proof =
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "keys"; readonly keys: AwsKeys };

interface CredentialQuery {
  readonly auth: CallAuth;
  readonly region: string;
  /** Ends the waiting; a load that others wait for too goes on. */
  readonly signal: CancelSignal | undefined;
}

export interface Credentials {
  /** What the call states itself, or the environment does: nobody has to be waited for. */
  known(auth: CallAuth): Proof | undefined;
  /** @throws OutcropError `credentials_missing` saying what was looked for, or why they can't be had. */
  resolve(query: CredentialQuery): Promise<Proof>;
  /** AWS has refused what was given out: what is kept of it is dropped. */
  forget(auth: CallAuth): void;
}

export interface CredentialsOptions {
  readonly env: () => Environment;
  readonly now: () => number;
  /** Default: AWS's own packages. */
  readonly load?: LoadKeys | undefined;
}

/** How many identities are kept; one more, and all are loaded anew. */
const maxIdentities = 1000;

/** Finds credentials, and keeps those that had to be fetched, by identity: one fetch for all who share it. */
export function createCredentials({ env, now, load = loadKeysWithAws }: CredentialsOptions): Credentials {
  const kept = new Map<string, RefreshingKeys>();

  async function keysOf(identity: SigningIdentity, region: string): Promise<ExpiringKeys> {
    if (identity.kind === "keys") return identity.keys;
    const name = JSON.stringify(identity);
    let keys = kept.get(name);
    if (!keys) {
      const context = { region, keysOf: (source: SigningIdentity) => keysOf(source, region) };
      keys = createRefreshingKeys({ load: () => load(identity, context), now });
      if (kept.size >= maxIdentities) kept.clear();
      kept.set(name, keys);
    }
    return keys.get();
  }

  return {
    known(auth) {
      const identity = chooseIdentity(auth, env());
      return identity.kind === "bearer" || identity.kind === "keys" ? identity : undefined;
    },
    async resolve({ auth, region, signal }) {
      const identity: Identity = chooseIdentity(auth, env());
      if (identity.kind === "bearer" || identity.kind === "keys") return identity;
      return { kind: "keys", keys: await abandonable(keysOf(identity, region), signal) };
    },
    forget(auth) {
      kept.get(JSON.stringify(chooseIdentity(auth, env())))?.forget();
    },
  };
}
