import { join } from "node:path";
import { BirdControl, parseVersion } from "./bird-control.js";
import { findProgram } from "./daemon.js";
import { type Program, said } from "./program.js";
import { TargetError } from "./target.js";

/** BIRD 2, as Debian's package `bird2` installs it. Commands are those of `birdc`. */
export const birdProgram: Program = {
  name: "bird",
  file: () => findProgram("bird"),
  missing: () => (findProgram("bird") === null ? "not installed; apt-get install bird2" : null),
  version: (file) => /version (\S+)/.exec(said(file, ["--version"]))?.[1] ?? "unknown",

  async start(daemon, file, config) {
    const path = (name: string): string => join(daemon.directory, name);
    const conf = daemon.write("bird.conf", config);
    daemon.spawn(file, ["-f", "-c", conf, "-s", path("bird.ctl"), "-P", path("bird.pid")]);
    const control = await daemon.ready(() => BirdControl.open(path("bird.ctl")));
    const version = parseVersion(await control.ask("show status"));
    if (version === null) throw new TargetError("bird: it does not say which version it is");
    return { version, command: (text) => control.ask(text), close: () => control.close() };
  },
};
