import { readFileSync } from "node:fs";

/** Bodies, frames and signatures as AWS sends and computes them. */
export interface WireFixture {
  readonly errors: readonly CapturedError[];
  readonly frames: readonly CapturedFrame[];
  readonly signatures: readonly CapturedSignature[];
  readonly importedModel: { readonly path: string; readonly body: object };
  readonly answerHeaders: Readonly<Record<string, string>>;
}

export interface CapturedError {
  readonly id: string;
  readonly operation: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export interface CapturedFrame {
  readonly id: string;
  readonly hex: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: object | null;
}

export interface CapturedSignature {
  readonly id: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  readonly region: string;
  readonly date: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodySha256: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

const text = readFileSync(new URL("fixtures/aws-wire.json", import.meta.url), "utf8");

export const wireFixture = JSON.parse(text) as WireFixture;
