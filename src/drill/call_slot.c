/* SPDX-License-Identifier: MIT
 *
 * call_slot.c - the base of the files of argument shapes: mismatches, memory, descriptors, addresses
 *
 * A slot is one argument of one call while it is prepared or compared. Functions that find something wrong append it to
 * the entry of the record and return false, so that their callers can return it at once; the wording is that of the
 * original tool, and field, expected and observed value stand beside it. slot_correct() then says how the script would
 * have to read.
 *
 * As a rule the contents of buffers do not matter: text is sent from pages that are never written, and received into
 * pages that are never read. Both are as large as the largest call so far, and shared by all of them. Where a script
 * gives contents, call_contents.c makes memory for the one call.
 */
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include "drill/call_shape.h"
#include "script/connections.h"

/* ---- mismatches ---- */

const char *slot_flags_text(struct arena *arena, const char *prefix, uint32_t value)
{
	struct buf b = BUF_INIT;

	constant_print_flags(&b, prefix, value);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

bool slot_differs(const struct slot *s, const char *field, const char *expected, const char *observed,
                  const char *format, ...)
{
	struct arena *arena = s->context->record->arena;
	va_list args;

	va_start(args, format);
	record_mismatch(s->context->record, s->entry, field, expected, observed, arena_vprintf(arena, format, args));
	va_end(args);
	return false;
}

bool (slot_fail)(const struct slot *s, const char *field, const char *format, ...)
{
	struct arena *arena = s->context->record->arena;
	va_list args;

	va_start(args, format);
	record_mismatch(s->context->record, s->entry, field, NULL, NULL, arena_vprintf(arena, format, args));
	va_end(args);
	return false;
}

/* The correction belongs to the difference that was appended last, which is the end of a short list. */
void slot_correct(const struct slot *s, const struct expr *place, const char *format, ...)
{
	struct mismatch *m = s->entry->mismatches;
	va_list args;

	while (m->next)
		m = m->next;
	va_start(args, format);
	m->place = place;
	m->written = arena_vprintf(s->context->record->arena, format, args);
	va_end(args);
}

bool slot_error(const struct slot *s, const struct evaluation_error *error)
{
	return slot_fail(s, "argument", "%s", error->text);
}

bool slot_int32(const struct slot *s, const struct expr *e, int32_t *out)
{
	struct evaluation_error error;

	return expr_int32(e, out, &error) || slot_error(s, &error);
}

bool (slot_bad_type)(const struct slot *s, const struct expr *e, const char *expected)
{
	struct evaluation_error error;

	expr_bad_type(e, expected, &error);
	return slot_error(s, &error);
}

bool slot_takes_any(const struct expr *e)
{
	return e->kind == EXPR_ELLIPSIS || e->kind == EXPR_NAME;
}

const struct expr *slot_only_element(const struct slot *s, const struct expr *e)
{
	if (e->kind != EXPR_LIST)
		return slot_bad_type(s, e, "list"), NULL;
	if (e->list.count != 1)
		return slot_fail(s, "argument", "Expected [<element>] but got %s elements",
		                 e->list.count ? "multiple" : "no"),
		       NULL;
	return e->list.first;
}

union call_argument *slot_argument(const struct slot *s)
{
	return &s->r->call.arguments[s->index];
}

bool slot_live_descriptor(const struct slot *s, const struct expr *e, int *live)
{
	int32_t script;

	if (!slot_int32(s, e, &script))
		return false;
	*live = descriptors_live(&s->context->descriptors, script);
	return *live >= 0 || slot_fail(s, "fd", "unable to find fd with script fd %d", script);
}

/* ---- addresses ---- */

/* Without translation: as the version of @address says. */
static struct sockaddr *plain_sockaddr(struct arena *arena, const struct ip_address *address, uint16_t port,
                                       socklen_t *length)
{
	struct sockaddr_storage *out = arena_new_object(arena, struct sockaddr_storage);
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	if (address->version == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, address->bytes, sizeof(in->sin_addr));
		*length = sizeof(*in);
	} else {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, address->bytes, sizeof(in6->sin6_addr));
		*length = sizeof(*in6);
	}
	return (struct sockaddr *)out;
}

/* In a script for sockets of IPv6 that speak IPv4 the address is mapped (RFC 4291, 2.5.5.2). */
struct sockaddr *slot_sockaddr(const struct slot *s, const struct ip_address *address, uint16_t port,
                               socklen_t *length)
{
	struct ip_address mapped = { .version = 6 };

	if (address->version == 6 || s->context->config->ip_version == IP_VERSION_4)
		return plain_sockaddr(s->r->arena, address, port, length);
	mapped.bytes[10] = mapped.bytes[11] = 0xff;
	memcpy(mapped.bytes + 12, address->bytes, 4);
	return plain_sockaddr(s->r->arena, &mapped, port, length);
}

/* An address as accept() returns it. IPv4 that is mapped into IPv6 is IPv4 on the wire, and flows
 * speak of the wire. */
void slot_endpoint(const struct sockaddr_storage *from, struct flow_end *out)
{
	const struct sockaddr_in *in = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;

	*out = (struct flow_end){ 0 };
	if (from->ss_family == AF_INET) {
		out->address.version = 4;
		memcpy(out->address.bytes, &in->sin_addr, 4);
		out->port = ntohs(in->sin_port);
	} else if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		out->address.version = 4;
		memcpy(out->address.bytes, in6->sin6_addr.s6_addr + 12, 4);
		out->port = ntohs(in6->sin6_port);
	} else {
		out->address.version = 6;
		memcpy(out->address.bytes, &in6->sin6_addr, 16);
		out->port = ntohs(in6->sin6_port);
	}
}

bool is_written_address(const struct expr *e)
{
	return e->kind == EXPR_SOCKADDR || connection_name(e);
}

