// A function for `kiln fuzz --module`: what a decoder of somebody else's, here dns-packet, accepts must survive encoding.
//
//     kiln fuzz --module fuzz/examples/module/dns-packet.mjs --seeds DIR --time 60s
//     kiln fuzz --module fuzz/examples/module/dns-packet.mjs#careless --time 60s
import { Buffer } from "node:buffer";
import packet from "dns-packet";

/** Throws what must not happen; what it gives back is the outcome, which guides the engine like an edge. */
export const fuzz = (data) => {
  const decoded = decode(data);
  if (decoded === null) return "refused";
  // It keeps what it does not know as octets: whatever was read can be written, and is read the same again.
  const again = packet.decode(packet.encode(decoded));
  if (again.questions.length !== decoded.questions.length) throw new Error("a question is lost on the way");
  return `accepted-${decoded.answers.length > 0 ? "answers" : "questions"}`;
};

/** With a bug as a user of the library might make it: a name of the root is empty, and has no first label. */
export const careless = (data) => {
  for (const { name } of decode(data)?.questions ?? []) name.match(/^[^.]+/)[0].toUpperCase();
};

/** Null for what the library refuses in one of the ways it has for that. */
const decode = (data) => {
  try {
    return packet.decode(Buffer.from(data));
  } catch (error) {
    if (error instanceof RangeError || EXPECTED.test(error.message)) return null;
    throw error;
  }
};

const EXPECTED = /^(Header must be|Cannot decode name|Buffer overflow)/;
