import { isIP } from "node:net";
import type { Endpoint } from "./stream.js";

/** `192.0.2.1:179`, `[2001:db8::1]:179`. */
export const describe = ({ address, port }: Endpoint): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** What Node says of a socket's end, as an endpoint. An IPv4 peer of a dual-stack listener is an IPv4 peer. */
export const endpoint = (address: string | undefined, port: number | undefined): Endpoint => ({
  address: (address ?? "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, ""),
  port: port ?? 0,
});

/** Throws RangeError for what is no address to connect to or to listen on. */
export const checkAddress = (address: string, what: string): void => {
  if (isIP(address) === 0) {
    throw new RangeError(`${what} must be an IPv4 or IPv6 address such as 192.0.2.1 or 2001:db8::1, not "${address}"`);
  }
};

/** Throws RangeError for a source address from which nothing can reach `address`. */
export const checkSource = (source: string, address: string): void => {
  checkAddress(source, "localAddress");
  if (isIP(source) !== isIP(address)) {
    throw new RangeError(`localAddress ${source} and address ${address} must both be IPv4 or both IPv6`);
  }
};

export const checkPort = (port: number, least: 0 | 1): void => {
  if (!Number.isInteger(port) || port < least || port > 65535) {
    throw new RangeError(`port must be a whole number from ${least} to 65535, not ${port}`);
  }
};

/** The largest delay that a timer of Node takes. */
const LONGEST_DELAY = 0x7fffffff;

export const checkTimeout = (timeoutMs: number): void => {
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_DELAY)) {
    throw new RangeError(`timeoutMs must be from 1 to ${LONGEST_DELAY} milliseconds, not ${timeoutMs}`);
  }
};