struct flow_end written_end(const struct call_context *context, const struct expr *e, bool local)
{
	const struct config *config = context->config;

	if (e->kind != EXPR_SOCKADDR)
		return flow_peer_end(context->flows, e->word);
	struct flow_end end = local ? (struct flow_end){ config->local_ip, config->bind_port }
	                            : (struct flow_end){ config->remote_ip, config->connect_port };

	if (e->sockaddr.port != PORT_ANY)
		end.port = (uint16_t)e->sockaddr.port;
	if (e->sockaddr.address.version)
		end.address = e->sockaddr.address;
	return end;
}

/* The address is used as the script spells it out, without translation, so a script can use one that belongs to
 * nobody. */
struct sockaddr *written_sockaddr(const struct slot *s, const struct expr *e, bool local, socklen_t *length)
{
	const struct flow_end end = written_end(s->context, e, local);
	if (e->kind != EXPR_SOCKADDR)
		return slot_sockaddr(s, &end.address, end.port, length);
	return plain_sockaddr(s->r->arena, &end.address, end.port, length);
}

/* The address as a script writes it, in the record's arena. */
static const char *address_text(const struct slot *s, const struct ip_address *address, int64_t port)
{
	struct expr e = { .kind = EXPR_SOCKADDR };
	struct buf b = BUF_INIT;

	e.sockaddr.family = address->version == 6 ? "AF_INET6" : "AF_INET";
	e.sockaddr.address = *address;
	e.sockaddr.port = port;
	expr_print(&b, &e);
	const char *text = arena_strdup(s->context->record->arena, b.data);
	buf_free(&b);
	return text;
}

/* Compares the connection that the script names with the one whose peer the call returned. */
static bool compare_connection(struct slot *s, const struct expr *e, const struct sockaddr_storage *got,
                               socklen_t length)
{
	const struct flow_end want = flow_peer_end(s->context->flows, e->word);
	struct flow_end end = { 0 };

	if (length)
		slot_endpoint(got, &end);
	if (length && end.port == want.port && ip_address_equal(&end.address, &want.address))
		return true;
	const char *name = length ? flow_name_of_end(s->context->flows, &end) : NULL;
	const char *text = !length ? "none" : name ? name : address_text(s, &end.address, end.port);
	slot_differs(s, "connection", e->word, text, "Bad connection: expected: %s actual: %s", e->word, text);
	if (length)
		slot_correct(s, e, "%s", text);
	return false;
}

/* Parts that the script leaves open are not compared. */
bool compare_sockaddr(struct slot *s, const struct expr *e, const void *got, socklen_t length)
{
	if (e->kind != EXPR_SOCKADDR)
		return compare_connection(s, e, got, length);
	const struct sockaddr_in *in = got;
	const struct sockaddr_in6 *in6 = got;
	struct ip_address address = { .version = length && in->sin_family == AF_INET6 ? 6 : 4 };
	uint16_t port = ntohs(address.version == 4 ? in->sin_port : in6->sin6_port);

	if (address.version == 4)
		memcpy(address.bytes, &in->sin_addr, sizeof(in->sin_addr));
	else
		memcpy(address.bytes, &in6->sin6_addr, sizeof(in6->sin6_addr));
	if (length && (e->sockaddr.port == PORT_ANY || port == e->sockaddr.port) &&
	    (!e->sockaddr.address.version || ip_address_equal(&address, &e->sockaddr.address)))
		return true;
	const char *want = address_text(s, &e->sockaddr.address, e->sockaddr.port);
	const char *text = length ? address_text(s, &address, port) : "none";
	slot_differs(s, "address", want, text, "Bad address: expected: %s actual: %s", want, text);
	/* Parts that the script leaves open stay open, since another run has another address. */
	const struct ip_address open = { .version = 0 };
	if (length && e->sockaddr.address.version)
		slot_correct(s, e, "%s", address_text(s, &address, e->sockaddr.port == PORT_ANY ? PORT_ANY : port));
	else if (length)
		slot_correct(s, e, "%s", address_text(s, &open, port));
	return false;
}

struct sockaddr *remote_sockaddr(const struct slot *s, socklen_t *length)
{
	const struct config *config = s->context->config;

	return slot_sockaddr(s, &config->remote_ip, config->connect_port, length);
}

/* ---- memory that is never looked at ---- */

/* A region of at least @size bytes. Older regions stay: a pending call may still use them. Fresh pages of
 * a private mapping cost nothing until they are written. */
static void *scratch_region(struct scratch *s, struct scratch_region **newest, size_t size)
{
	size_t wanted = size > SCRATCH_LIMIT ? SCRATCH_LIMIT : size < 1 << 16 ? 1 << 16 : size;

	if (*newest && (*newest)->size >= wanted)
		return (*newest)->memory;
	void *memory = mmap(NULL, wanted + sizeof(struct scratch_region), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	s->refused = memory == MAP_FAILED;
	if (s->refused)
		return NULL;
	struct scratch_region *region = memory;
	*region = (struct scratch_region){ .older = *newest, .size = wanted, .memory = region + 1 };
	*newest = region;
	return region->memory;
}

void *scratch_zeros(struct scratch *s, size_t size)
{
	return scratch_region(s, &s->zeros, size);
}

void *scratch_sink(struct scratch *s, size_t size)
{
	return scratch_region(s, &s->sink, size);
}

static void free_regions(struct scratch_region *region)
{
	while (region) {
		struct scratch_region *older = region->older;
		munmap(region, region->size + sizeof(*region));
		region = older;
	}
}

void scratch_free(struct scratch *s)
{
	free_regions(s->zeros);
	free_regions(s->sink);
	*s = (struct scratch){ 0 };
}
