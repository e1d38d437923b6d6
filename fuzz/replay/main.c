/* SPDX-License-Identifier: MIT
 *
 * main.c - plays files to a fuzz target, without libFuzzer
 *
 * A target that is linked to this one instead of the fuzzer can be built by any compiler, so what was found once, and
 * the seeds, are played by each `make check`, with its sanitizers if it has some. Arguments are files. What a target
 * does not survive ends the program, after the file's name has been said.
 */
#include "../fuzz.h"

static int play(const char *name)
{
	FILE *file = fopen(name, "rb");
	uint8_t *bytes = NULL;
	size_t length = 0, room = 0, more;

	if (!file) {
		perror(name);
		return 1;
	}
	do {
		room += 1 << 16;
		uint8_t *larger = realloc(bytes, room);
		FUZZ_ASSERT(larger);
		bytes = larger;
		more = fread(bytes + length, 1, room - length, file);
		length += more;
	} while (more);
	fclose(file);
	printf("%s\n", name);
	fflush(stdout);
	LLVMFuzzerTestOneInput(bytes, length);
	free(bytes);
	return 0;
}

int main(int count, char **names)
{
	int failed = 0;

	for (int i = 1; i < count; i++)
		failed |= play(names[i]);
	return failed;
}
