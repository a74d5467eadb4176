import { describe, expect, it } from "vitest";
import { forwarded, Relay } from "./exabgp-relay.js";

const A = "127.0.0.11";
const B = "127.0.0.12";
const C = "127.0.0.13";

const started = (...peers: string[]): { relay: Relay; commands: string[]; failures: string[] } => {
  const commands: string[] = [];
  const failures: string[] = [];
  const options = { as: 65550, nextHop4: "127.0.0.1", nextHop6: "2001:db8::1", peers };
  const relay = new Relay(
    options,
    (line) => commands.push(line),
    (reason) => failures.push(reason),
  );
  for (const peer of peers) relay.take(`neighbor ${peer} up`);
  return { relay, commands, failures };
};

/** What the text encoder of ExaBGP 4.2.21 writes of one UPDATE. */
const update = (relay: Relay, peer: string, ...routes: readonly string[]): void => {
  for (const line of ["start", ...routes, "end"]) relay.take(`neighbor ${peer} receive update ${line}`);
};

const ATTRIBUTES = "origin igp as-path [ 65001 64500 ] community [ 65001:1 65001:2 ]";

describe("forwarded", () => {
  it("puts our AS in front and leaves out what does not leave an AS", () => {
    expect(
      forwarded(
        " next-hop 127.0.0.11 origin egp as-path [ 65001 ( 3 4 ) ] med 5 local-preference 100 atomic-aggregate aggregator ( 3:192.0.2.1 )" +
          " community no-export originator-id 192.0.2.7 cluster-list [ 192.0.2.8 192.0.2.9 ] large-community [ 1:2:3 ] aigp 7",
        65550,
      ),
    ).toBe(
      " origin egp as-path [ 65550 65001 ( 3 4 ) ] atomic-aggregate aggregator ( 3:192.0.2.1 ) community no-export large-community [ 1:2:3 ]",
    );
  });

  it("passes on an unknown attribute only if it is transitive", () => {
    expect(forwarded(" as-path [ 1 ] attribute [ 0x99 0xC0 0x01 ] attribute [ 0x98 0x80 0x02 ]", 2)).toBe(
      " as-path [ 2 1 ] attribute [ 0x99 0xC0 0x01 ]",
    );
  });

  it("makes a path where there is none", () => {
    expect(forwarded(" origin igp as-path [ ]", 2)).toBe(" origin igp as-path [ 2 ]");
    expect(forwarded(" origin igp", 2)).toBe(" origin igp as-path [ 2 ]");
  });
});

describe("Relay", () => {
  it("gives the routes of an UPDATE to all other peers in one command for each set of attributes", () => {
    const { relay, commands } = started(A, B, C);
    const route = (prefix: string, nextHop: string): string => `announced ${prefix} next-hop ${nextHop} ${ATTRIBUTES}`;
    update(relay, A, route("192.0.2.0/24", A), route("198.51.100.0/24", A), route("2001:db8:1::/48", "2001:db8::11"));
    const attributes = "origin igp as-path [ 65550 65001 64500 ] community [ 65001:1 65001:2 ]";
    const to = `neighbor ${B} , neighbor ${C} announce attributes`;
    expect(commands).toEqual([
      `${to} next-hop 127.0.0.1 ${attributes} nlri 192.0.2.0/24 198.51.100.0/24`,
      `${to} next-hop 2001:db8::1 ${attributes} nlri 2001:db8:1::/48`,
    ]);
    expect(relay.counts()).toEqual({
      [A]: { state: "Established", received: 3, accepted: 3, sent: 0 },
      [B]: { state: "Established", received: 0, accepted: 0, sent: 3 },
      [C]: { state: "Established", received: 0, accepted: 0, sent: 3 },
    });
  });

  it("replaces a route with that of the same peer, and withdraws it once", () => {
    const { relay, commands } = started(A, B);
    update(relay, A, "announced 192.0.2.0/24 next-hop 127.0.0.11 origin igp as-path [ 1 ]");
    update(relay, A, "announced 192.0.2.0/24 next-hop 127.0.0.11 origin igp as-path [ 2 ]");
    update(relay, A, "withdrawn 192.0.2.0/24");
    update(relay, A, "withdrawn 192.0.2.0/24");
    expect(commands).toEqual([
      `neighbor ${B} announce attributes next-hop 127.0.0.1 origin igp as-path [ 65550 1 ] nlri 192.0.2.0/24`,
      `neighbor ${B} announce attributes next-hop 127.0.0.1 origin igp as-path [ 65550 2 ] nlri 192.0.2.0/24`,
      `neighbor ${B} withdraw attributes next-hop 127.0.0.1 nlri 192.0.2.0/24`,
    ]);
    expect(relay.counts()[A]).toMatchObject({ received: 0 });
  });

  it("withdraws what a peer announced when its session ends, and no more", () => {
    const { relay, commands } = started(A, B, C);
    update(relay, A, `announced 192.0.2.0/24 next-hop ${A} ${ATTRIBUTES}`);
    update(relay, B, `announced 198.51.100.0/24 next-hop ${B} ${ATTRIBUTES}`);
    commands.length = 0;
    relay.take(`neighbor ${A} down - peer reset, message [closing connection] error[x]`);
    expect(commands).toEqual([
      `neighbor ${B} , neighbor ${C} withdraw attributes next-hop 127.0.0.1 nlri 192.0.2.0/24`,
    ]);
    expect(relay.counts()).toMatchObject({ [A]: { state: "Idle", received: 0, sent: 0 }, [C]: { sent: 1 } });
  });

  it("refuses to choose between the routes of two peers, and does nothing more then", () => {
    const { relay, commands, failures } = started(A, B, C);
    update(relay, A, `announced 192.0.2.0/24 next-hop ${A} ${ATTRIBUTES}`);
    update(relay, B, "withdrawn 192.0.2.0/24");
    expect(failures).toEqual([]);
    update(relay, B, `announced 192.0.2.0/24 next-hop ${B} ${ATTRIBUTES}`);
    update(relay, A, `announced 198.51.100.0/24 next-hop ${A} ${ATTRIBUTES}`);
    expect(failures).toEqual([`${A} and ${B} both announce 192.0.2.0/24, and ExaBGP has no decision process`]);
    expect(commands).toHaveLength(1);
  });

  it("passes over what is no route: End-of-RIB, other lines, strangers", () => {
    const { relay, commands } = started(A, B);
    update(relay, A, "route eor 1/1 (ipv4 unicast)");
    relay.take("shutdown 1 2");
    relay.take(`neighbor ${C} receive update announced 192.0.2.0/24 next-hop ${C} ${ATTRIBUTES}`);
    relay.take("");
    expect(commands).toEqual([]);
  });
});
