import { Framer } from "../../src/codec/frame.js";
import type { MicroCase, Prepared } from "./case.js";
import { table } from "./inputs.js";

const framing = (name: string, chunkOctets: number): MicroCase => ({
  name,
  unit: `message, in chunks of ${chunkOctets} octets`,
  setup(): Prepared {
    const { messages, count } = table("both");
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < messages.length; at += chunkOctets) chunks.push(messages.subarray(at, at + chunkOctets));
    let sum = 0;
    const sink = (_: Uint8Array, start: number, end: number, type: number): boolean => {
      sum += end - start + type;
      return true;
    };
    return {
      ops: count,
      octets: messages.length,
      run() {
        sum = 0;
        const framer = new Framer();
        for (const chunk of chunks) framer.push(chunk, sink);
        return sum;
      },
    };
  },
});

export const frameCases: readonly MicroCase[] = [framing("frame", 65_536), framing("frame-cut", 1448)];
