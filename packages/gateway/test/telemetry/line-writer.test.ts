import * as fc from "fast-check";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type LineWriterOptions, createLineWriter } from "../../src/telemetry/logs/line-writer.ts";

/** A reader that takes at most so many bytes at a time. */
function createReader(most = Number.POSITIVE_INFINITY, options: Partial<LineWriterOptions> = {}) {
  const reads: Buffer[] = [];
  const writer = createLineWriter({
    writeBytes: async (bytes, offset) => {
      await Promise.resolve();
      const part = bytes.subarray(offset, offset + most);
      reads.push(Buffer.from(part));
      return part.length;
    },
    ...options,
  });
  return { writer, reads, text: () => Buffer.concat(reads).toString("utf8") };
}

test("the lines of one turn go together", async () => {
  const { writer, reads, text } = createReader();
  for (const line of ["one\n", "two\n", "three\n"]) writer.write(line);
  expect(reads).toEqual([]);
  await writer.flush();
  expect(reads).toHaveLength(1);
  expect(text()).toBe("one\ntwo\nthree\n");
});

test("whatever a reader takes at a time, nothing is lost or torn", async () => {
  const lines = fc.array(fc.string({ unit: "binary" }).map((text) => text.toWellFormed()));
  await fc.assert(
    fc.asyncProperty(lines, lines, fc.integer({ min: 1, max: 7 }), async (first, second, most) => {
      const { writer, text } = createReader(most);
      for (const line of first) writer.write(line);
      await Promise.resolve();
      for (const line of second) writer.write(line);
      await writer.flush();
      expect(text()).toBe([...first, ...second].join(""));
    }),
  );
});

test("what a slow reader is too far behind for is dropped, whole lines at a time", async () => {
  const { writer, text } = createReader(undefined, { backlog: 10 });
  for (const line of ["1234\n", "5678\n", "lost\n"]) writer.write(line);
  await writer.flush();
  writer.write("next\n");
  await writer.flush();
  expect(text()).toBe("1234\n5678\nnext\n");
});

test("a reader that is gone stops nothing", async () => {
  const { writer } = createReader(undefined, { writeBytes: () => Promise.reject(new Error("EPIPE")) });
  writer.write("line\n");
  await expect(writer.flush()).resolves.toBeUndefined();
  writer.write("line\n");
  await expect(writer.flush()).resolves.toBeUndefined();
});

test("standard output gets all of it before the process ends", async () => {
  const script = fileURLToPath(new URL("fixtures/write-lines.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=outcrop-source", script], {
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(stdout.length).toBe(200_000 * "0123456789\n".length);
});
