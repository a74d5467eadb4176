import { describe, expect, it } from "vitest";
import { keepalive } from "../codec/message/keepalive.js";
import { hex } from "../codec/octets.js";
import { markerIn, octetsOfText } from "./hex-dump.js";

const MARKER = "ff".repeat(16);
const KEEPALIVE = `${MARKER}001304`;
const read = (text: string): string[] | null => octetsOfText(text)?.map((octets) => hex(octets)) ?? null;

describe("octets in a text", () => {
  it.each([
    ["digits", KEEPALIVE],
    ["digits in capitals, two by two", KEEPALIVE.toUpperCase().replaceAll(/../g, "$& ")],
    ["colons", KEEPALIVE.replaceAll(/..(?=.)/g, "$&:")],
    ["0x before each octet, commas between", KEEPALIVE.replaceAll(/../g, "0x$&, ")],
    ["a string of C", `"${KEEPALIVE.replaceAll(/../g, "\\x$&")}"`],
    ["lines", `${KEEPALIVE.slice(0, 20)}\n${KEEPALIVE.slice(20)}\n`],
    [
      "tshark -x",
      "0000  ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff   ................\n0010  00 13 04                                          ...\n",
    ],
    [
      "tcpdump -X",
      "\t0x0000:  ffff ffff ffff ffff ffff ffff ffff ffff  ................\n\t0x0010:  0013 04                                  ...\n",
    ],
    [
      "xxd",
      "00000000: ffff ffff ffff ffff ffff ffff ffff ffff  ................\n00000010: 0013 04                                  ...\n",
    ],
    [
      "hexdump -C",
      "00000000  ff ff ff ff ff ff ff ff  ff ff ff ff ff ff ff ff  |................|\n00000010  00 13 04                                          |...|\n00000013\n",
    ],
    ["od -A x -t x1", "000000 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n000010 00 13 04\n000013\n"],
    ["a log line around it", `bgpd[12]: 192.0.2.1 sent a bad message: ${KEEPALIVE} (19 octets)`],
  ])("are read from %s", (_name, text) => {
    expect(read(text)).toEqual([KEEPALIVE]);
  });

  it("are told from what they are in ASCII, even when that is digits", () => {
    expect(read("0000  61 62 31 32   ab12\n")).toEqual(["61623132"]);
  });

  it("are of several packets when offsets begin again", () => {
    expect(read("0000  ff 01\n\n0000  ff 02\n0002  03\n")).toEqual(["ff01", "ff0203"]);
  });

  it("are not lost for a line of a log that could be one of a dump", () => {
    expect(read(`0000 12 34 are the first\npeer sent ${KEEPALIVE}.\n`)).toEqual([KEEPALIVE]);
  });

  it("are as many runs as a text has markers, each up to what is no octet", () => {
    const spaced = KEEPALIVE.replaceAll(/../g, "$& ");
    expect(read(`one ${KEEPALIVE}, two ${spaced}three ${MARKER} none`)).toEqual([KEEPALIVE, KEEPALIVE]);
    expect(read(`${MARKER}:00--13\n04 x`)).toEqual([KEEPALIVE]);
    // An odd digit in front, as in 0xf.
    expect(read(`in f${MARKER}  00 13 04.`)).toEqual([KEEPALIVE]);
  });

  it.each(["", "hello", "abc", "0x", "12 3", "ff".repeat(15)].map((text) => [text]))(
    "are not there in %j, or are no message",
    (text) => {
      const octets = octetsOfText(text);
      expect(octets === null || octets.every((one) => markerIn(one) < 0)).toBe(true);
    },
  );
});

describe("the marker", () => {
  it("is found at its first octet, also behind others of ff", () => {
    expect(markerIn(keepalive)).toBe(0);
    expect(markerIn(Uint8Array.of(0, 255, 0, ...keepalive))).toBe(3);
    expect(markerIn(keepalive, 1)).toBe(-1);
    expect(markerIn(keepalive.subarray(0, 15))).toBe(-1);
  });
});
