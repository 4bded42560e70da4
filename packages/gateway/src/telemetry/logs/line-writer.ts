import { write as writeToFile } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

/** Takes lines for a log. */
export interface LineWriter {
  write(line: string): void;
  /** Resolves when everything is written, or can't be. */
  flush(): Promise<void>;
}

/** Writes some bytes of a buffer, from an offset on; resolves with how many. */
export type WriteBytes = (bytes: Buffer, offset: number) => Promise<number>;

export interface LineWriterOptions {
  /** Default: standard output. */
  readonly writeBytes?: WriteBytes;
  /** Characters that a slow reader may be behind; what comes beyond is dropped. Default 16 Mi. */
  readonly backlog?: number;
}

/**
 * Writes lines in the background, those that came meanwhile in one go. `process.stdout` would stop the whole gateway
 * for a reader of a pipe that is slow.
 */
export function createLineWriter(options: LineWriterOptions = {}): LineWriter {
  const { writeBytes = writeToStandardOutput, backlog = 16 * 1024 * 1024 } = options;
  let waiting = "";
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    // The lines of one turn of the event loop go together.
    await Promise.resolve();
    while (waiting !== "") {
      const bytes = Buffer.from(waiting);
      waiting = "";
      // A log that can't be written is no reason to stop.
      await writeAll(bytes, writeBytes).catch(() => undefined);
    }
    writing = undefined;
  }

  return {
    write(line) {
      if (waiting.length + line.length > backlog) return;
      waiting += line;
      writing ??= drain();
    },
    flush: () => writing ?? Promise.resolve(),
  };
}

async function writeAll(bytes: Buffer, writeBytes: WriteBytes): Promise<void> {
  for (let offset = 0; offset < bytes.length;) offset += await writeBytes(bytes, offset);
}

const write = promisify(writeToFile);

/** Milliseconds until a pipe that is full is tried again. */
const fullPipePause = 20;

async function writeToStandardOutput(bytes: Buffer, offset: number): Promise<number> {
  try {
    return (await write(1, bytes, offset)).bytesWritten;
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EAGAIN") throw error;
    await setTimeout(fullPipePause);
    return 0;
  }
}
