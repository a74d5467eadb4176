import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { afiOf, type Family, Ipv4Unicast, MessageType } from "../../src/codec/iana.js";
import { decodeNotification, encodeNotification } from "../../src/codec/message/notification.js";
import { decodeOpen, encodeOpen } from "../../src/codec/message/open.js";
import { decodeRouteRefresh, encodeRouteRefresh } from "../../src/codec/message/route-refresh.js";
import { decodeUpdate, encodeUpdate } from "../../src/codec/message/update.js";
import type { RouteForm } from "../../src/codec/nlri.js";
import { copyOctets, equalOctets, hex, u8 } from "../../src/codec/octets.js";
import type { SessionContext } from "../../src/codec/session-context.js";
import { attributeCanonicalisations } from "../oracle/canonical/attribute.js";
import { nlriCanonicalisations } from "../oracle/canonical/nlri.js";
import { canonicalUpdate } from "../oracle/canonical/update.js";
import { CANONICAL, COVERAGE, FAULTS, OPEN_FAULTS } from "./expected.js";
import { familyAt, familyName, frameOf, kindOf } from "./kind.js";
import { contextOf, type GoldenSession, loadSession, negotiatedOf, octetsOf } from "./session.js";

const corpus = fileURLToPath(new URL("../../corpus", import.meta.url));

type Named = readonly [name: string, session: GoldenSession];

