import type { CancelSignal } from "@outcrop/sdk";
import { toAbortError } from "./scope.ts";

/** Limits on what runs at once: one limit a key, and a short fair queue before each. */
export interface Slots {
  /** Whether a call would run at once, would have to wait, or can't even wait. */
  room(key: string, limit: number | undefined): "free" | "queue" | "full";
  /** Takes a slot if one is free; the answer gives it back, however often it is called. */
  takeFree(key: string, limit: number | undefined): (() => void) | undefined;
  /**
   * Takes a slot, at once if one is free: then it is taken before this returns. The answer gives it back, however often
   * it is called.
   *
   * @throws OutcropError what the signal says, if it fires before there is a slot.
   */
  acquire(key: string, limit: number | undefined, signal: CancelSignal): Promise<() => void>;
}

interface Room {
  held: number;
  /** As it was last asked for: a reload may change it. */
  limit: number;
  readonly waiting: Set<() => void>;
}

/** How many calls may wait for each slot that there is. */
const waitingPerSlot = 10;

export function createSlots(): Slots {
  const rooms = new Map<string, Room>();

  function admitWaiting(key: string, room: Room): void {
    for (const admit of room.waiting) {
      if (room.held >= room.limit) break;
      room.held += 1;
      admit();
    }
    if (room.held === 0 && room.waiting.size === 0) rooms.delete(key);
  }

  return {
    room(key, limit = Infinity) {
      const room = rooms.get(key);
      const waiting = room?.waiting.size ?? 0;
      if ((room?.held ?? 0) < limit && waiting === 0) return "free";
      return waiting < limit * waitingPerSlot ? "queue" : "full";
    },
    takeFree(key, limit = Infinity) {
      const room = roomOf(key, limit);
      if (room.held >= limit || room.waiting.size > 0) return undefined;
      room.held += 1;
      return releaseOf(key, room);
    },
    async acquire(key, limit = Infinity, signal) {
      const room = roomOf(key, limit);
      await placeIn(room, signal, () => admitWaiting(key, room));
      return releaseOf(key, room);
    },
  };

  function roomOf(key: string, limit: number): Room {
    let room = rooms.get(key);
    if (!room) {
      room = { held: 0, limit, waiting: new Set() };
      rooms.set(key, room);
    }
    room.limit = limit;
    return room;
  }

  function releaseOf(key: string, room: Room): () => void {
    return once(() => {
      room.held -= 1;
      admitWaiting(key, room);
    });
  }
}

/** Waits for a place in a room; `moveOn` lets in who may come in. */
function placeIn(room: Room, signal: CancelSignal, moveOn: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      room.waiting.delete(admit);
      signal.removeEventListener("abort", onAbort);
    };
    const admit = () => {
      leave();
      resolve();
    };
    const onAbort = () => {
      leave();
      moveOn();
      reject(toAbortError(signal));
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    room.waiting.add(admit);
    moveOn();
  });
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
