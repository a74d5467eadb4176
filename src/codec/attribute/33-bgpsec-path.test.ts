import { unhex } from "../testing.arb.js";
import * as arb from "./33-bgpsec-path.arb.js";
import { bgpsecPath } from "./33-bgpsec-path.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { external, obeysTheLaws } from "./laws.arb.js";

const ski = "ab".repeat(20);
const other = "cd".repeat(20);
/** One AS: 64500, once, with no flags. */
const path1 = "0008" + "01000000fbf4";
const path2 = "000e" + "01000000fbf4" + "028000010000";
/** Length 3 + 22 + 2, suite 1, a signature of two octets. */
const block1 = `001b01${ski}0002beef`;
const block2 = `003002${ski}0001ee${other}0000`;
const block2of1 = `003201${ski}0002beef${other}0001aa`;

const value1 = {
  securePath: [{ pCount: 1, flags: 0, as: 64500 }],
  signatureBlocks: [{ algorithm: 1, signatures: [{ ski: unhex(ski), signature: unhex("beef") }] }],
};
const first = value1.signatureBlocks[0];
const signature = { ski: unhex(ski), signature: unhex("beef") };

const bad = (fault: string, ...octets: readonly string[]) =>
  octets.map((one) => ({ octets: one, fault: `bgpsec-path/${fault}` }));

obeysTheLaws(bgpsecPath, arb, {
  code: 33,
  name: "BGPsec_Path",
  flags: 0x80,
  faults: [
    "bgpsec-path/wrong-flags: treat-as-withdraw 3/4",
    "bgpsec-path/bad-secure-path: treat-as-withdraw 3/9",
    "bgpsec-path/confederation-segment: treat-as-withdraw 3/9",
    "bgpsec-path/bad-signature-block: treat-as-withdraw 3/9",
    "bgpsec-path/wrong-signature-count: treat-as-withdraw 3/9",
  ],
  vectors: [
    { octets: path1 + block1, value: value1 },
    { octets: path1 + block1, value: value1, session: external },
    {
      octets: path2 + block2 + block2of1,
      value: {
        securePath: [
          { pCount: 1, flags: 0, as: 64500 },
          { pCount: 2, flags: 0x80, as: 65536 },
        ],
        signatureBlocks: [
          {
            algorithm: 2,
            signatures: [
              { ski: unhex(ski), signature: unhex("ee") },
              { ski: unhex(other), signature: new Uint8Array(0) },
            ],
          },
          {
            algorithm: 1,
            signatures: [signature, { ski: unhex(other), signature: unhex("aa") }],
          },
        ],
      },
    },
    {
      // What is not the flag of a confederation is no fault.
      octets: `0008007fffffffff${block1}`,
      value: { ...value1, securePath: [{ pCount: 0, flags: 0x7f, as: 0xffffffff }] },
      session: external,
    },
  ],
  malformed: [
    ...bad(
      "bad-secure-path",
      "",
      "00",
      "0002",
      "000201000000fbf4",
      "000801000000fb",
      `0002${block1}`,
      `0007${path1}${block1}`,
    ),
    // A segment cut off, none, one octet too many, more than there is.
    ...bad(
      "bad-secure-path",
      `000801000000fb`,
      `000701000000fbf4${block1}`,
      `000901000000fbf4${block1}`,
      `000d${path1}${block1}`,
      "000e01000000fbf4",
      `00ff01000000fbf4${block1}`,
    ),
    { octets: `000e01800000fbf402000001000000`, fault: "bgpsec-path/confederation-segment", session: external },
    { octets: path2 + block2, fault: "bgpsec-path/confederation-segment", session: external },
    { octets: `0008018000000001${block1}`, fault: "bgpsec-path/confederation-segment", session: external },
    ...bad(
      "bad-signature-block",
      path1,
      `${path1}00`,
      `${path1}001b`,
      `${path1}0002`,
      `${path1}000001`,
      `${path1}000201`,
    ),
    ...bad(
      "bad-signature-block",
      // Beyond the end, one octet less than its signature, a signature without its end, a SKI that is cut off.
      path1 + block1.slice(0, -2),
      `${path1}001a01${ski}0002be`,
      `${path1}001c01${ski}0002beef00`,
      `${path1}001b01${ski}0003beef`,
      `${path1}001801${ski}00`,
      // A third block, and octets behind the second that are no block.
      path1 + block1 + block1 + block1,
      `${path1}${block1}${block1}00`,
      `${path1}${block1}0000`,
    ),
    ...bad("wrong-signature-count", path1 + block2, `${path1}000301`, path2 + block1, path2 + block2 + block1),
  ],
  refused: [
    { why: "no segment", value: { securePath: [], signatureBlocks: [{ algorithm: 1, signatures: [] }] } },
    { why: "no signature block", value: { ...value1, signatureBlocks: [] } },
    {
      why: "three signature blocks",
      value: { ...value1, signatureBlocks: [1, 2, 3].flatMap(() => value1.signatureBlocks) },
    },
    {
      why: "two signatures for one segment",
      value: { ...value1, signatureBlocks: [{ algorithm: 1, signatures: [signature, signature] }] },
    },
    {
      why: "a suite of nine bits",
      value: { ...value1, signatureBlocks: [{ algorithm: 256, signatures: first?.signatures ?? [] }] },
    },
    {
      why: "a SKI of 19 octets",
      value: {
        ...value1,
        signatureBlocks: [{ algorithm: 1, signatures: [{ ...signature, ski: new Uint8Array(19) }] }],
      },
    },
    {
      why: "a signature block above 65535",
      value: {
        ...value1,
        signatureBlocks: [{ algorithm: 1, signatures: [{ ...signature, signature: new Uint8Array(65511) }] }],
      },
    },
    { why: "a pCount of nine bits", value: { ...value1, securePath: [{ pCount: 256, flags: 0, as: 1 }] } },
    { why: "flags of nine bits", value: { ...value1, securePath: [{ pCount: 1, flags: 256, as: 1 }] } },
    { why: "an AS of 33 bits", value: { ...value1, securePath: [{ pCount: 1, flags: 0, as: 0x100000000 }] } },
    {
      why: "a path above 65535",
      value: { ...value1, securePath: Array.from({ length: 10923 }, () => ({ pCount: 1, flags: 0, as: 1 })) },
    },
  ],
});

dissectsAttribute(bgpsecPath, arb, {
  octets: `000e01000000fbf4028000010000${block1}`,
  lines: [
    "0-2 Secure_Path/length: 14",
    "2-3 Secure_Path/segment/pCount: 1",
    "3-4 Secure_Path/segment/flags: 0",
    "4-8 Secure_Path/segment/AS: 64500",
    "8-9 Secure_Path/segment/pCount: 2",
    "9-10 Secure_Path/segment/flags: 128 (confederation segment)",
    "10-14 Secure_Path/segment/AS: 65536",
    "14-16 Signature_Block/length: 27",
    "16-17 Signature_Block/algorithm suite: 1 (ECDSA P-256 with SHA-256)",
    `17-37 Signature_Block/signature segment/subject key identifier: ${ski}`,
    "37-39 Signature_Block/signature segment/length: 2",
    "39-41 Signature_Block/signature segment/signature: beef",
  ],
});
