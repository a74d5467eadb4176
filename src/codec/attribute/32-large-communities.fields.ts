import { largeCommunityText } from "../community/names.js";
import type { FieldReader } from "../fields.js";

/** RFC 8092 §3. */
export const fields = (reader: FieldReader): void => {
  while (reader.left > 0) {
    reader.group("large community", 12, (one) => {
      const globalAdministrator = one.u32("global administrator");
      const localData1 = one.u32("local data part 1");
      const end = one.left;
      const localData2 = one.u32("local data part 2");
      return end === 4 ? largeCommunityText({ globalAdministrator, localData1, localData2 }) : undefined;
    });
  }
};
