import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("fixtures/outcrop.ts", import.meta.url));

/** What a run has said so far; both streams, as a terminal shows them. */
export interface OutcropRun {
  output(): string;
  /** Resolves with what the pattern finds in the output. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Runs `outcrop` in a process of its own, with this environment alone. */
export function runOutcrop(
  args: readonly string[],
  { env = {}, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): OutcropRun {
  const child = spawn(process.execPath, ["--conditions=outcrop-source", program, ...args], { env, cwd });
  let text = "";
  let check = () => undefined as void;
  const take = (bytes: Buffer) => {
    text += bytes.toString();
    check();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    output: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          const found = pattern.exec(text);
          if (found) resolve(found);
        };
        check();
        void ended.then(() => reject(new Error(`outcrop has ended: ${text}`)));
      }),
    signal: (name) => void child.kill(name),
    ended,
  };
}
