import { describe, expect, it } from "vitest";
import { parseProtocols, parseVersion, replyEnd } from "./bird-control.js";

describe("the control protocol of BIRD", () => {
  it("ends a reply with the line that has a space after its code", () => {
    const reply = "1000-BIRD 2.0.12\n1011-Router ID is 10.0.2.1\n Hostname is vm\n0013 Daemon is up and running\n";
    expect(replyEnd(reply)).toBe(reply.length);
    expect(replyEnd(`${reply}1007-next`)).toBe(reply.length);
  });

  it("waits while the last line is missing or not whole", () => {
    expect(replyEnd("1000-BIRD 2.0.12\n1011-Router ID is 10.0.2.1\n")).toBe(-1);
    expect(replyEnd("1000-BIRD 2.0.12\n0013 Daemon is up")).toBe(-1);
    expect(replyEnd("")).toBe(-1);
  });

  it("does not take a continued line for the end, whatever it begins with", () => {
    expect(replyEnd("1002-name\n 0000 looks like an end\n")).toBe(-1);
  });

  it("reads the version", () => {
    expect(parseVersion("1000-BIRD 2.0.12\n1011-Router ID is 10.0.2.1\n0013 Daemon is up\n")).toBe("BIRD 2.0.12");
    expect(parseVersion("0013 Daemon is up\n")).toBeNull();
  });
});

/** BIRD 2.0.12: `show protocols all`, shortened. */
const PROTOCOLS = `2002-Name       Proto      Table      State  Since         Info
1002-device1    Device     ---        up     19:31:04.404  
1006-
1002-sender0    BGP        ---        up     19:31:04.456  Established   
1006-  BGP state:          Established
     Neighbor address: 127.0.1.1
     Hold timer:       135.582/180
   Channel ipv4
     State:          UP
     Routes:         825 imported, 3 exported, 825 preferred
     Route change stats:     received   rejected   filtered    ignored   accepted
       Import updates:            825          0          0          0        825
   Channel ipv6
     State:          UP
     Routes:         175 imported, 25 filtered, 4 exported, 175 preferred
 
1002-receiver   BGP        ---        start  19:31:04.456  Passive       
1006-  BGP state:          Passive
     Neighbor address: 127.0.2.1
   Channel ipv4
     State:          DOWN
 
0000 
`;

describe("parseProtocols", () => {
  it("adds up the channels of each BGP protocol and leaves the others out", () => {
    expect(parseProtocols(PROTOCOLS)).toEqual(
      new Map([
        ["sender0", { state: "Established", received: 1025, accepted: 1000, sent: 7 }],
        ["receiver", { state: "Passive", received: 0, accepted: 0, sent: 0 }],
      ]),
    );
  });
});
