/* SPDX-License-Identifier: MIT
 *
 * call_option.c - values of socket options
 *
 * An option has no type that a call could be checked against: the kernel takes octets and a length, and what they mean
 * depends on level and name. So the type comes from what the script writes. `[1]` is an int, "bbr" is text, {onoff=1,
 * linger=0} is a struct linger, and option_bytes() is the one function that makes octets of each. It serves both
 * directions: for setsockopt() they are what is sent, for getsockopt() what is expected.
 *
 * Length and value are independent on purpose. A script may claim a length that does not belong to its value, because
 * what a stack does with that is worth a test; only the memory has to be large enough for whichever of them is more.
 *
 * Three places may be left open: the length (`...`), a whole value (`[...]`), and members of a structure that the
 * script does not mention. Nothing that is open is compared.
 *
 * A correction is printed in the form that the script used. If the value cannot be written in that form (text with a
 * quote in it, a structure of another length) there is no correction, rather than one that does not parse.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

#include "drill/call_shape.h"
#include "script/freebsd.h"
#include "script/option_structure.h"

enum { GRE_OPTION_BYTES = 16, OPTION_LIMIT = 1 << 20 };    /* no option has a longer value */

static void put_be32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}

/* All four optional fields in fixed places, as an option value holds them. */
static void gre_option_bytes(const struct gre_header *gre, uint8_t bytes[GRE_OPTION_BYTES])
{
	put_be32(bytes, (uint32_t)gre->flags << 16 | gre->protocol);
	put_be32(bytes + 4, (uint32_t)gre->checksum << 16 | gre->offset);
	put_be32(bytes + 8, gre->key);
	put_be32(bytes + 12, gre->sequence);
}

/* The structure that the script writes for the option of this call, as option_structure() makes it. */
static bool structure_value(struct slot *s, struct option_value *value)
{
	struct option_peer peer = { .mapped = s->context->config->ip_version == IP_VERSION_4_MAPPED };
	struct evaluation_error error;
	socklen_t address_length;
	int32_t name;

	const struct sockaddr *address = slot_sockaddr(s, &s->context->config->remote_ip, 0, &address_length);
	memcpy(&peer.address, address, address_length);
	if (!slot_int32(s, s->r->arguments[s->index - 1], &name))
		return false;
	return option_structure(s->expr, name, &peer, s->r->arena, value, &error) || slot_error(s, &error);
}

/* A member that is left open is 0 for now; mask_structure() takes over what came. */
static bool linger_member(struct slot *s, const struct expr *e, int *out)
{
	int32_t value = 0;
	bool good = e->kind == EXPR_ELLIPSIS || slot_int32(s, e, &value);

	*out = value;
	return good;
}

/* The bytes of an option value as the script writes it, in the call's arena. NULL with a mismatch. */
static void *option_bytes(struct slot *s, const char *call_name, size_t *length)
{
	struct arena *arena = s->r->arena;
	const struct expr *e = s->expr;
	struct evaluation_error error;
	const struct expr *element;
	struct option_value value;
	uint8_t *bytes = NULL;
	struct linger linger;
	int64_t time[2];                                     /* struct timeval on Linux with 64 bits */

	if (is_option_structure(e)) {
		if (!structure_value(s, &value))
			return NULL;
		*length = value.length;
		return value.bytes;
	}
	switch (e->kind) {
	case EXPR_LIST:
		element = slot_only_element(s, e);
		bytes = arena_alloc(arena, *length = sizeof(int32_t));
		if (element && slot_takes_any(element))
			return bytes;
		return element && slot_int32(s, element, (int32_t *)(void *)bytes) ? bytes : NULL;
	case EXPR_STRING:
		if (!expr_string(e, arena, &bytes, length, &error))
			return slot_error(s, &error), NULL;
		freebsd_value(s->r->spec, bytes, *length);
		return bytes;
	case EXPR_LINGER:
		if (!linger_member(s, e->linger.onoff, &linger.l_onoff) ||
		    !linger_member(s, e->linger.linger, &linger.l_linger))
			return NULL;
		return arena_copy(arena, &linger, *length = sizeof(linger));
	case EXPR_IN6_ADDR:
		return arena_copy(arena, e->in6_addr.bytes, *length = 16);
	case EXPR_TIMEVAL:
		if (!expr_int64(e->timeval.sec, &time[0], &error) || !expr_int64(e->timeval.usec, &time[1], &error))
			return slot_error(s, &error), NULL;
		return arena_copy(arena, time, *length = sizeof(time));
	case EXPR_GRE:
		bytes = arena_alloc(arena, *length = GRE_OPTION_BYTES);
		gre_option_bytes(&e->gre, bytes);
		return bytes;
	case EXPR_MPLS_STACK:
		bytes = arena_alloc(arena, sizeof(uint32_t) * MPLS_STACK_ENTRIES);
		*length = mpls_build(&e->mpls, bytes, sizeof(uint32_t) * MPLS_STACK_ENTRIES);
		return bytes;
	default:
		slot_fail(s, "argument", "unsupported %s value type: %s", call_name, expr_kind_name[e->kind]);
		return NULL;
	}
}

