/** From so many milliseconds on, half a second more or less is nobody's concern. */
const coarseFromMs = 10_000;
const lookEveryMs = 500;

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

const alarms = new Set<Alarm>();
let looking: NodeJS.Timeout | undefined;

/**
 * Rings after some time, unless it is called off before: what `setTimeout` does, for alarms that nearly never ring. The deadlines of
 * calls are far, and every call sets and calls off some of them; a timer of its own for each costs twenty times as much as a place in a
 * set that is looked through twice a second. A far alarm may ring half a second late.
 *
 * @returns what calls it off.
 */
export function setAlarm(ms: number, ring: () => void): () => void {
  if (ms < coarseFromMs) {
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  }
  const alarm = { at: performance.now() + ms, ring };
  alarms.add(alarm);
  looking ??= setInterval(look, lookEveryMs);
  // As a timer of its own would, it keeps the process from ending; without alarms it must not.
  if (alarms.size === 1) looking.ref();
  return () => callOff(alarm);
}

function callOff(alarm: Alarm): void {
  if (alarms.delete(alarm) && alarms.size === 0) looking?.unref();
}

function look(): void {
  const now = performance.now();
  for (const alarm of alarms) {
    if (alarm.at > now) continue;
    callOff(alarm);
    alarm.ring();
  }
}
