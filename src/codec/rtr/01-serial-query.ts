import { type SerialSpec, serialPdu } from "./serial.js";

/** The router asks for what changed since a serial number, RFC 8210 §5.3. */
export const serialQuery: SerialSpec = serialPdu(1, "Serial Query", "serial-query");
