import type { FindingCode, Position } from "../finding.ts";

/** Why a config can't be read at all. */
export class SourceFault extends Error {
  readonly code: FindingCode;
  readonly position: Position;
  constructor(code: FindingCode, message: string, position: Position) {
    super(message);
    this.code = code;
    this.position = position;
  }
}
