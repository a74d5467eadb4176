// What the golden messages are expected to show. Whoever changes a scenario or the codec changes these tables by hand.

/** Faults in the OPENs, ours first, by session: the daemon's own, each of them. */
export const OPEN_FAULTS: Readonly<Record<string, readonly string[]>> = {
  // RFC 8950 §4: the value has one or more tuples. ExaBGP sends it empty when next hops are enabled for no family.
  "exabgp-4.2.21/ibgp-early-drafts": ["extended-next-hop/wrong-length"],
};

/** Messages that are malformed, by session: their kinds and faults in order. */
export const FAULTS: Readonly<Record<string, readonly string[]>> = {
  "exabgp-4.2.21/ibgp-early-drafts": [
    // RFC 8956 §3.1: the pattern has the bits behind the offset. ExaBGP sends those before it, too.
    "update 2/133 +: mp-reach-nlri/bad-nlri",
    // RFC 8277 §2.1: no more than one label unless both sides sent capability 8.
    "update 1/4 +: mp-reach-nlri/bad-nlri",
    // RFC 9252 §3.1: the SID stands in a Sub-TLV. ExaBGP writes it bare, as an early draft had it.
    "update 1/128 +: prefix-sid/bad-srv6-service",
  ],
  // RFC 8956 §3.1, as above.
  "gobgp-3.10.0/ibgp-flow-offset": ["update 2/133 +: mp-reach-nlri/bad-nlri"],
  // RFC 8277 §2.1, as above.
  "gobgp-3.10.0/ibgp-label-stack": ["update 1/4 +: mp-reach-nlri/bad-nlri"],
  // RFC 8669 §3: TLVs are what the attribute is made of. GoBGP drops the one it does not know and passes on the rest: nothing.
  "gobgp-3.10.0/reflected-prefix-sid": ["update 1/1 +: prefix-sid/empty"],
};

// A length of two octets where one would do (RFC 4271 §4.3 allows it).
const LENGTH = "short-length";
// RFC 8277 §2.4: the label of a withdrawal is sent as 0x800000, and any value is ignored.
const label = (...families: readonly string[]): readonly string[] =>
  families.map((family) => `${family} compatibility-field-set`);

/** Canonicalisations that change octets, by session. Everything else comes back as it came. */
export const CANONICAL: Readonly<Record<string, readonly string[]>> = {
  "bird-2.0.12/ebgp-unicast": [LENGTH],
  "bird-2.0.12/extended-next-hop": [LENGTH],
  "bird-2.0.12/ibgp-add-path": [LENGTH],
  "bird-2.0.12/ibgp-labels-and-flows": [...label("1/128", "1/4", "2/128", "2/4"), LENGTH],
  "exabgp-4.2.21/ebgp-unicast": [LENGTH],
  "exabgp-4.2.21/ibgp-add-path": [LENGTH],
  "exabgp-4.2.21/ibgp-early-drafts": [LENGTH],
  "exabgp-4.2.21/ibgp-flows": [LENGTH],
  "exabgp-4.2.21/ibgp-labels": [...label("1/128"), LENGTH],
  "frr-8.4.4/confederation": [LENGTH],
  "frr-8.4.4/ebgp-unicast": [LENGTH],
  "frr-8.4.4/ibgp-add-path": [LENGTH],
  "frr-8.4.4/ibgp-labeled": [LENGTH],
  "frr-8.4.4/ibgp-vpn": [...label("1/128"), LENGTH],
  "frr-8.4.4/no-capabilities": [LENGTH],
  "frr-8.4.4/reflected": [LENGTH],
  "frr-8.4.4/two-octet": [LENGTH],
  "gobgp-3.10.0/ibgp-labels": label("1/128", "1/4", "2/128"),
  "openbgpd-7.7/ebgp-unicast": [LENGTH],
  "openbgpd-7.7/ibgp-add-path": [LENGTH],
};

/** What occurs at least once: capability and attribute codes, AFI/SAFI of routes, other messages. */
export const COVERAGE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bird: {
    announced: "1/1 1/2 1/4 1/128 1/133 2/1 2/2 2/4 2/128 2/133",
    attributes: "1 2 3 4 5 6 7 8 9 10 14 15 16 17 26 32 35 40 153",
    capabilities: "1 2 5 6 9 64 65 69 70 71 73",
    others: "end-of-rib, keepalive, notification 6/2, refresh begin, refresh end, refresh request",
    withdrawn: "1/1 1/4 1/128 1/133 2/1 2/4 2/128 2/133",
  },
  exabgp: {
    announced: "1/1 1/4 1/128 1/133 1/134 2/1 2/4 2/128 2/133 25/65",
    attributes: "1 2 3 4 5 6 7 8 9 10 14 15 16 17 18 23 25 26 32 35 40 153",
    capabilities: "1 2 5 6 64 65 69 70 185",
    others: "end-of-rib, keepalive, notification 6/4, refresh request",
    withdrawn: "1/1 1/128 1/133 2/1",
  },
  frr: {
    announced: "1/1 1/2 1/4 1/128 1/133 2/1 2/2 2/128 25/70",
    attributes: "1 2 3 4 5 6 7 8 9 10 14 15 16 17 18 22 32 35 40 153",
    capabilities: "1 2 3 6 9 64 65 69 70 71 73 128 130",
    others:
      "end-of-rib, keepalive, notification 6/2, notification 6/3, refresh begin, refresh end, refresh request, refresh request with filters",
    withdrawn: "1/1 1/128 2/1",
  },
  gobgp: {
    announced: "1/1 1/4 1/73 1/85 1/128 1/132 1/133 1/134 2/1 2/4 2/85 2/128 2/133 2/134 25/65 25/70 25/134 16388/71",
    attributes: "1 2 3 4 5 6 7 8 9 10 14 15 16 17 18 22 23 26 29 32 35 40 153",
    capabilities: "1 2 5 64 65 69 71 73",
    others: "end-of-rib, keepalive, notification 6/2, notification 6/3",
    withdrawn: "1/1 1/4 1/73 1/128 1/133 2/1 2/128 25/65 25/70 16388/71",
  },
  openbgpd: {
    announced: "1/1 2/1",
    attributes: "1 2 3 4 5 6 7 8 9 10 14 15 16 17 32 35 40 153",
    capabilities: "1 2 9 64 65 69 70",
    others: "end-of-rib, keepalive, notification 6/2, refresh request",
    withdrawn: "1/1 2/1",
  },
};
