/** A key pair that the emulator accepts. */
export interface AcceptedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** When given, requests must carry exactly this token; when not, any token or none is taken. */
  readonly sessionToken?: string;
  /** ISO 8601 time after which the token is expired. */
  readonly expiration?: string;
}

/** The fixed pair that is accepted when nobody configures another. It opens nothing anywhere else. */
export const dummyCredentials = {
  accessKeyId: "AKIAOUTCROPEMULATOR1",
  secretAccessKey: "outcrop/emulator/dummy/secret/access/key",
} as const satisfies AcceptedCredentials;

/** The fixed long-term Bedrock API key that is accepted when nobody configures another. */
export const dummyApiKey = "ABSKT3V0Y3JvcEVtdWxhdG9yRHVtbXlLZXk";

/** Who sent a request, as far as its signature or key tells. */
export interface Identity {
  readonly kind: "signature" | "short-term-key" | "long-term-key";
  /** Undefined for a long-term key, which is not bound to a region. */
  readonly region: string | undefined;
  readonly accessKeyId: string | undefined;
}

/** What authentication needs to know. */
export interface Keyring {
  readonly credentials: readonly AcceptedCredentials[];
  readonly apiKeys: readonly string[];
  /** The real time: clients sign with theirs, whatever the emulator's own clock was moved to. */
  readonly now: () => number;
}
