import { describe, expect, it } from "vitest";
import { framesOf, lastSaid } from "./last-words.js";

const SANITIZER = `=================================================================
==4711==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000033 at pc 0x5581 bp 0x7ffc sp 0x7ffc
READ of size 1 at 0x602000000033 thread T0
    #0 0x5581d0 in u16 /src/bgp/decoder.c:22
    #1 0x5581e4 in read_as_path /src/bgp/decoder.c:39:18
    #2 0x7f3c in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58
`;
const PYTHON = `Traceback (most recent call last):
  File "/src/decoder.py", line 71, in <module>
    main()
  File "/src/decoder.py", line 64, in main
    verdict = judge(message)
  File "/src/decoder.py", line 40, in as_number
    (number,) = struct.unpack("!I", value)
struct.error: unpack requires a buffer of 4 bytes
`;
const GO = `panic: runtime error: index out of range [4] with length 4

goroutine 1 [running]:
main.(*Decoder).parse(0xc000012345, {0xc0001, 0x4, 0x4})
\t/src/decoder.go:42 +0x1d
main.main()
\t/src/main.go:9 +0x2e
`;
const RUST = `thread 'main' panicked at src/main.rs:10:5:
index out of bounds: the len is 4 but the index is 4
stack backtrace:
   0: core::panicking::panic_bounds_check
             at /rustc/1234/library/core/src/panicking.rs:208:5
   1: decoder::parse
             at src/main.rs:10:5
`;

const shown = (said: string): string[] => framesOf(said).map(({ name, file, line }) => `${name} ${file}:${line}`);

describe("the stack a program leaves", () => {
  it("is read as AddressSanitizer writes it", () => {
    expect(shown(SANITIZER)).toEqual([
      "u16 decoder.c:22",
      "read_as_path decoder.c:39",
      "__libc_start_call_main libc_start_call_main.h:58",
    ]);
    expect(lastSaid(SANITIZER)).toMatch(/^ERROR: AddressSanitizer: heap-buffer-overflow on address/);
  });

  it("is read as Python writes it, innermost first", () => {
    expect(shown(PYTHON)).toEqual(["as_number decoder.py:40", "main decoder.py:64", "<module> decoder.py:71"]);
    expect(lastSaid(PYTHON)).toBe("struct.error: unpack requires a buffer of 4 bytes");
  });

  it("is read as Go and Rust write it", () => {
    expect(shown(GO)).toEqual(["main.(*Decoder).parse decoder.go:42", "main.main main.go:9"]);
    expect(lastSaid(GO)).toBe("panic: runtime error: index out of range [4] with length 4");
    expect(shown(RUST)).toEqual(["core::panicking::panic_bounds_check panicking.rs:208", "decoder::parse main.rs:10"]);
    expect(lastSaid(RUST)).toBe("thread 'main' panicked at src/main.rs:10:5:");
  });

  it("may be none", () => {
    expect([shown(""), shown("Segmentation fault"), lastSaid(" \n"), lastSaid("a\nb\n")]).toEqual([[], [], null, "b"]);
  });
});
