/** Tells of a fault when it begins, and not again until it is over: a dead receiver must not fill the log. */
export interface FaultSwitch {
  fail(error: unknown): void;
  recover(): void;
}

export function createFaultSwitch(onFault: (error: unknown) => void): FaultSwitch {
  let isFaulty = false;
  return {
    fail(error) {
      if (!isFaulty) onFault(error);
      isFaulty = true;
    },
    recover() {
      isFaulty = false;
    },
  };
}
