import { afterEach, describe, expect, it } from "vitest";
import { Program, type ProgramFailure } from "./program.js";

/** A program that answers what `answer`, the text of a function in JavaScript, makes of each input. */
const programThat = (answer: string, limits: { hangMs?: number; rssMb?: () => number } = {}): Program => {
  const script = `
    const answer = ${answer};
    let waiting = Buffer.alloc(0);
    process.stdin.on("data", (octets) => {
      waiting = Buffer.concat([waiting, octets]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
        const end = 4 + waiting.readUInt32BE(0);
        const said = Buffer.from(String(answer(waiting.subarray(4, end))));
        waiting = waiting.subarray(end);
        const head = Buffer.alloc(4);
        head.writeUInt32BE(said.length);
        process.stdout.write(head.subarray(0, 2));
        process.stdout.write(Buffer.concat([head.subarray(2), said]));
      }
    });`;
  const command = `'${process.execPath}' -e '${script.replaceAll("'", `'\\''`)}'`;
  program = new Program({ command, hangMs: 10_000, memoryMb: 100, rssMb: () => 0, ...limits });
  return program;
};
let program: Program | null = null;
afterEach(() => program?.stop());

const failing = async (asked: Promise<string>): Promise<Pick<ProgramFailure, "kind" | "message">> => {
  const { kind, message } = await asked.then(
    (answer) => ({ kind: "crash" as const, message: `it answered ${answer}` }),
    (failure: ProgramFailure) => failure,
  );
  return { kind, message };
};

describe("a program asked over a pipe", () => {
  it("answers one input after the other, of any length", async () => {
    const asked = programThat("(input) => input.length");
    const answers: string[] = [];
    for (const length of [0, 1, 255, 256, 100_000]) answers.push(await asked.ask(new Uint8Array(length)));
    expect(answers).toEqual(["0", "1", "255", "256", "100000"]);
  });

  it("is started again after it died, and what it said before tells why", async () => {
    const asked = programThat(
      `(input) => {
        if (input[0] === 1) process.exit(3);
        if (input[0] === 2) process.kill(process.pid, "SIGKILL");
        if (input[0] === 3) { console.error("ValueError: three"); process.exit(1); }
        return "fine";
      }`,
    );
    expect(await asked.ask(Uint8Array.of(0))).toBe("fine");
    expect(await failing(asked.ask(Uint8Array.of(1)))).toEqual({ kind: "crash", message: "exit code 3" });
    expect(await asked.ask(Uint8Array.of(0))).toBe("fine");
    expect(await failing(asked.ask(Uint8Array.of(2)))).toEqual({ kind: "crash", message: "killed by SIGKILL" });
    expect(await failing(asked.ask(Uint8Array.of(3)))).toEqual({
      kind: "crash",
      message: "exit code 1: ValueError: three",
    });
  });

  it("is ended when it does not answer, or takes too much memory", async () => {
    const hanging = programThat("() => { for (;;) ; }", { hangMs: 300 });
    expect(await failing(hanging.ask(Uint8Array.of(0)))).toEqual({ kind: "hang", message: "no answer within 300 ms" });
    const hungry = programThat("() => { for (;;) ; }", { rssMb: () => 101 });
    expect(await failing(hungry.ask(Uint8Array.of(0)))).toEqual({ kind: "memory", message: "more than 100 MB" });
  });

  it("may not flood us, and has to exist", async () => {
    const flooding = programThat('() => "x".repeat(70000)');
    expect(await failing(flooding.ask(Uint8Array.of(0)))).toEqual({
      kind: "crash",
      message: "announces an answer of 70000 octets: 65536 are the most",
    });
    program = new Program({ command: "./no-such-program", hangMs: 10_000, memoryMb: 100, rssMb: () => 0 });
    expect(await failing(program.ask(Uint8Array.of(0)))).toMatchObject({
      kind: "crash",
      message: expect.stringMatching(/^exit code 127: .*no-such-program: not found/),
    });
  });
});
