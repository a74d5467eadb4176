import type { Check } from "../results/index.js";
import { findProgram } from "../target/daemon.js";
import { askProgram, lacking, ok } from "./doctor-probe.js";

interface Feature {
  readonly name: string;
  /** What the script below calls it. */
  readonly key: string;
  readonly costs: string;
}

/** Kiln's own transports use none of them yet, daemons do. */
const features: readonly Feature[] = [
  { name: "TCP MD5 signatures", key: "md5", costs: "no sessions with RFC 2385 passwords between speakers here" },
  {
    name: "TCP-AO",
    key: "ao",
    costs: "no sessions with RFC 5925 keys, which draft-wirtgen-bgp-tls-05 wants below TLS",
  },
  { name: "GTSM (IP_MINTTL)", key: "minttl", costs: "no sessions that check the TTL, RFC 5082" },
  {
    name: "IP_TRANSPARENT",
    key: "transparent",
    costs: "no tunnel that keeps the peer's address by itself; tls-stunnel does without it",
  },
];

/** setsockopt as only another language's interpreter can call it: Node has no way to. Numbers are of linux/tcp.h and linux/in.h. */
const SCRIPT = `
use Socket;
sub attempt {
  my ($name, $level, $option, $value) = @_;
  socket(my $socket, PF_INET, SOCK_STREAM, 0) or die;
  print "$name ", (setsockopt($socket, $level, $option, $value) ? 0 : $! + 0), "\\n";
}
my $peer = pack("a128", pack_sockaddr_in(1, inet_aton("127.0.0.1")));
attempt("md5", 6, 14, $peer . pack("CCSLa80", 0, 0, 4, 0, "kiln"));
attempt("ao", 6, 38, "\\0" x 512);
attempt("minttl", 0, 21, pack("i", 255));
attempt("transparent", 0, 19, pack("i", 1));
`;

/** What the kernel lets a TCP socket of ours have. */
export const checkKernel = async (): Promise<Check[]> => {
  const perl = process.platform === "linux" ? findProgram("perl") : null;
  const said = perl === null ? null : await askProgram(perl, ["-e", SCRIPT]);
  return features.map((feature) => checkOf(feature, said));
};

const ERRNO: Readonly<Record<string, string>> = { "1": "EPERM", "22": "EINVAL", "92": "ENOPROTOOPT" };

/** `said`: lines of a key and an errno, 0 for success; null when nobody could be asked. */
export const checkOf = ({ name, key, costs }: Feature, said: string | null): Check => {
  const errno = new RegExp(`^${key} (\\d+)$`, "m").exec(said ?? "")?.[1];
  if (errno === undefined) {
    const get = said === null ? "apt-get install perl-base" : null;
    return lacking("kernel", name, "not known: no perl to ask the kernel with", costs, get, "unknown");
  }
  // An empty TCP-AO key is refused as such only by a kernel that knows the option.
  if (errno === "0" || (key === "ao" && errno === "22")) return ok("kernel", name, "supported");
  if (errno === "1") return lacking("kernel", name, "not permitted (EPERM)", costs, "run with CAP_NET_ADMIN");
  return lacking(
    "kernel",
    name,
    `refused (${ERRNO[errno] ?? `errno ${errno}`})`,
    costs,
    "a kernel that is built with it",
  );
};
