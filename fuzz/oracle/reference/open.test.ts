import { describe, expect, it } from "vitest";
import type { Decision } from "./judgement.js";
import { judgeOpen } from "./open.js";
import { message, octets } from "./vectors.arb.js";

const open = (parameters: string, head = "04 fde8 005a 0a000001", length = octets(parameters).length): Uint8Array =>
  message(1, `${head} ${length.toString(16).padStart(2, "0")} ${parameters}`);

const capabilities = (digits: string): Uint8Array => {
  const length = octets(digits).length.toString(16).padStart(2, "0");
  return open(`02 ${length} ${digits}`);
};

type Row = readonly [rule: string, msg: Uint8Array, decision: Decision, subcodes?: readonly number[]];

const rows: readonly Row[] = [
  ["without parameters", open(""), "accepted"],
  ["RFC 4271 §6.2: version 3, and nothing else is looked at", open("", "03 0000 0001 00000000"), "session-reset", [1]],
  ["RFC 7607 §2: AS 0", open("", "04 0000 005a 0a000001"), "session-reset", [2]],
  ["RFC 4271 §6.2: a hold time of 2", open("", "04 fde8 0002 0a000001"), "session-reset", [6]],
  ["RFC 4271 §6.2: a hold time of 0", open("", "04 fde8 0000 0a000001"), "accepted"],
  ["RFC 6286 §2.2: identifier 0", open("", "04 fde8 005a 00000000"), "session-reset", [3]],
  ["two faults: either is told", open("", "04 0000 0001 0a000001"), "session-reset", [2, 6]],
  ["RFC 4271 §6.2: parameters past the message", open("", undefined, 4), "session-reset", [0]],
  ["RFC 4271 §6.2: octets behind the parameters", open("0200", undefined, 0), "session-reset", [0]],
  ["RFC 4271 §6.2: a parameter past them", open("0205 0200"), "session-reset", [0]],
  ["RFC 4271 §6.2: an unknown parameter", open("0300"), "session-reset", [4]],
  ["RFC 9072 §2: the extended form", open("ff 0005 02 0002 0200", undefined, 255), "accepted"],
  ["RFC 9072 §2: whatever the first length", open("ff 0005 02 0002 0200", undefined, 1), "accepted"],
  ["RFC 9072 §3: type 255 in another place", open("0200 ff00"), "session-reset", [4]],
  ["RFC 4271 §6.2: a capability past its parameter", capabilities("0104 0001"), "session-reset", [0]],
  ["RFC 5492 §3: a capability that is not known", capabilities("ee02 0001"), "accepted"],
  ["RFC 5492 §3: one of a wrong length", capabilities("0103 000100"), "discard"],
  ["RFC 7607 §2: capability 65 with AS 0", capabilities("4104 00000000"), "session-reset", [2]],
  ["RFC 7911 §4: an unknown mode", capabilities("4504 00010104"), "discard"],
  ["RFC 8277 §2.1: a count of 1", capabilities("0804 00010401"), "discard"],
  ["RFC 4724 §3: the last of two that differ", capabilities("4002 0078 4002 0079"), "discard"],
  ["RFC 5492 §4: two that are the same", capabilities("4002 0078 4002 0078"), "accepted"],
  ["RFC 9234 §4.2: roles that differ", capabilities("0901 00 0901 03"), "session-reset", [11]],
  ["RFC 9234 §4.2: roles that don't", capabilities("0901 03 0901 03"), "accepted"],
  ["RFC 9494 §4.5: 71 without 64", capabilities("4707 00010180 000e10"), "discard"],
  ["RFC 9494 §4.5: 71 with 64", capabilities("4707 00010180 000e10 4002 0078"), "accepted"],
  ["an empty software version", capabilities("4b00"), "discard"],
];

describe("OPEN", () => {
  for (const [rule, msg, decision, subcodes = []] of rows) {
    it(rule, () => {
      expect(judgeOpen(msg)).toEqual({ decisions: [decision], notify: subcodes.map((subcode) => [2, subcode]) });
    });
  }

  it("of 28 octets is 1/2, RFC 4271 §6.1", () => {
    expect(judgeOpen(message(1, "04 fde8 005a 0a000001"))).toEqual({ decisions: ["session-reset"], notify: [[1, 2]] });
  });
});
