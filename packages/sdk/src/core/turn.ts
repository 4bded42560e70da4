let waiting: (() => void)[] = [];

/**
 * Does something when the turn of the event loop is over, together with everything else that waits for it: what many calls
 * do alike is then done for one after the other, and code and tables are at hand for all but the first. Who is alone in its
 * turn hardly waits.
 *
 * @param work must not throw: the others would be lost.
 */
export function atEndOfTurn(work: () => void): void {
  if (waiting.push(work) === 1) setImmediate(doAll);
}

function doAll(): void {
  const works = waiting;
  waiting = [];
  for (const work of works) work();
}
