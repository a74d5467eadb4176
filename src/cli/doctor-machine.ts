import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { type Check, packageRoot, provenance, resultsRoot } from "../results/index.js";
import { lacking, ok } from "./doctor-probe.js";

/** Everything that can be read without asking anybody. `results`: as the option of that name. */
export const checkMachine = async (results?: string): Promise<Check[]> => [
  checkNode(process.versions.node, nodeFloor()),
  checkSystem(),
  checkCores(availableParallelism()),
  checkMemory(),
  checkGovernor(provenance().governor),
  checkCounters(),
  checkFiles(readOr("/proc/self/limits")),
  ...checkDisk(resultsRoot(results)),
];

const MB = 1e6;
const megabytes = (octets: number): string => `${Math.round(octets / MB).toLocaleString("en-US")} MB`;

/** From `engines` of our package: `20.19.0`. */
const nodeFloor = (): string => {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as {
    engines: { node: string };
  };
  return engines.node.replace(/^>=/, "");
};

export const checkNode = (version: string, floor: string): Check => {
  const [have = 0, need = 0] = [version, floor].map((text) => {
    const [major = 0, minor = 0] = text.split(".").map(Number);
    return major * 1000 + minor;
  });
  if (have >= need) return ok("machine", "Node", `${version} (${floor} or newer is needed)`);
  return lacking(
    "machine",
    "Node",
    `${version}, older than ${floor}`,
    "nothing of Kiln is known to work",
    `install Node ${floor} or newer`,
    "needed",
  );
};

const checkSystem = (): Check =>
  existsSync("/proc/self/stat")
    ? ok("machine", "system", `${process.platform} ${process.arch} with /proc`)
    : lacking(
        "machine",
        "system",
        `${process.platform} ${process.arch} without /proc`,
        "no benchmarks: CPU time and memory of targets come from there. Fuzzing works",
        "run it on Linux",
      );

export const checkCores = (cores: number): Check =>
  cores >= 2
    ? ok("machine", "cores", `${cores}`)
    : lacking(
        "machine",
        "cores",
        "1",
        "target and tester take turns on one core, so times say little; CPU seconds still count",
      );

/** What the release tier takes beside a target: the tester's tables and one daemon. */
const MEMORY_FOR_A_MILLION = 4e9;

const checkMemory = (): Check => {
  const available = 1024 * Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readOr("/proc/meminfo"))?.[1] ?? Number.NaN);
  const total = totalmem();
  const free = Number.isNaN(available) ? "" : `, ${megabytes(available)} available`;
  if (!((Number.isNaN(available) ? total : available) < MEMORY_FOR_A_MILLION))
    return ok("machine", "memory", `${megabytes(total)}${free}`);
  return lacking(
    "machine",
    "memory",
    `${megabytes(total)}${free}`,
    `benchmarks of 1,000,000 prefixes may not fit: they take up to ${megabytes(MEMORY_FOR_A_MILLION)}`,
  );
};

export const checkGovernor = (governor: string | null): Check => {
  if (governor === "performance") return ok("machine", "CPU governor", governor);
  if (governor === null) {
    const found = "the kernel shows none: a virtual machine, or a fixed clock";
    return lacking("machine", "CPU governor", found, "a clock that changes can't be told", null, "unknown");
  }
  return lacking(
    "machine",
    "CPU governor",
    governor,
    "the clock changes with the load: runs spread more than they must",
    "cpupower frequency-set -g performance",
  );
};

const checkCounters = (): Check => {
  const paranoid = readOr("/proc/sys/kernel/perf_event_paranoid").trim();
  const devices = ["cpu", "cpu_core", "armv8_pmuv3", "armv8_pmuv3_0"];
  const hardware = devices.some((name) => existsSync(`/sys/bus/event_source/devices/${name}`));
  const found = `${hardware ? "hardware counters" : "no hardware counters"}, perf_event_paranoid ${paranoid || "not there"}`;
  if (hardware && paranoid !== "" && Number(paranoid) <= 2) return ok("machine", "perf counters", found);
  return lacking(
    "machine",
    "perf counters",
    found,
    "instructions can't be counted with perf; CPU seconds and --profile cpu don't need it",
    hardware ? "sysctl kernel.perf_event_paranoid=2" : null,
  );
};

/** 200 peers, twice over, and what Node itself has open. */
const FILES = 1024;

/** `limits`: proc(5)'s text. */
export const checkFiles = (limits: string): Check => {
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? [];
  if (soft === undefined) {
    return lacking("machine", "open files", "not known", "a limit would show as a failed run", null, "unknown");
  }
  const found = `${soft} (hard limit ${hard})`;
  if (soft === "unlimited" || Number(soft) >= FILES) return ok("machine", "open files", found);
  return lacking("machine", "open files", found, "benchmarks with many peers run out of sockets", `ulimit -n ${FILES}`);
};

/** For a nightly with its corpus; and so little that not even one result fits. */
const DISK_ENOUGH = 1e9;
const DISK_LEAST = 20e6;

const checkDisk = (results: string): Check[] =>
  [
    ["disk, results", results],
    ["disk, temporary", tmpdir()],
  ].map(([name = "", folder = ""]) => {
    const { bavail, bsize } = statfsSync(existing(folder));
    return checkSpace(name, bavail * bsize);
  });

export const checkSpace = (name: string, free: number): Check => {
  if (free >= DISK_ENOUGH) return ok("machine", name, `${megabytes(free)} free`);
  const least = free < DISK_LEAST;
  const costs = least ? "no result can be kept" : "a long campaign may fill it";
  return lacking("machine", name, `${megabytes(free)} free`, costs, "make room", least ? "needed" : "lacking");
};

const existing = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));

const readOr = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};
