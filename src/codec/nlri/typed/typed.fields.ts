import type { FieldReader } from "../../fields.js";

/** Names the type in front of the length octet; gives what the route is called and how to name the fields of its body. */
export type ReadType = (route: FieldReader) => TypedBody | undefined;

export interface TypedBody {
  readonly name: string;
  fields(body: FieldReader): void;
}

/** The fields of a run of typed routes whose type takes `typeOctets` octets. */
export const typedFields =
  (typeOctets: number, readType: ReadType) =>
  (reader: FieldReader, addPath: boolean): void => {
    const head = (addPath ? 4 : 0) + typeOctets + 1;
    while (reader.left > 0) {
      const length = reader.left < head ? 0 : (reader.msg[reader.at + head - 1] ?? 0);
      reader.group("route", head + length, (route) => {
        if (addPath) route.u32("path identifier");
        const body = readType(route);
        route.u8("length in octets");
        body?.fields(route);
        return body?.name;
      });
    }
  };

/** An address behind its length in bits; none when that is 0. */
export const countedAddress = (body: FieldReader, lengthName: string, name: string): void => {
  const bits = body.u8(lengthName, (value) => `${value} bits`);
  if (bits > 0) body.address(name, (bits + 7) >>> 3);
};

/** An address that is all that is left. */
export const lastAddress = (body: FieldReader, name: string): void => {
  if (body.left > 0) body.address(name, body.left);
};
