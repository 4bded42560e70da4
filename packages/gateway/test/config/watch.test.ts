import { mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type LoadedConfig, loadConfig } from "../../src/config/load-config.ts";
import { type ConfigWatcher, type WatchOptions, watchConfig } from "../../src/config/watch-config.ts";
import { oneModel } from "./load.ts";

const broken = "model_list:\n\t- a";
const renamed = oneModel.replace("model_name: m", "model_name: n");

/** Files, events and time in memory. */
function createRig(files: Record<string, string>) {
  const told: LoadedConfig[] = [];
  const timers = new Set<{ run: () => void; milliseconds: number }>();
  const watched = new Map<string, (name: string | null) => void>();
  const options = {
    env: {},
    cwd: "/etc/outcrop",
    readText: async (path: string) => {
      const text = files[path];
      if (text === undefined) throw new Error("no such file");
      return text;
    },
    after: (milliseconds, run) => {
      const timer = { run, milliseconds };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    watch: (directory, onEvent) => {
      watched.set(directory, onEvent);
      return { close: () => watched.delete(directory) };
    },
  } satisfies WatchOptions;
  return {
    files,
    told,
    timers,
    watched,
    options,
    path: "/etc/outcrop/config.yaml",
    /** The names of the models that were last told of. */
    names: () => told.at(-1)?.config?.models.map(({ modelName }) => modelName),
    async start() {
      const loaded = await loadConfig(this.path, options);
      return watchConfig(this.path, (next) => told.push(next), { ...options, loaded });
    },
    event(directory: string, name: string | null) {
      watched.get(directory)?.(name);
    },
    /** Lets the time pass, and the reading that follows end. */
    async pass() {
      for (const timer of timers) {
        timers.delete(timer);
        timer.run();
      }
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}

const config = "/etc/outcrop/config.yaml";

describe("a watched config", () => {
  it("is told of when its text has changed", async () => {
    const rig = createRig({ [config]: oneModel });
    await rig.start();
    rig.files[config] = renamed;
    rig.event("/etc/outcrop", "config.yaml");
    expect(rig.told).toEqual([]);
    await rig.pass();
    expect(rig.names()).toEqual(["n"]);
  });

  it("is not told of when it has not", async () => {
    const rig = createRig({ [config]: oneModel });
    await rig.start();
    rig.event("/etc/outcrop", "config.yaml");
    await rig.pass();
    expect(rig.told).toEqual([]);
  });

  it("is read once for the many events of one change", async () => {
    const rig = createRig({ [config]: oneModel });
    await rig.start();
    rig.files[config] = renamed;
    for (let count = 0; count < 10; count++) rig.event("/etc/outcrop", "config.yaml");
    expect([...rig.timers].map(({ milliseconds }) => milliseconds)).toEqual([200]);
    await rig.pass();
    expect(rig.told).toHaveLength(1);
  });

  it("that becomes bad is told of without a config, and again when it is good", async () => {
    const rig = createRig({ [config]: oneModel });
    await rig.start();
    rig.files[config] = broken;
    rig.event("/etc/outcrop", "config.yaml");
    await rig.pass();
    expect(rig.told.at(-1)?.config).toBeUndefined();
    expect(rig.told.at(-1)?.findings[0]).toMatchObject({ level: "error", code: "broken_yaml", line: 2 });
    rig.files[config] = renamed;
    rig.event("/etc/outcrop", "config.yaml");
    await rig.pass();
    expect(rig.names()).toEqual(["n"]);
  });

  it("does not care for other files of its directory", async () => {
    const rig = createRig({ [config]: oneModel });
    await rig.start();
    rig.event("/etc/outcrop", "access.log");
    expect(rig.timers.size).toBe(0);
  });

  it.each([null, "..data", "..2026_01_01"])("takes the event %s for its own", async (name) => {
    const rig = createRig({ [config]: oneModel });
    await rig.start();
    rig.files[config] = renamed;
    rig.event("/etc/outcrop", name);
    await rig.pass();
    expect(rig.names()).toEqual(["n"]);
  });

  it("is told of when .env or an included file has changed, wherever that lies", async () => {
    const rig = createRig({ [config]: `include: models/a.yaml`, "/etc/outcrop/models/a.yaml": oneModel });
    await rig.start();
    expect([...rig.watched.keys()].toSorted()).toEqual(["/etc/outcrop", "/etc/outcrop/models"]);
    rig.files["/etc/outcrop/models/a.yaml"] = renamed;
    rig.event("/etc/outcrop/models", "a.yaml");
    await rig.pass();
    expect(rig.names()).toEqual(["n"]);
    rig.files["/etc/outcrop/.env"] = "A=b";
    rig.event("/etc/outcrop", ".env");
    await rig.pass();
    expect(rig.told.at(-1)?.config?.environment).toEqual({ A: "b" });
  });

  it("watches the directories of the files that it includes now", async () => {
    const rig = createRig({
      [config]: `include: one/a.yaml`,
      "/etc/outcrop/one/a.yaml": oneModel,
      "/etc/outcrop/two/a.yaml": renamed,
    });
    await rig.start();
    rig.files[config] = "include: two/a.yaml";
    rig.event("/etc/outcrop", "config.yaml");
    await rig.pass();
    expect([...rig.watched.keys()].toSorted()).toEqual(["/etc/outcrop", "/etc/outcrop/two"]);
  });

  it("watches for a file that is not there yet", async () => {
    const rig = createRig({ [config]: `include: one/a.yaml` });
    await rig.start();
    rig.files["/etc/outcrop/one/a.yaml"] = oneModel;
    rig.event("/etc/outcrop/one", "a.yaml");
    await rig.pass();
    expect(rig.names()).toEqual(["m"]);
  });

  it("is read when it is asked for, changed or not", async () => {
    const rig = createRig({ [config]: oneModel });
    const watcher = await rig.start();
    await watcher.reload();
    expect(rig.told).toHaveLength(1);
  });

  it("is read one reading after the other", async () => {
    const rig = createRig({ [config]: oneModel });
    const waiting: (() => void)[] = [];
    const readText = async (path: string) => {
      const text = await rig.options.readText(path);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
      return text;
    };
    const watcher = watchConfig(rig.path, (loaded) => rig.told.push(loaded), {
      ...rig.options,
      env: { LITELLM_MODE: "PRODUCTION" },
      readText,
      loaded: await loadConfig(rig.path, rig.options),
    });
    const first = watcher.reload();
    await rig.pass();
    rig.files[config] = renamed;
    const second = watcher.reload();
    await rig.pass();
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    await first;
    await rig.pass();
    waiting[1]?.();
    await second;
    expect(rig.told.map((loaded) => loaded.config?.models[0]?.modelName)).toEqual(["m", "n"]);
  });

  it("is left alone when the watcher is closed", async () => {
    const rig = createRig({ [config]: oneModel });
    const watcher = await rig.start();
    rig.files[config] = renamed;
    rig.event("/etc/outcrop", "config.yaml");
    watcher.close();
    expect(rig.timers.size).toBe(0);
    expect(rig.watched.size).toBe(0);
    await watcher.reload();
    expect(rig.told).toEqual([]);
  });

  it("is told of at once where nobody says what runs", async () => {
    const rig = createRig({ [config]: oneModel });
    watchConfig(rig.path, (next) => rig.told.push(next), rig.options);
    await rig.pass();
    expect(rig.names()).toEqual(["m"]);
  });
});

describe("a config on the disk", () => {
  const open: ConfigWatcher[] = [];
  const directories: string[] = [];
  afterEach(async () => {
    for (const watcher of open.splice(0)) watcher.close();
    for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
  });

  async function onDisk(
    write: (directory: string) => Promise<void>,
    change: (directory: string) => Promise<void>,
  ) {
    const directory = await mkdtemp(join(tmpdir(), "outcrop-config-"));
    directories.push(directory);
    await write(directory);
    const path = join(directory, "config.yaml");
    const options = { env: {}, cwd: directory };
    const loaded = await loadConfig(path, options);
    const next = new Promise<LoadedConfig>((resolve) => {
      // A file that is half written is told of too, and then the whole.
      const onChange = (changed: LoadedConfig) => changed.config && resolve(changed);
      open.push(watchConfig(path, onChange, { ...options, loaded, quiet: 20 }));
    });
    await change(directory);
    return (await next).config?.models[0]?.modelName;
  }

  it("may be written over", async () => {
    const name = await onDisk(
      (directory) => writeFile(join(directory, "config.yaml"), oneModel),
      (directory) => writeFile(join(directory, "config.yaml"), renamed),
    );
    expect(name).toBe("n");
  });

  it("may be replaced by another, as editors do", async () => {
    const name = await onDisk(
      (directory) => writeFile(join(directory, "config.yaml"), oneModel),
      async (directory) => {
        await writeFile(join(directory, "config.yaml.tmp"), renamed);
        await rename(join(directory, "config.yaml.tmp"), join(directory, "config.yaml"));
      },
    );
    expect(name).toBe("n");
  });

  it("may be a link that is swapped, as in a Kubernetes volume", async () => {
    const name = await onDisk(
      async (directory) => {
        await writeFile(join(directory, "..one.yaml"), oneModel);
        await writeFile(join(directory, "..two.yaml"), renamed);
        await symlink("..one.yaml", join(directory, "..data"));
        await symlink("..data", join(directory, "config.yaml"));
      },
      async (directory) => {
        await symlink("..two.yaml", join(directory, "..data_tmp"));
        await rename(join(directory, "..data_tmp"), join(directory, "..data"));
      },
    );
    expect(name).toBe("n");
  });
});
