import { createRandom } from "../base/random.ts";
import type { OperationName } from "../aws/operations.ts";
import type { Fault } from "./fault.ts";

/** The call that may be struck. */
export interface FaultTarget {
  readonly operation: OperationName;
  readonly modelId: string;
  readonly modelName: string;
}

export interface FaultBook {
  add(fault: Fault): void;
  list(): readonly Fault[];
  clear(): void;
  /** Back to the faults of the beginning. */
  reset(): void;
  /** The faults that strike a call, counted as done. */
  strike(target: FaultTarget): readonly Fault[];
}

/** The dice are seeded for each fault, so the same calls in the same order are struck again. */
export function createFaultBook(initial: readonly Fault[], seed: number): FaultBook {
  let entries: FaultEntry[] = [];
  const add = (fault: Fault): void => {
    entries.push(createEntry(fault, `${seed} ${entries.length} ${JSON.stringify(fault)}`));
  };
  const reset = (): void => {
    entries = [];
    for (const fault of initial) add(fault);
  };
  reset();
  return {
    add,
    list: () => entries.map(({ fault }) => fault),
    clear: () => {
      entries = [];
    },
    reset,
    strike: (target) => entries.filter((entry) => entry.strikes(target)).map(({ fault }) => fault),
  };
}

interface FaultEntry {
  readonly fault: Fault;
  readonly strikes: (target: FaultTarget) => boolean;
}

function createEntry(fault: Fault, seed: string): FaultEntry {
  const random = createRandom(seed);
  let passing = fault.skip ?? 0;
  let left = fault.count ?? Number.POSITIVE_INFINITY;
  return {
    fault,
    strikes: (target) => {
      if (left <= 0 || !fits(fault, target)) return false;
      if (passing-- > 0) return false;
      if (random.next() >= (fault.rate ?? 1)) return false;
      left--;
      return true;
    },
  };
}

function fits({ model = "", operation }: Fault, target: FaultTarget): boolean {
  if (operation !== undefined && operation !== target.operation) return false;
  return target.modelId.includes(model) || target.modelName.includes(model);
}
