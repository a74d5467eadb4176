import { describe, expect, it } from "vitest";
import { addressOctets, identifierOf, sameAddress } from "./address.js";

const hexOf = (address: string): string => Buffer.from(addressOctets(address)).toString("hex");

describe("addressOctets", () => {
  it.each([
    ["192.0.2.1", "00000000000000000000ffffc0000201"],
    ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201"],
    ["::FFFF:192.0.2.1", "00000000000000000000ffffc0000201"],
    ["::ffff:c000:201", "00000000000000000000ffffc0000201"],
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["2001:db8::", "20010db8000000000000000000000000"],
    ["2001:db8:0:1:2:3:4:5", "20010db8000000010002000300040005"],
    ["2001:db8::5:6", "20010db8000000000000000000050006"],
    ["64:ff9b::192.0.2.33", "0064ff9b0000000000000000c0000221"],
    ["fe80::1%eth0", "fe800000000000000000000000000001"],
  ])("%s", (address, octets) => {
    expect(hexOf(address)).toBe(octets);
  });
});

describe("sameAddress", () => {
  it("knows an address in another spelling", () => {
    expect(sameAddress("127.0.0.1", "::ffff:127.0.0.1")).toBe(true);
    expect(sameAddress("2001:DB8::1", "2001:db8:0:0:0:0:0:1")).toBe(true);
    expect(sameAddress("127.0.0.1", "127.0.0.2")).toBe(false);
    expect(sameAddress("::1", "0.0.0.1")).toBe(false);
  });
});

describe("identifierOf", () => {
  it("is unsigned", () => {
    expect(identifierOf("10.0.0.1")).toBe(0x0a000001);
    expect(identifierOf("255.255.255.255")).toBe(0xffffffff);
  });
});
