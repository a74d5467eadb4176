import { createWriteStream, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { Relay, type RelayOptions } from "./exabgp-relay.js";

/**
 * The program that ExaBGP runs: `node exabgp-relay-run.js OPTIONS SOCKET`. Its lines come on standard input, commands go to
 * standard output, and whoever writes a line to the socket gets the counters as one line of JSON. It ends with ExaBGP.
 */
const [optionsFile = "", socketPath = ""] = process.argv.slice(2);
const options = JSON.parse(readFileSync(optionsFile, "utf8")) as RelayOptions;

// `process.stdout` would wait while the pipe is full, and ExaBGP waits for us to read before it empties that pipe.
const commands = createWriteStream("", { fd: 1 });
commands.on("error", () => process.exit());

const relay = new Relay(
  options,
  (line) => commands.write(`${line}\n`),
  (reason) => {
    process.stderr.write(`${reason}\n`);
    // Nothing that it could still do would be right. ExaBGP goes on without a program that only ends.
    process.kill(process.ppid, "SIGTERM");
  },
);

let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk: string) => {
  const text = rest + chunk;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    relay.take(text.slice(start, end));
    start = end + 1;
  }
  rest = text.slice(start);
});
process.stdin.on("end", () => process.exit());

createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("data", () => socket.write(`${JSON.stringify(relay.counts())}\n`));
}).listen(socketPath);
