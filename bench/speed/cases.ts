import { modelId } from "./canned.ts";
import type { Shape } from "./program.ts";

/** One thing that is measured of every program. */
export interface Case {
  readonly name: string;
  readonly title: string;
  readonly shape: Shape;
  /** Requests at once. */
  readonly connections: number;
  /** Seconds that count, in place of the command line's. */
  readonly seconds?: number;
}

const whole = { stream: false, chunks: 100, pace: 0, bytes: 2000 } as const;
const stream = { stream: true, chunks: 100, pace: 0, bytes: 2000 } as const;
/** 50 tokens a second. */
const paced = { stream: true, chunks: 100, pace: 20, bytes: 2000, wire: "p" } as const;

export const cases: readonly Case[] = [
  {
    name: "whole-prompt",
    title: "whole answer, 2 KB, prompt wire, 64 at once",
    connections: 64,
    shape: { ...whole, wire: "p" },
  },
  {
    name: "whole-chat",
    title: "whole answer, 2 KB, chat wire, 64 at once",
    connections: 64,
    shape: { ...whole, wire: "c" },
  },
  {
    name: "whole-one",
    title: "whole answer, 2 KB, prompt wire, one at a time",
    connections: 1,
    shape: { ...whole, wire: "p" },
  },
  {
    name: "large-prompt",
    title: "whole answer, 200 KB, prompt wire, 16 at once",
    connections: 16,
    shape: { ...whole, wire: "p", bytes: 200_000 },
  },
  {
    name: "large-chat",
    title: "whole answer, 200 KB, chat wire, 16 at once",
    connections: 16,
    shape: { ...whole, wire: "c", bytes: 200_000 },
  },
  {
    name: "stream-prompt",
    title: "stream of 100 frames in a burst, prompt wire, 32 at once",
    connections: 32,
    shape: { ...stream, wire: "p" },
  },
  {
    name: "stream-chat",
    title: "stream of 100 frames in a burst, chat wire, 32 at once",
    connections: 32,
    shape: { ...stream, wire: "c" },
  },
  {
    name: "stream-long",
    title: "stream of 1,000 frames in a burst, prompt wire, 32 at once",
    connections: 32,
    shape: { ...stream, wire: "p", chunks: 1000 },
  },
  ...[100, 200, 500, 1000].map((streams) => ({
    name: `paced-${streams}`,
    title: `${streams} streams at once at 50 tokens a second, prompt wire`,
    connections: streams,
    seconds: 3,
    shape: paced,
  })),
];

/** The ids of all scripts that the cases use. */
export const scriptIds: readonly string[] = [...new Set(cases.map(({ shape }) => modelId(shape)))];
