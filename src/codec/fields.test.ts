import { describe, expect, it } from "vitest";
import { outlineOf } from "./dissection.arb.js";
import { addressText, distinguisherText, type FieldReader, named, prefixText, shortHex } from "./fields.js";
import { hex } from "./octets.js";
import { unhex } from "./testing.arb.js";

describe("a field reader", () => {
  it("names numbers of one, two, three, four and eight octets, and gives them", () => {
    const given: (number | bigint)[] = [];
    const dissect = (reader: FieldReader): void => {
      given.push(reader.u8("one"), reader.u16("two"), reader.u24("three"), reader.u32("four"), reader.u64("eight"));
    };
    expect(outlineOf(dissect, "fe" + "fedc" + "fedcba" + "fedcba98" + "fedcba9876543210")).toEqual([
      "0-1 one: 254",
      "1-3 two: 65244",
      "3-6 three: 16702650",
      "6-10 four: 4275878552",
      "10-18 eight: 18364758544493064720",
    ]);
    expect(given).toEqual([0xfe, 0xfedc, 0xfedcba, 0xfedcba98, 0xfedcba9876543210n]);
  });

  it("says what numbers mean", () => {
    const doubled = (value: number | bigint): string => `${value} twice`;
    const dissect = (reader: FieldReader): void => {
      reader.u8("one", doubled);
      reader.u16("two", doubled);
      reader.u24("three", doubled);
      reader.u32("four", doubled);
      reader.u64("eight", doubled);
    };
    expect(outlineOf(dissect, "01" + "0002" + "000003" + "00000004" + "0000000000000005")).toEqual([
      "0-1 one: 1 twice",
      "1-3 two: 2 twice",
      "3-6 three: 3 twice",
      "6-10 four: 4 twice",
      "10-18 eight: 5 twice",
    ]);
  });

  it.each<readonly [string, string, (reader: FieldReader) => unknown, unknown]>([
    ["two", "01", (reader) => reader.u16("two"), 0],
    ["three", "0102", (reader) => reader.u24("three"), 0],
    ["four", "010203", (reader) => reader.u32("four"), 0],
    ["eight", "01020304050607", (reader) => reader.u64("eight"), 0n],
    ["nine", "0102030405060708", (reader) => reader.octets("nine", 9), new Uint8Array(0)],
  ])("shows what is cut short as it is: %s octets", (name, digits, read, expected) => {
    const given: unknown[] = [];
    const dissect = (reader: FieldReader): void => {
      given.push(read(reader), read(reader), reader.left);
    };
    const there = digits.length / 2;
    expect(outlineOf(dissect, digits)).toEqual([
      `0-${there} ${name}: ${digits} (cut short: ${there} of ${there + 1} octets)`,
    ]);
    expect(given).toEqual([expected, expected, 0]);
  });

  it("names nothing where nothing is left", () => {
    const given: unknown[] = [];
    const dissect = (reader: FieldReader): void => {
      given.push(reader.u8("one"), reader.u64("eight"), hex(reader.octets("three", 3)));
      reader.rest("rest");
    };
    expect(outlineOf(dissect, "")).toEqual([]);
    expect(given).toEqual([0, 0n, ""]);
  });

  it("names octets, in words or as digits; none only when there is something to say of them", () => {
    const given: Uint8Array[] = [];
    const dissect = (reader: FieldReader): void => {
      given.push(reader.octets("digits", 2));
      given.push(reader.octets("words", 3, (octets) => `${octets.length} of them`));
      reader.octets("nothing", 0);
      reader.octets("no octets", 0, () => "a default");
    };
    expect(outlineOf(dissect, "a1b2c3d4e5")).toEqual([
      "0-2 digits: a1b2",
      "2-5 words: 3 of them",
      "5-5 no octets: a default",
    ]);
    expect(given.map((octets) => hex(octets))).toEqual(["a1b2", "c3d4e5"]);
  });

  it("gives octets that do not change with the message", () => {
    let given: Uint8Array = new Uint8Array(0);
    outlineOf((reader) => {
      given = reader.octets("octets", 2);
      reader.msg.fill(0xa5);
    }, "0102");
    expect(hex(given)).toBe("0102");
  });

  it("names addresses and harmless text", () => {
    const dissect = (reader: FieldReader): void => {
      reader.address("IPv4", 4);
      reader.address("IPv6", 16);
      reader.address("neither", 2);
      reader.text("text", 3);
    };
    expect(outlineOf(dissect, "c0000201" + "20010db8000000000000000000000001" + "beef" + "6f1b6b")).toEqual([
      "0-4 IPv4: 192.0.2.1",
      "4-20 IPv6: 2001:db8::1",
      "20-22 neither: beef",
      String.raw`22-25 text: o\u{1b}k`,
    ]);
  });

  it("keeps a group to its octets, and names those that it leaves", () => {
    const dissect = (reader: FieldReader): void => {
      reader.group("first", 3, (inside) => {
        inside.u8("one");
        return "said of it";
      });
      reader.group("second", 1, (inside) => {
        inside.u16("two");
        return undefined;
      });
      reader.u8("behind");
      reader.group("empty", 0, () => undefined);
    };
    expect(outlineOf(dissect, "0102030405")).toEqual([
      "0-3 first: said of it",
      "  0-1 one: 1",
      "  1-3 not understood: 0203",
      "3-4 second",
      "  3-4 two: 04 (cut short: 1 of 2 octets)",
      "4-5 behind: 5",
      "5-5 empty",
    ]);
  });

  it("says of a group that it is cut short, behind what else is said of it", () => {
    const cut = (said: string | undefined) => (reader: FieldReader) => {
      reader.group("group", 4, (inside) => {
        inside.u8("one");
        inside.u8("two");
        return said;
      });
      reader.u8("behind");
    };
    const inside = ["  0-1 one: 1", "  1-2 two: 2"];
    expect(outlineOf(cut(undefined), "0102")).toEqual(["0-2 group: cut short: 2 of 4 octets", ...inside]);
    expect(outlineOf(cut("a pair"), "0102")).toEqual(["0-2 group: a pair, cut short: 2 of 4 octets", ...inside]);
    expect(outlineOf(cut("whole"), "01020304")).toEqual(["0-4 group: whole", ...inside, "  2-4 not understood: 0304"]);
  });

  it("names whatever is left", () => {
    const dissect = (reader: FieldReader): void => {
      reader.u8("one");
      reader.rest("rest", (octets) => `${octets.length} octets`);
      reader.rest("nothing");
    };
    expect(outlineOf(dissect, "010203")).toEqual(["0-1 one: 1", "1-3 rest: 2 octets"]);
  });
});

