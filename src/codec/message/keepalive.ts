import { HEADER_LENGTH, setHeader } from "../frame.js";
import { MessageType } from "../iana.js";

/** KEEPALIVE, RFC 4271 §4.4: the header alone, so there is one, written once. Not to be written to. */
export const keepalive: Uint8Array = new Uint8Array(HEADER_LENGTH);
setHeader(keepalive, 0, HEADER_LENGTH, MessageType.Keepalive);
