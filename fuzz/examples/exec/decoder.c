/*
 * A program for `kiln fuzz --exec`: it judges BGP UPDATE messages, in C. See README.md here for what goes over the pipe.
 *
 *     cc -g -O1 -fsanitize=address,undefined -o decoder decoder.c
 *     kiln fuzz --exec ./decoder --as message-update --time 60s
 *
 * `./decoder --careless` has a bug: it believes what an AS_PATH says of its own length.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 19, ORDINARY = 4096, AS_PATH = 2, EXTENDED_LENGTH = 0x10, LONGEST_PATH = 64 };

static int careless;

static unsigned u16(const uint8_t *p) { return p[0] << 8 | p[1]; }

/* The AS numbers of a path, added up: what a decoder would keep. RFC 4271 s4.3, four octets each (RFC 6793). */
static uint32_t read_as_path(const uint8_t *p, const uint8_t *end)
{
	uint32_t path[LONGEST_PATH], sum = 0;
	unsigned length = 0;

	while (end - p >= 2) {
		unsigned count = p[1];
		p += 2;
		if (!careless && (size_t)(end - p) < 4 * count)
			break;
		for (unsigned i = 0; i < count; i++, p += 4) {
			if (!careless && length == LONGEST_PATH)
				return sum;
			path[length++] = (uint32_t)u16(p) << 16 | u16(p + 2);
		}
	}
	for (unsigned i = 0; i < length; i++)
		sum += path[i];
	return sum;
}

/*
 * RFC 4271 s6.3, RFC 7606 s3 (b): lengths that don't add up reset the session. About all else it says nothing, so that
 * nothing else is compared.
 */
static const char *judge(const uint8_t *msg, size_t length)
{
	const uint8_t *end = msg + length, *p = msg + HEADER;
	volatile uint32_t kept = 0;

	if (length < HEADER + 4)
		return "reset";
	if (u16(p) + 2 > end - p - 2)
		return "reset";
	p += 2 + u16(p);
	if (u16(p) > end - p - 2)
		return "reset";
	end = p + 2 + u16(p);
	p += 2;

	while (end - p >= 3) {
		int wide = (p[0] & EXTENDED_LENGTH) != 0, code = p[1];
		if (end - p < 3 + wide)
			break;
		size_t size = wide ? u16(p + 2) : p[2];
		p += 3 + wide;
		if (size > (size_t)(end - p))
			break;
		if (code == AS_PATH)
			kept += read_as_path(p, p + size);
		p += size;
	}
	return "unknown";
}

/* Octets from the pipe; 0 at its end. */
static int fill(uint8_t *to, size_t length) { return fread(to, 1, length, stdin) == length; }

int main(int argc, char **argv)
{
	uint8_t head[4];

	careless = argc > 1 && strcmp(argv[1], "--careless") == 0;
	while (fill(head, 4)) {
		size_t length = (size_t)u16(head) << 16 | u16(head + 2);
		/* A block of its very size, so that AddressSanitizer sees every octet read too far. */
		uint8_t *msg = malloc(length ? length : 1);
		if (msg == NULL || !fill(msg, length))
			return 1;
		const char *verdict = judge(msg, length);
		free(msg);

		size_t said = strlen(verdict);
		uint8_t answer[4] = {0, 0, said >> 8, said};
		fwrite(answer, 1, 4, stdout);
		fwrite(verdict, 1, said, stdout);
		fflush(stdout);
	}
	return 0;
}
