import { expect, it } from "vitest";
import { communityText, largeCommunityText, WellKnownCommunity } from "./names.js";

it.each([
  [0xfbf40064, "64500:100"],
  [0, "0:0"],
  [0xffffffff, "65535:65535"],
  [0xffff0000, "GRACEFUL_SHUTDOWN"],
  [0xffff0001, "ACCEPT_OWN"],
  [0xffff0002, "ROUTE_FILTER_TRANSLATED_v4"],
  [0xffff0003, "ROUTE_FILTER_v4"],
  [0xffff0004, "ROUTE_FILTER_TRANSLATED_v6"],
  [0xffff0005, "ROUTE_FILTER_v6"],
  [0xffff0006, "LLGR_STALE"],
  [0xffff0007, "NO_LLGR"],
  [0xffff0008, "accept-own-nexthop"],
  [0xffff0009, "Standby PE"],
  [0xffff029a, "BLACKHOLE"],
  [0xffffff01, "NO_EXPORT"],
  [0xffffff02, "NO_ADVERTISE"],
  [0xffffff03, "NO_EXPORT_SUBCONFED"],
  [0xffffff04, "NOPEER"],
])("community %i is %s", (community, text) => {
  expect(communityText(community)).toBe(text);
});

it("has a name for every well-known community", () => {
  for (const community of Object.values(WellKnownCommunity)) expect(communityText(community)).not.toMatch(/^65535:/);
});

it("shows a large community as RFC 8092 §5 has it", () => {
  const large = { globalAdministrator: 64496, localData1: 4294967295, localData2: 2 };
  expect(largeCommunityText(large)).toBe("64496:4294967295:2");
});
