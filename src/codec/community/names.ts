/** Communities that mean the same in every AS: IANA, BGP Well-known Communities. */
export const WellKnownCommunity = {
  GracefulShutdown: 0xffff0000,
  AcceptOwn: 0xffff0001,
  RouteFilterTranslatedV4: 0xffff0002,
  RouteFilterV4: 0xffff0003,
  RouteFilterTranslatedV6: 0xffff0004,
  RouteFilterV6: 0xffff0005,
  LlgrStale: 0xffff0006,
  NoLlgr: 0xffff0007,
  AcceptOwnNextHop: 0xffff0008,
  StandbyPe: 0xffff0009,
  Blackhole: 0xffff029a,
  NoExport: 0xffffff01,
  NoAdvertise: 0xffffff02,
  NoExportSubconfed: 0xffffff03,
  NoPeer: 0xffffff04,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [WellKnownCommunity.GracefulShutdown]: "GRACEFUL_SHUTDOWN", // RFC 8326
  [WellKnownCommunity.AcceptOwn]: "ACCEPT_OWN", // RFC 7611
  [WellKnownCommunity.RouteFilterTranslatedV4]: "ROUTE_FILTER_TRANSLATED_v4",
  [WellKnownCommunity.RouteFilterV4]: "ROUTE_FILTER_v4",
  [WellKnownCommunity.RouteFilterTranslatedV6]: "ROUTE_FILTER_TRANSLATED_v6",
  [WellKnownCommunity.RouteFilterV6]: "ROUTE_FILTER_v6",
  [WellKnownCommunity.LlgrStale]: "LLGR_STALE", // RFC 9494
  [WellKnownCommunity.NoLlgr]: "NO_LLGR",
  [WellKnownCommunity.AcceptOwnNextHop]: "accept-own-nexthop",
  [WellKnownCommunity.StandbyPe]: "Standby PE", // RFC 9026
  [WellKnownCommunity.Blackhole]: "BLACKHOLE", // RFC 7999
  [WellKnownCommunity.NoExport]: "NO_EXPORT", // RFC 1997
  [WellKnownCommunity.NoAdvertise]: "NO_ADVERTISE",
  [WellKnownCommunity.NoExportSubconfed]: "NO_EXPORT_SUBCONFED",
  [WellKnownCommunity.NoPeer]: "NOPEER", // RFC 3765
};

/** `64500:100`, or the name of a well-known one: `NO_EXPORT`. */
export const communityText = (community: number): string =>
  NAMES[community] ?? `${community >>> 16}:${community & 0xffff}`;

/** RFC 8092 §5: `64496:4294967295:2`. */
export const largeCommunityText = (large: {
  readonly globalAdministrator: number;
  readonly localData1: number;
  readonly localData2: number;
}): string => `${large.globalAdministrator}:${large.localData1}:${large.localData2}`;