/* NULL is one of the words whose value is 0, and here the others mean the same. */
static bool is_null(const struct expr *e)
{
	struct evaluation_error error;
	int64_t value;

	return e->kind == EXPR_WORD && expr_int64(e, &value, &error) && !value;
}

/* The length argument is passed on as written, so the memory must be that large. */
bool prepare_option_value(struct slot *s)
{
	const struct expr *length_argument = s->r->arguments[s->index + 1];
	size_t length = 0;
	int32_t claimed;

	if (is_null(s->expr)) {
		slot_argument(s)->pointer = NULL;
		return true;
	}
	void *bytes = option_bytes(s, "setsockopt", &length);
	claimed = s->r->length = (int32_t)length;
	if (!bytes || (length_argument->kind != EXPR_ELLIPSIS && !slot_int32(s, length_argument, &claimed)))
		return false;
	if (claimed > 0 && (size_t)claimed > length && claimed < SCRATCH_LIMIT)
		bytes = memcpy(arena_alloc(s->r->arena, (size_t)claimed), bytes, length);
	slot_argument(s)->pointer = bytes;
	return true;
}

/* An ellipsis is the length of the value, which has been prepared before. */
bool prepare_value_length(struct slot *s)
{
	if (s->expr->kind != EXPR_ELLIPSIS)
		return prepare_int(s);
	slot_argument(s)->number = s->r->length;
	return true;
}

/* The memory is as large as the script claims or as its value needs, whichever is more: a stack that
 * ignores the length must not write into anything else. */
bool prepare_option_result(struct slot *s)
{
	const struct expr *length = s->r->arguments[s->index + 1];
	size_t expected = 0;

	if (length->kind == EXPR_LIST)
		length = slot_only_element(s, length);
	if (!length || !option_bytes(s, "getsockopt", &expected))
		return false;
	s->r->length = (int32_t)expected;
	s->r->any_length = length->kind == EXPR_ELLIPSIS;
	if (!s->r->any_length && !slot_int32(s, length, &s->r->length))
		return false;
	s->r->length_in_out = (socklen_t)s->r->length;
	size_t room = s->r->length < 0 ? 0 : s->r->length > OPTION_LIMIT ? OPTION_LIMIT : (size_t)s->r->length;
	uint8_t *memory = arena_alloc(s->r->arena, room < expected ? expected : room);
	struct option_value value;
	if (is_option_structure(s->expr) && structure_value(s, &value))
		option_question(&value, memory);
	slot_argument(s)->pointer = memory;
	return true;
}

bool prepare_option_length(struct slot *s)
{
	slot_argument(s)->pointer = &s->r->length_in_out;
	return true;
}

/* Octets as the content of a string: what cannot be printed is an escape, so that any value can be shown. */
static const char *printable(struct arena *arena, const uint8_t *bytes, size_t length)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < length; i++) {
		if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			buf_add_byte(&b, (char)bytes[i]);
		else
			buf_printf(&b, "\\x%02x", bytes[i]);
	}
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

/* The language compares ints of four bytes only. A script may have written the number as the name of
 * an error. */
static bool compare_option_int(struct slot *s, const int32_t *expected, const int32_t *got)
{
	struct arena *arena = s->context->record->arena;

	if (slot_takes_any(s->expr->list.first))
		return true;

	if (s->r->length != sizeof(int32_t))
		return slot_fail(s, "optlen", "Unsupported getsockopt optlen: %d", s->r->length);
	if (*expected == *got)
		return true;
	/* SO_ERROR: the script may have written a name. */
	const struct expr *value = s->expr->list.first;
	const bool named = value->kind == EXPR_WORD && value->word[0] == 'E';
	const char *name = named && *got ? constant_errno_name(*got) : NULL;
	slot_differs(s, "optval", named ? value->word : arena_printf(arena, "%d", *expected),
	             name ? name : arena_printf(arena, "%d", *got), "Bad getsockopt optval: expected: %d actual: %d",
	             *expected, *got);
	if (name)
		slot_correct(s, value, "%s", name);
	else
		slot_correct(s, value, "%d", *got);
	return false;
}

