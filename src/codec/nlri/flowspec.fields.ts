import { distinguisherText, type FieldReader, named, prefixText } from "../fields.js";
import { copyOctets, u8 } from "../octets.js";
import { END_OF_LIST, FlowSpecType, valueOctets } from "./flowspec-components.js";
import { prefixOctets } from "./prefix.js";

/** RFC 8955 §4 and §8, RFC 8956 §3. `width`: octets of an address. */
export const fieldsOf =
  (width: 4 | 16, isVpn: boolean) =>
  (reader: FieldReader, addPath: boolean): void => {
    const lead = addPath ? 4 : 0;
    while (reader.left > 0) {
      reader.group("flow specification", ruleOctets(reader, lead), (rule) => {
        if (addPath) rule.u32("path identifier");
        const isLong = (rule.msg[rule.at] ?? 0) >= 0xf0 && rule.left > 1;
        if (isLong) rule.u16("length in octets", (length) => `${length & 0xfff}`);
        else rule.u8("length in octets");
        if (isVpn) rule.octets("route distinguisher", 8, distinguisherText);
        while (rule.left > 0) component(rule, width);
        return undefined;
      });
    }
  };

const TYPES: Readonly<Record<number, string>> = {
  [FlowSpecType.DestinationPrefix]: "destination prefix",
  [FlowSpecType.SourcePrefix]: "source prefix",
  [FlowSpecType.Protocol]: "protocol",
  [FlowSpecType.Port]: "port",
  [FlowSpecType.DestinationPort]: "destination port",
  [FlowSpecType.SourcePort]: "source port",
  [FlowSpecType.IcmpType]: "ICMP type",
  [FlowSpecType.IcmpCode]: "ICMP code",
  [FlowSpecType.TcpFlags]: "TCP flags",
  [FlowSpecType.PacketLength]: "packet length",
  [FlowSpecType.Dscp]: "DSCP",
  [FlowSpecType.Fragment]: "fragment",
  [FlowSpecType.FlowLabel]: "flow label",
};

/** Octets of the rule at `reader.at`, as its length has it; where the end cuts that off, more than are left. */
const ruleOctets = ({ msg, at, left }: FieldReader, lead: number): number => {
  if (left <= lead) return lead + 1;
  const first = u8(msg, at + lead);
  if (first < 0xf0) return lead + 1 + first;
  return left <= lead + 1 ? lead + 2 : lead + 2 + (((first & 0x0f) << 8) | u8(msg, at + lead + 1));
};

/** One component of a rule; one of an unknown type has no end but the rule's. */
const component = (rule: FieldReader, width: 4 | 16): void => {
  const type = u8(rule.msg, rule.at);
  if (type === FlowSpecType.DestinationPrefix || type === FlowSpecType.SourcePrefix) {
    prefix(rule, TYPES[type] ?? "", width);
  } else if (type >= FlowSpecType.Protocol && type <= (width === 16 ? FlowSpecType.FlowLabel : FlowSpecType.Fragment)) {
    list(rule, type);
  } else {
    rule.group("component", rule.left, (inside) => {
      inside.u8("type", named({}, "unknown"));
      return undefined;
    });
  }
};

const prefix = (rule: FieldReader, name: string, width: 4 | 16): void => {
  const head = width === 16 ? 3 : 2;
  const length = rule.left > 1 ? u8(rule.msg, rule.at + 1) : 0;
  const offset = width === 16 && rule.left > 2 ? u8(rule.msg, rule.at + 2) : 0;
  const octets = prefixOctets(Math.max(0, length - offset));
  rule.group(name, head + octets, (inside) => {
    inside.u8("type", named(TYPES));
    inside.u8("length in bits");
    if (width === 16) inside.u8("offset in bits");
    const pattern = copyOctets(inside.msg, inside.at, inside.end);
    inside.rest(width === 16 ? "pattern" : "prefix");
    if (pattern.length < octets || length > 8 * width || offset > length) return undefined;
    return offset === 0 ? prefixText(pattern, length, width) : `bits ${offset} to ${length}`;
  });
};

const list = (rule: FieldReader, type: number): void => {
  rule.group(TYPES[type] ?? "", listOctets(rule), (inside) => {
    const isBitmask = type === FlowSpecType.TcpFlags || type === FlowSpecType.Fragment;
    inside.u8("type", named(TYPES));
    while (inside.left > 0) {
      const operator = inside.u8(isBitmask ? "bitmask operator" : "numeric operator", (octet) =>
        operatorText(octet, isBitmask),
      );
      value(inside, isBitmask ? "bitmask" : "value", valueOctets(operator));
    }
    return undefined;
  });
};

/** Octets from the type to the value behind the first end-of-list bit, or to the end of the rule. */
const listOctets = ({ msg, at: start, end }: FieldReader): number => {
  for (let at = start + 1; at < end; ) {
    const operator = u8(msg, at);
    at += 1 + valueOctets(operator);
    if ((operator & END_OF_LIST) !== 0) return at - start;
  }
  return end - start;
};

const value = (reader: FieldReader, name: string, octets: number): void => {
  if (octets === 8) reader.u64(name);
  else if (octets === 4) reader.u32(name);
  else if (octets === 2) reader.u16(name);
  else reader.u8(name);
};

/** RFC 8955 §4.2.1, Table 1. */
const COMPARISONS = ["false", "==", ">", ">=", "<", "<=", "!=", "true"];
const MATCHES = ["any bit", "all bits", "not any bit", "not all bits"];

const operatorText = (operator: number, isBitmask: boolean): string => {
  const what = isBitmask ? MATCHES[operator & 3] : COMPARISONS[operator & 7];
  const and = (operator & 0x40) !== 0 ? "AND " : "";
  const last = (operator & END_OF_LIST) !== 0 ? ", end of list" : "";
  return `0x${operator.toString(16).padStart(2, "0")} (${and}${what ?? ""}${last})`;
};
