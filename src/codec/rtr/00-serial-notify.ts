import { type SerialSpec, serialPdu } from "./serial.js";

/** The cache has new data, RFC 8210 §5.2. */
export const serialNotify: SerialSpec = serialPdu(0, "Serial Notify", "serial-notify");
