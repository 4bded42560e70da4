import { watch as watchFiles } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { type LoadOptions, type LoadedConfig, loadConfig } from "./load-config.ts";

/** Looks after a config for as long as the gateway runs. */
export interface ConfigWatcher {
  /** Reads the config now, changed or not, as SIGHUP asks for. */
  reload(): Promise<void>;
  close(): void;
}

export interface WatchOptions extends LoadOptions {
  /** What the gateway runs with. Default nothing: then the first reading is told too. */
  readonly loaded?: Pick<LoadedConfig, "sources">;
  /** Milliseconds without an event before the files are read: editors write in several steps. Default 200. */
  readonly quiet?: number;
  /** Calls back after some milliseconds; gives a function that prevents it. Default a timer. */
  readonly after?: (milliseconds: number, run: () => void) => () => void;
  /** Calls back with the name of what changed in a directory, if that is known. Default `fs.watch`. */
  readonly watch?: (directory: string, onEvent: (name: string | null) => void) => { close(): void };
}

/**
 * Reads a config again when one of its files has changed: the config, an included one, `.env`. `onChange` is told
 * what became of it; where that holds no config, the findings say why, and whoever runs the old one keeps it.
 *
 * Directories are watched, for editors and Kubernetes put a new file in the place of the old one.
 */
export function watchConfig(
  path: string,
  onChange: (loaded: LoadedConfig) => void,
  options: WatchOptions = {},
): ConfigWatcher {
  const { quiet = 200, after = startTimer, watch = watchDirectory } = options;
  const watched = new Map<string, { close(): void }>();
  let sources: LoadedConfig["sources"] = options.loaded?.sources ?? new Map([[path, undefined]]);
  let cancel = nothing;
  let reading: Promise<void> = Promise.resolve();
  let closed = false;

  function onEvent(name: string | null): void {
    if (!concerns(name, sources)) return;
    cancel();
    cancel = after(quiet, () => void read(false));
  }

  /** One after the other, so that what is read last is what counts. */
  function read(always: boolean): Promise<void> {
    const again = () => readOnce(always);
    reading = reading.then(again, again);
    return reading;
  }

  async function readOnce(always: boolean): Promise<void> {
    if (closed) return;
    const loaded = await loadConfig(path, options);
    if (closed) return;
    const changed = !isSame(loaded.sources, sources);
    sources = loaded.sources;
    follow();
    if (always || changed) onChange(loaded);
  }

  /** Watches the directories that the files lie in now, and no others. */
  function follow(): void {
    const wanted = new Set([...sources.keys()].map((file) => dirname(resolve(file))));
    for (const [directory, watcher] of watched) {
      if (wanted.has(directory)) continue;
      watcher.close();
      watched.delete(directory);
    }
    for (const directory of wanted)
      if (!watched.has(directory)) watched.set(directory, watch(directory, onEvent));
  }

  follow();
  if (options.loaded === undefined) void read(false);
  return {
    reload: () => read(true),
    close() {
      closed = true;
      cancel();
      for (const watcher of watched.values()) watcher.close();
    },
  };
}

/** Kubernetes swaps the link `..data`, and not the files that lead through it. */
function concerns(name: string | null, sources: LoadedConfig["sources"]): boolean {
  return (
    name === null || name.startsWith("..") || [...sources.keys()].some((file) => basename(file) === name)
  );
}

function isSame(left: LoadedConfig["sources"], right: LoadedConfig["sources"]): boolean {
  return (
    left.size === right.size && [...left].every(([file, text]) => right.has(file) && right.get(file) === text)
  );
}

function startTimer(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds).unref();
  return () => clearTimeout(timer);
}

/** A directory that is gone, or can't be watched, changes nothing: SIGHUP is left. */
function watchDirectory(directory: string, onEvent: (name: string | null) => void): { close(): void } {
  try {
    const watcher = watchFiles(directory, { persistent: false }, (_, name) => onEvent(name));
    return watcher.on("error", () => watcher.close());
  } catch {
    return { close: nothing };
  }
}

function nothing(): void {}