describe("octets in words", () => {
  it.each([
    ["c0000201", "192.0.2.1"],
    ["00000000", "0.0.0.0"],
    // RFC 5952 §4.2: the longest run of zeros is shortened, the first of equal ones, never a single group.
    ["00000000000000000000000000000000", "::"],
    ["00000000000000000000000000000001", "::1"],
    ["20010000000000000000000000000000", "2001::"],
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    ["20010000000000010000000000000001", "2001:0:0:1::1"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["00000001000100010001000100010001", "0:1:1:1:1:1:1:1"],
    ["00010001000100010001000100000000", "1:1:1:1:1:1::"],
    // §4.1, §4.3: no leading zeros, lower case.
    ["0ABC00010001000100010001000100FF", "abc:1:1:1:1:1:1:ff"],
    ["c00002", "c00002"],
    ["", ""],
  ])("the address %s is %s", (digits, text) => {
    expect(addressText(unhex(digits))).toBe(text);
  });

  it.each<readonly [string, number, 4 | 16, string]>([
    ["c63364", 24, 4, "198.51.100.0/24"],
    ["", 0, 4, "0.0.0.0/0"],
    ["c0000201", 32, 4, "192.0.2.1/32"],
    ["c000020155", 40, 4, "192.0.2.1/40"],
    ["20010db8", 32, 16, "2001:db8::/32"],
    ["", 0, 16, "::/0"],
  ])("the prefix %s, %d bits, of %d octets is %s", (digits, bits, width, text) => {
    expect(prefixText(unhex(digits), bits, width)).toBe(text);
  });

  it.each([
    ["0000fbf400010000", "64500:65536"],
    ["0001c00002010007", "192.0.2.1:7"],
    ["0002000100000007", "65536:7"],
    ["0003000100000007", "0003000100000007"],
    ["0000fbf4000100", "0000fbf4000100"],
    ["0000fbf40001000000", "0000fbf40001000000"],
  ])("the distinguisher %s is %s", (digits, text) => {
    expect(distinguisherText(unhex(digits))).toBe(text);
  });

  it("are named by number", () => {
    expect([0, 1].map(named({ 0: "IGP" }))).toEqual(["0 (IGP)", "1 (unassigned)"]);
    expect(named({}, "undefined")(3)).toBe("3 (undefined)");
  });

  it("are no more than 32, in digits", () => {
    expect(shortHex(new Uint8Array(32).fill(0xab))).toBe("ab".repeat(32));
    expect(shortHex(new Uint8Array(33).fill(0xab))).toBe(`${"ab".repeat(32)}… (33 octets)`);
  });
});