/* How the script would have to write the value @got in the form that it used; NULL: it used another form. @text: the
 * bytes as they can be printed. */
static const char *option_as_written(const struct slot *s, const uint8_t *got, size_t length, const char *text)
{
	struct arena *arena = s->context->record->arena;
	char address[IP_ADDRESS_TEXT];
	struct ip_address ip = { .version = 6 };
	struct linger linger;
	int64_t time[2];

	if (s->expr->kind == EXPR_STRING && !strpbrk(text, "\"?"))
		return arena_printf(arena, "\"%s\"", text);
	if (s->expr->kind == EXPR_LINGER && length == sizeof(linger)) {
		memcpy(&linger, got, sizeof(linger));
		return arena_printf(arena, "{onoff=%d, linger=%d}", linger.l_onoff, linger.l_linger);
	}
	if (s->expr->kind == EXPR_TIMEVAL && length == sizeof(time)) {
		memcpy(time, got, sizeof(time));
		return arena_printf(arena, "{tv_sec=%" PRId64 ", tv_usec=%" PRId64 "}", time[0], time[1]);
	}
	if (s->expr->kind == EXPR_IN6_ADDR && length == sizeof(ip.bytes)) {
		memcpy(ip.bytes, got, sizeof(ip.bytes));
		return arena_printf(arena, "inet6_addr(\"%s\")", ip_address_print(&ip, address));
	}
	return NULL;
}

/* Members of a structure that the script did not write are not compared. */
static void mask_structure(struct slot *s, uint8_t *expected, const uint8_t *got, size_t length)
{
	struct option_value value;

	if (s->expr->kind == EXPR_LINGER && length == sizeof(struct linger)) {
		if (s->expr->linger.onoff->kind == EXPR_ELLIPSIS)
			memcpy(expected, got, sizeof(int));
		if (s->expr->linger.linger->kind == EXPR_ELLIPSIS)
			memcpy(expected + sizeof(int), got + sizeof(int), sizeof(int));
	}
	if (!is_option_structure(s->expr) || !structure_value(s, &value))
		return;
	option_question(&value, NULL);
	for (size_t i = 0; i < length && i < value.length; i++)
		expected[i] = (uint8_t)((expected[i] & value.written[i]) | (got[i] & ~value.written[i]));
}

/* The length first: a value of another length cannot be compared with what was written. */
bool compare_option_result(struct slot *s)
{
	struct arena *arena = s->context->record->arena;
	const uint8_t *got = slot_argument(s)->pointer;
	size_t length = 0;
	uint8_t *expected = option_bytes(s, "getsockopt", &length);

	if (!s->r->any_length && (int64_t)s->r->length_in_out != s->r->length) {
		slot_differs(s, "optlen", arena_printf(arena, "%d", s->r->length),
			     arena_printf(arena, "%u", s->r->length_in_out),
			     "Bad getsockopt optlen: expected: %d actual: %d", s->r->length, (int)s->r->length_in_out);
		slot_correct(s, s->r->arguments[s->index + 1]->list.first, "%u", s->r->length_in_out);
		return false;
	}
	if (s->expr->kind == EXPR_LIST && !is_option_structure(s->expr))
		return compare_option_int(s, (void *)expected, (const void *)got);
	if (length != s->r->length_in_out)
		return slot_differs(s, "optlen", arena_printf(arena, "%zu", length),
				    arena_printf(arena, "%u", s->r->length_in_out),
				    "Bad getsockopt optlen: expected: %d actual: %d", (int)length,
				    (int)s->r->length_in_out);
	mask_structure(s, expected, got, length);
	if (!memcmp(expected, got, length))
		return true;
	const char *want = printable(arena, expected, length), *have = printable(arena, got, length);
	const char *wanted = option_as_written(s, expected, length, want);
	const char *came = option_as_written(s, got, length, have);
	slot_differs(s, "optval", wanted ? wanted : want, came ? came : have,
	             "Bad getsockopt optval: expected: '%s' actual: '%s'", want, have);
	if (came)
		slot_correct(s, s->expr, "%s", came);
	return false;
}
