import { hex } from "../octets.js";

/** `192.0.2.1` */
export const ipv4Text = (octets: Uint8Array): string => octets.join(".");

/** `00:00:5e:00:53:01` */
export const macText = (octets: Uint8Array): string => [...octets].map((octet) => hex(Uint8Array.of(octet))).join(":");

/** An IEEE 754 number in single precision, of its 32 bits. */
export const singleOf = (bits: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return view.getFloat32(0);
};

/** `0x01` with as many digits as the octets have. */
export const hexText = (value: number, octets = 1): string => `0x${value.toString(16).padStart(2 * octets, "0")}`;
