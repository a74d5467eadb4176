import { type FieldReader, named } from "../fields.js";
import { specificOctets } from "./24-traffic-engineering.js";

/** RFC 3471 §3.1.1, IANA GMPLS "Switching Types". */
const capabilityName = named({
  1: "PSC-1",
  2: "PSC-2",
  3: "PSC-3",
  4: "PSC-4",
  51: "L2SC",
  100: "TDM",
  110: "OTN-TDM",
  125: "DCSC",
  150: "LSC",
  200: "FSC",
});

/** RFC 3471 §3.1.1, "LSP Encoding Types". */
const encodingName = named({
  1: "packet",
  2: "Ethernet",
  3: "ANSI/ETSI PDH",
  5: "SDH ITU-T G.707 / SONET ANSI T1.105",
  7: "digital wrapper",
  8: "lambda (photonic)",
  9: "fiber",
  11: "FiberChannel",
  12: "G.709 ODUk",
  13: "G.709 optical channel",
});

/** RFC 5543 §3. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    const length = reader.left < 36 ? 36 : 36 + specificOctets(reader.msg, reader.at, reader.end);
    reader.group("switching capability descriptor", length, (descriptor) => {
      const capability = descriptor.u8("switching capability", capabilityName);
      descriptor.u8("encoding", encodingName);
      descriptor.u16("reserved");
      for (let priority = 0; priority < 8; priority++) {
        bandwidth(descriptor, `maximum LSP bandwidth at priority ${priority}`);
      }
      if ((capability >= 1 && capability <= 4) || capability === 100) {
        bandwidth(descriptor, "minimum LSP bandwidth");
        if (capability === 100)
          descriptor.u8("indication", named({ 0: "standard SONET/SDH", 1: "arbitrary SONET/SDH" }));
        else descriptor.u16("interface MTU");
        descriptor.rest("padding");
      } else {
        descriptor.rest("switching capability specific information");
      }
      return undefined;
    });
  }
};

/** An IEEE floating point number, octets per second. */
const bandwidth = (reader: FieldReader, name: string): void => {
  reader.u32(name, (bits) => `${new Float32Array(Uint32Array.of(bits).buffer).at(0)} octets/s`);
};
