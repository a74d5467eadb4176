/** The name of a capability code in IANA's registry, shortened; `unassigned` where there is none. */
export const capabilityName = (code: number): string =>
  NAMES[code] ?? (isExperimental(code) ? "experimental" : "unassigned");

/** `65 (Four-Octet AS Number)`. */
export const codeText = (code: number): string => `${code} (${capabilityName(code)})`;

// RFC 8810 §3.
const isExperimental = (code: number): boolean => code >= 239 && code <= 254;

/** IANA, Capability Codes. */
const NAMES: Readonly<Record<number, string>> = {
  0: "reserved",
  1: "Multiprotocol Extensions",
  2: "Route Refresh",
  3: "Outbound Route Filtering",
  4: "Multiple Routes to a Destination (deprecated)",
  5: "Extended Next Hop Encoding",
  6: "Extended Message",
  7: "BGPsec",
  8: "Multiple Labels",
  9: "BGP Role",
  64: "Graceful Restart",
  65: "Four-Octet AS Number",
  66: "deprecated",
  67: "Dynamic Capability",
  68: "Multisession",
  69: "ADD-PATH",
  70: "Enhanced Route Refresh",
  71: "Long-Lived Graceful Restart",
  72: "Routing Policy Distribution",
  73: "FQDN",
  74: "BFD Strict-Mode",
  75: "Software Version",
  76: "Paths Limit",
  77: "Link-Local Next Hop",
  // RFC 8810 §3
  128: "Prestandard Route Refresh",
  129: "Prestandard Outbound Route Filtering or Routing Policy Distribution",
  130: "Prestandard Outbound Route Filtering",
  131: "Prestandard Multisession",
  184: "Prestandard FQDN",
  185: "Prestandard OPERATIONAL Message",
  255: "reserved",
};