const sessionsUnder = (root: string): readonly Named[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((one) => one.isDirectory())
    .flatMap(({ name }) => readdirSync(join(root, name)).map((scenario) => join(name, scenario)))
    .sort()
    .map((name) => [name, loadSession(join(root, name, "session.json"))] as const);

const golden = sessionsUnder(join(corpus, "golden"));
const malformed = sessionsUnder(join(corpus, "malformed"));
const sessions = [...golden, ...malformed];

describe("messages of other speakers", () => {
  it.each(sessions)("%s lies where its contents say, and is small", (name, session) => {
    expect(name).toBe(join(`${session.speaker}-${session.version}`, session.scenario));
    expect(session.messages.length).toBeLessThanOrEqual(150);
  });

  it.each(sessions)("%s: the OPENs are read, and written again with the same meaning", (name, { opens }) => {
    const ids: string[] = [];
    for (const digits of [opens.ours, opens.theirs]) {
      const octets = octetsOf(digits);
      const { value, found } = decodeOpen(octets, 0, octets.length);
      expect(value).not.toBeNull();
      if (value === null) return;
      ids.push(...found.map(({ fault }) => fault.id));
      const again = encodeOpen({ ...value, allowExtendedParameters: true });
      expect(decodeOpen(again, 0, again.length)).toEqual({ value, found: [] });
    }
    expect(ids).toEqual(OPEN_FAULTS[name] ?? []);
  });

  it.each(sessions)(
    "%s: every message is read, golden ones without fault, and written again octet for octet",
    (name, session) => {
      const { enhancedRefresh } = negotiatedOf(session);
      const receive = contextOf(session);
      const faults: string[] = [];
      const canonical = new Set<string>();
      for (const { kind, hex: digits } of session.messages) {
        const msg = octetsOf(digits);
        expect(kindOf(msg)).toBe(kind);
        const { again, found } = roundTrip(msg, receive, enhancedRefresh);
        faults.push(...found.map((id) => `${kind}: ${id}`));
        if (found.length > 0) continue;
        expect(again).toBe(hex(isUpdate(msg) ? canonicalUpdate(msg, receive) : msg));
        if (isUpdate(msg)) for (const one of canonicalisationsOf(msg, receive)) canonical.add(one);
      }
      expect(faults).toEqual(FAULTS[name] ?? []);
      expect([...canonical].sort()).toEqual(CANONICAL[name] ?? []);
    },
  );

  it("occur in every kind that is listed, speaker by speaker", () => {
    const speakers = [...new Set(sessions.map(([, { speaker }]) => speaker))];
    expect(Object.fromEntries(speakers.map((speaker) => [speaker, coverageOf(speaker)]))).toEqual(COVERAGE);
  });

  it("hold addresses and AS numbers for documentation only", () => {
    for (const [name, { config, steps }] of sessions) {
      const text = [...config, ...steps.filter((step) => !step.startsWith("("))].join("\n");
      for (const [address] of text.matchAll(/\b\d+\.\d+\.\d+\.\d+\b/g)) {
        expect(address, name).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.|^127\.|^0\.0\.0\.0$/);
      }
      for (const [address] of text.matchAll(/\b2[0-9a-f]{3}:[0-9a-f:]+/g)) expect(address, name).toMatch(/^2001:db8:/);
      expect(text, name).not.toMatch(/\/(tmp|home|root|work)\//);
    }
  });

  it("are golden where nothing is at fault, and malformed where something is", () => {
    const faulty = new Set([FAULTS, OPEN_FAULTS].flatMap((list) => Object.keys(list)));
    expect(golden.filter(([name]) => faulty.has(name))).toEqual([]);
    expect(malformed.map(([name]) => name)).toEqual([...faulty].sort());
    for (const name of Object.keys(CANONICAL)) expect(sessions.map(([one]) => one)).toContain(name);
  });
});

const isUpdate = (msg: Uint8Array): boolean => u8(msg, 18) === MessageType.Update;

/** What our encoder makes of what our decoder read, in hexadecimal, and the faults on the way. */
const roundTrip = (
  msg: Uint8Array,
  session: SessionContext,
  enhanced: boolean,
): { readonly again: string | null; readonly found: readonly string[] } => {
  const ids = (found: readonly { readonly fault: { readonly id: string } }[]): readonly string[] =>
    found.map(({ fault }) => fault.id);
  switch (u8(msg, 18)) {
    case MessageType.Update: {
      const { value, found } = decodeUpdate(msg, 0, msg.length, session);
      return { again: value === null ? null : hex(encodeUpdate(value, session)), found: ids(found) };
    }
    case MessageType.Notification: {
      const { value, found } = decodeNotification(msg, 0, msg.length);
      return { again: value === null ? null : hex(encodeNotification(value)), found: ids(found) };
    }
    case MessageType.RouteRefresh: {
      const { value, found } = decodeRouteRefresh(msg, 0, msg.length, enhanced);
      return { again: value === null ? null : hex(encodeRouteRefresh(value)), found: ids(found) };
    }
    default:
      return { again: hex(msg), found: [] };
  }
};

/** The names of the canonicalisations that change an octet of an UPDATE. */
const canonicalisationsOf = (msg: Uint8Array, session: SessionContext): readonly string[] => {
  const names: string[] = [];
  for (const { flags, code, start, end } of frameOf(msg).attributes) {
    if ((flags & 0x10) !== 0 && end - start <= 255) names.push("short-length");
    if ((flags & 0x0f) !== 0) names.push("unused-flags-cleared");
    let value = copyOctets(msg, start, end);
    if (code === 14 || code === 15) names.push(...ofRoutes(msg, start, end, code === 15, session));
    for (const { name, apply } of attributeCanonicalisations(code, session)) {
      const next = apply(value);
      if (name !== "routes-canonical" && !equalOctets(next, value)) names.push(`${code} ${name}`);
      value = next;
    }
  }
  return names;
};

const ofRoutes = (
  msg: Uint8Array,
  start: number,
  end: number,
  withdrawn: boolean,
  session: SessionContext,
): readonly string[] => {
  const of = familyAt(msg, { start, end, code: 14, flags: 0 });
  const form: RouteForm = withdrawn ? "withdrawn" : session.multipleLabels.has(of) ? "stack" : "single";
  let routes = copyOctets(msg, withdrawn ? start + 3 : start + 5 + u8(msg, start + 3), end);
  const names: string[] = [];
  for (const { name, apply } of nlriCanonicalisations(of, session.addPath.has(of), form)) {
    const next = apply(routes);
    if (!equalOctets(next, routes)) names.push(`${familyName(of)} ${name}`);
    routes = next;
  }
  return names;
};

/** What occurs at least once in what a speaker sent. */
const coverageOf = (speaker: string): Readonly<Record<string, string>> => {
  const capabilities = new Set<number>();
  const attributes = new Set<number>();
  const announced = new Set<Family>();
  const withdrawn = new Set<Family>();
  const others = new Set<string>();
  for (const [, { speaker: who, opens, messages }] of sessions) {
    if (who !== speaker) continue;
    const open = octetsOf(opens.theirs);
    for (const { code } of decodeOpen(open, 0, open.length).value?.capabilities ?? []) capabilities.add(code);
    for (const { kind, hex: digits } of messages) {
      const msg = octetsOf(digits);
      if (!isUpdate(msg)) others.add(kind.replace(/^refresh \S+/, "refresh"));
      else if (kind.startsWith("end-of-rib")) others.add("end-of-rib");
      else {
        const frame = frameOf(msg);
        if (frame.withdrawn) withdrawn.add(Ipv4Unicast);
        if (frame.nlri) announced.add(Ipv4Unicast);
        for (const one of frame.attributes) {
          attributes.add(one.code);
          if (one.code === 14) announced.add(familyAt(msg, one));
          if (one.code === 15) withdrawn.add(familyAt(msg, one));
        }
      }
    }
  }
  return {
    capabilities: numbers(capabilities),
    attributes: numbers(attributes),
    announced: families(announced),
    withdrawn: families(withdrawn),
    others: [...others].sort().join(", "),
  };
};

const numbers = (set: ReadonlySet<number>): string => [...set].sort((a, b) => a - b).join(" ");

const families = (set: ReadonlySet<Family>): string =>
  [...set]
    .sort((a, b) => afiOf(a) - afiOf(b) || a - b)
    .map(familyName)
    .join(" ");
