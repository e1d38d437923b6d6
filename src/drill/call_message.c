/* SPDX-License-Identifier: MIT
 *
 * call_message.c - iovec, msghdr and control messages
 *
 * A msghdr is three things at once: an address, buffers, and control messages; and a call may fill in any of them. What
 * is sent is built once, as the script writes it. What is received gets room, and is compared afterwards.
 *
 * Control messages are compared by building: the list of the script becomes the bytes that a kernel would have written,
 * and these are held against those that came, message by message. So there is one description of each kind of message,
 * which serves sending and receiving. Parts that a kernel is free in are not compared: members that the script leaves
 * open, the address behind an extended error, padding.
 *
 * What it leaves out: a kind of message without a form of its own is a number, of one byte or four.
 */
#include <inttypes.h>
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "drill/call_shape.h"
#include "script/option_structure.h"

enum { CONTROL_LIMIT = 2000, STAMPS = 3 };

/* ---- iovec ---- */

/* @count is what the script says beside the list. The two must agree: with a larger count a kernel would use memory
 * that no script has given. Contents are not kept: zeros are sent, and received bytes are not looked at. */
static bool make_iovecs(struct slot *s, const struct expr *list, int64_t count, const char *what,
                        void *(*region)(struct scratch *, size_t), struct iovec **out)
{
	struct evaluation_error error;

	if (list->kind != EXPR_LIST) {
		expr_bad_type(list, "list", &error);
		return slot_error(s, &error);
	}
	if (count != list->list.count)
		return slot_fail(s, "argument", "%s %" PRId64 " does not match %d-element iovec array", what, count,
				 list->list.count);
	struct iovec *vectors = arena_new_array(s->r->arena, struct iovec, (size_t)count);
	*out = vectors;
	for (const struct expr *e = list->list.first; e; e = e->next, vectors++) {
		if (e->kind != EXPR_IOVEC) {
			expr_bad_type(e, "iovec", &error);
			return slot_error(s, &error);
		}
		vectors->iov_len = (size_t)e->iovec.length;
		if (!e->iovec.base)
			vectors->iov_base = region(&s->context->scratch, vectors->iov_len);
		else if (region == scratch_sink)
			vectors->iov_base = contents_room(s, vectors->iov_len);
		else if (!(vectors->iov_base = contents_to_send(s, e->iovec.base, vectors->iov_len)))
			return false;
	}
	return true;
}

static bool prepare_iovec(struct slot *s, void *(*region)(struct scratch *, size_t))
{
	struct iovec *vectors;
	int32_t count;

	if (!slot_int32(s, s->r->arguments[s->index + 1], &count) ||
	    !make_iovecs(s, s->expr, count, "iov_count", region, &vectors))
		return false;
	s->r->call.arguments[s->index].pointer = vectors;
	return true;
}

bool prepare_send_iovec(struct slot *s)
{
	return prepare_iovec(s, scratch_zeros);
}

bool prepare_receive_iovec(struct slot *s)
{
	return prepare_iovec(s, scratch_sink);
}

/* The @length bytes that came lie in the vectors, one after the other. */
static bool compare_iovecs(struct slot *s, const struct expr *list, const struct iovec *vectors, size_t length)
{
	bool same = true;

	for (const struct expr *e = list->list.first; e; e = e->next, vectors++) {
		size_t share = length < vectors->iov_len ? length : vectors->iov_len;
		if (e->iovec.base)
			same &= contents_compare(s, e->iovec.base, vectors->iov_base, share);
		length -= share;
	}
	return same;
}

bool compare_receive_iovec(struct slot *s)
{
	return s->r->returned < 0 ||
	       compare_iovecs(s, s->expr, slot_argument(s)->pointer, (size_t)s->r->returned);
}

/* ---- TCP statistics attributes (16.7) ---- */

static const struct attribute {
	const char *name;
	uint16_t type;                                       /* of the netlink attribute */
	uint8_t size;
	bool timed;                                          /* compared with the time tolerance */
} attributes[] = {
	{ "TCP_NLA_BUSY", 1, 8, true },
	{ "TCP_NLA_RWND_LIMITED", 2, 8, true },
	{ "TCP_NLA_SNDBUF_LIMITED", 3, 8, true },
	{ "TCP_NLA_DATA_SEGS_OUT", 4, 8, false },
	{ "TCP_NLA_TOTAL_RETRANS", 5, 8, false },
	{ "TCP_NLA_PACING_RATE", 6, 8, false },
	{ "TCP_NLA_DELIVERY_RATE", 7, 8, false },
	{ "TCP_NLA_SND_CWND", 8, 4, false },
	{ "TCP_NLA_REORDERING", 9, 4, false },
	{ "TCP_NLA_MIN_RTT", 10, 4, false },
	{ "TCP_NLA_RECUR_RETRANS", 11, 1, false },
	{ "TCP_NLA_DELIVERY_RATE_APP_LMT", 12, 1, false },
	{ "TCP_NLA_SNDQ_SIZE", 13, 4, false },
	{ "TCP_NLA_CA_STATE", 14, 1, false },
	{ "TCP_NLA_SND_SSTHRESH", 15, 4, false },
	{ "TCP_NLA_DELIVERED", 16, 4, false },
	{ "TCP_NLA_DELIVERED_CE", 17, 4, false },
	{ "TCP_NLA_BYTES_SENT", 18, 8, false },
	{ "TCP_NLA_BYTES_RETRANS", 19, 8, false },
	{ "TCP_NLA_DSACK_DUPS", 20, 4, false },
	{ "TCP_NLA_REORD_SEEN", 21, 4, false },
	{ "TCP_NLA_SRTT", 22, 4, false },
	{ "TCP_NLA_TIMEOUT_REHASH", 23, 2, false },
	{ "TCP_NLA_BYTES_NOTSENT", 24, 4, false },
	{ "TCP_NLA_EDT", 25, 8, false },
	{ "TCP_NLA_TTL", 26, 1, false },
	{ "TCP_NLA_REHASH", 27, 4, false },
};

enum { ATTRIBUTE_HEADER = 4, ATTRIBUTE_ALIGN = 4 };

static const struct attribute *attribute_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		if (!strcmp(attributes[i].name, name))
			return &attributes[i];
	return NULL;
}

/* The bytes that a netlink attribute takes up in a message: header and value, padded to a multiple of four. */
static size_t attribute_room(size_t size)
{
	return ATTRIBUTE_HEADER + (size + ATTRIBUTE_ALIGN - 1) / ATTRIBUTE_ALIGN * ATTRIBUTE_ALIGN;
}

/* `...`, or a value of all ones (32 bits; for attributes of one byte, 8), means that the attribute is not compared. */
static bool attribute_value(struct slot *s, const struct expr *e, const struct attribute *a, uint64_t *value)
{
	uint64_t ignore = a->size == 1 ? UINT8_MAX : UINT32_MAX;
	struct evaluation_error error;
	int64_t number;

	*value = ignore;
	if (e->assign.value->kind == EXPR_ELLIPSIS)
		return true;
	if (!expr_int64(e->assign.value, &number, &error))
		return slot_error(s, &error);
	*value = (uint64_t)number;
	return true;
}

/* The statistics that come with a time-stamp, as the kernel lays them out: one attribute behind the
 * other. The order and the types are compared, so the script's list is built in the same way. */
static bool build_attributes(struct slot *s, const struct expr *list, struct buf *out)
{
	for (const struct expr *e = list->list.first; e; e = e->next) {
		const struct attribute *a = e->kind == EXPR_ASSIGN ? attribute_of(e->assign.name) : NULL;
		uint64_t value;
		if (!a)
			return slot_fail(s, "argument", "Unrecognized type for cmsg_data");
		if (!attribute_value(s, e, a, &value))
			return false;
		uint16_t header[2] = { (uint16_t)(ATTRIBUTE_HEADER + a->size), a->type };
		buf_add(out, header, sizeof(header));
		buf_add(out, &value, a->size);
		buf_add_repeated(out, '\0', attribute_room(a->size) - ATTRIBUTE_HEADER - a->size);
	}
	return true;
}

/* ---- building control messages ---- */

/* A struct sock_extended_err, followed by room for the address of who reported the error. The kernel
 * writes one, and its size depends on the family; it is never compared. */
static bool build_extended_err(struct slot *s, const struct expr *e, int level, struct buf *out)
{
	struct sock_extended_err err = { 0 };
	struct evaluation_error error;
	uint8_t *bytes[] = { &err.ee_origin, &err.ee_type, &err.ee_code };
	uint32_t *words[] = { &err.ee_info, &err.ee_data };
	int32_t number;

	if (!slot_int32(s, e->extended_err[0], &number))
		return false;
	err.ee_errno = (uint32_t)number;
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++)
		if (!expr_uint8(e->extended_err[1 + i], bytes[i], &error))
			return slot_error(s, &error);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!slot_int32(s, e->extended_err[4 + i], &number))
			return false;
		*words[i] = (uint32_t)number;
	}
	buf_add(out, &err, sizeof(err));
	buf_add_repeated(out, '\0', level == SOL_IP ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	return true;
}

static bool build_packet_info(struct slot *s, const struct expr *data, struct buf *out)
{
	struct evaluation_error error;
	struct option_value value;

	if (!packet_info(data, s->r->arena, &value, &error))
		return slot_error(s, &error);
	buf_add(out, value.bytes, value.length);
	return true;
}

/* The address in a control message IP_ORIGDSTADDR. */
static bool build_sockaddr_data(struct slot *s, const struct expr *data, struct buf *out)
{
	socklen_t length;
	const struct sockaddr *address = written_sockaddr(s, data, true, &length);

	buf_add(out, address, length);
	return true;
}

/* The data of a control message as the script wrote it: a number is an int, whatever the message needs, since the
 * language has no other size. */
static bool build_data(struct slot *s, const struct expr *data, int level, struct buf *out)
{
	struct timespec stamps[STAMPS] = { 0 };
	int32_t number;

	switch (data->kind) {
	case EXPR_INTEGER:
	case EXPR_WORD:
	case EXPR_OR:
		if (!slot_int32(s, data, &number))
			return false;
		buf_add(out, &number, sizeof(number));
		return true;
	case EXPR_SCM_TIMESTAMP:
		stamps[0] = (struct timespec){ .tv_sec = data->scm.sec, .tv_nsec = data->scm.nsec };
		buf_add(out, stamps, sizeof(stamps));
		return true;
	case EXPR_SOCKADDR:
		return build_sockaddr_data(s, data, out);
	case EXPR_LIST:
		return is_packet_info(data) ? build_packet_info(s, data, out) : build_attributes(s, data, out);
	case EXPR_EXTENDED_ERR:
		return build_extended_err(s, data, level, out);
	default:
		return slot_fail(s, "argument", "Unrecognized type for cmsg_data");
	}
}

/* "cmsg_len=N" says how many of the bytes there are, which makes a number of one byte, too. */
static bool cut_data(struct slot *s, const struct expr *length, struct buf *data)
{
	int32_t written;

	if (!length || length->kind == EXPR_ELLIPSIS)
		return true;
	if (!slot_int32(s, length, &written))
		return false;
	if (written < (int32_t)CMSG_LEN(0) || written > CONTROL_LIMIT)
		return slot_fail(s, "argument", "cmsg_len %d out of range: %zu to %d", written, CMSG_LEN(0),
		                 CONTROL_LIMIT);
	size_t wanted = (size_t)written - CMSG_LEN(0);
	if (wanted > data->length)
		buf_add_repeated(data, '\0', wanted - data->length);
	data->length = wanted;
	return true;
}

/* Level or type of a control message. An ellipsis becomes @open, until a message has come to take its place. */
static bool header_number(struct slot *s, const struct expr *e, int32_t open, int32_t *number)
{
	*number = open;
	return e->kind == EXPR_ELLIPSIS || slot_int32(s, e, number);
}

/* Append one control message, header, data and alignment. */
static bool build_control_message(struct slot *s, const struct expr *e, struct buf *out)
{
	struct buf data = BUF_INIT;
	struct evaluation_error error;
	const int32_t open = s->context->config->ip_version == IP_VERSION_4 ? SOL_IP : SOL_IPV6;
	int32_t level, type;

	if (e->kind != EXPR_CMSG) {
		expr_bad_type(e, "cmsg", &error);
		return slot_error(s, &error);
	}
	bool built = header_number(s, e->cmsg.level, open, &level) && header_number(s, e->cmsg.type, 0, &type) &&
		     build_data(s, e->cmsg.data, level, &data) && cut_data(s, e->cmsg.length, &data);
	if (built) {
		struct cmsghdr header = { .cmsg_len = CMSG_LEN(data.length), .cmsg_level = level, .cmsg_type = type };
		buf_add(out, &header, sizeof(header));
		buf_add_repeated(out, '\0', CMSG_LEN(0) - sizeof(header));
		buf_add(out, data.data, data.length);
		buf_add_repeated(out, '\0', CMSG_SPACE(data.length) - CMSG_LEN(data.length));
	}
	buf_free(&data);
	return built;
}

/* All control messages of @list, in the call's arena; *length is what they need. */
static bool build_control(struct slot *s, const struct expr *list, void **control, size_t *length)
{
	struct buf bytes = BUF_INIT;
	struct evaluation_error error;
	bool built = true;

	*control = NULL;
	*length = 0;
	if (!list)
		return true;
	if (list->kind != EXPR_LIST) {
		expr_bad_type(list, "list", &error);
		return slot_error(s, &error);
	}
	for (const struct expr *e = list->list.first; e && built; e = e->next)
		built = build_control_message(s, e, &bytes);
	if (built && bytes.length > CONTROL_LIMIT)
		built = slot_fail(s, "argument", "control messages of %zu bytes exceed the limit of %d", bytes.length,
				  CONTROL_LIMIT);
	if (built && bytes.length) {
		*control = arena_copy(s->r->arena, bytes.data, bytes.length);
		*length = bytes.length;
	}
	buf_free(&bytes);
	return built;
}

/* ---- msghdr ---- */

/* An ellipsis in a receiving call makes room for whatever control messages come. */
static bool fill_control(struct slot *s, const struct expr *control, struct msghdr *message)
{
	if (!control || control->kind != EXPR_ELLIPSIS)
		return build_control(s, control, &message->msg_control, &message->msg_controllen);
	message->msg_control = arena_alloc(s->r->arena, CONTROL_LIMIT);
	message->msg_controllen = CONTROL_LIMIT;
	return true;
}

static bool fill_msghdr(struct slot *s, const struct expr *e, void *(*region)(struct scratch *, size_t),
                        struct msghdr *message)
{
	if (e->kind != EXPR_MSGHDR)
		return slot_bad_type(s, e, "msghdr");
	message->msg_iovlen = (size_t)e->msghdr.iov_count;
	return make_iovecs(s, e->msghdr.iov, e->msghdr.iov_count, "msg_iovlen", region, &message->msg_iov) &&
	       slot_int32(s, e->msghdr.flags, &message->msg_flags) && fill_control(s, e->msghdr.control, message);
}

bool fill_send_msghdr(struct slot *s, const struct expr *e, struct msghdr *message)
{
	if (!fill_msghdr(s, e, scratch_zeros, message))
		return false;
	if (message->msg_flags)
		return slot_fail(s, "argument", "sendmsg ignores msg_flags field in msghdr");
	message->msg_name = e->msghdr.name ? written_sockaddr(s, e->msghdr.name, false, &message->msg_namelen)
	                                   : remote_sockaddr(s, &message->msg_namelen);
	return true;
}

bool prepare_send_msghdr(struct slot *s)
{
	slot_argument(s)->pointer = arena_new_object(s->r->arena, struct msghdr);
	return fill_send_msghdr(s, s->expr, slot_argument(s)->pointer);
}

/* The kernel gets a control buffer of exactly the size that the listed messages need, filled with zeros. */
bool fill_receive_msghdr(struct slot *s, const struct expr *e, struct msghdr *message)
{
	if (!fill_msghdr(s, e, scratch_sink, message))
		return false;
	message->msg_name = arena_new_object(s->r->arena, struct sockaddr_storage);
	message->msg_namelen = sizeof(struct sockaddr_storage);
	if (message->msg_controllen)
		memset(message->msg_control, 0, message->msg_controllen);
	return true;
}

bool prepare_receive_msghdr(struct slot *s)
{
	slot_argument(s)->pointer = arena_new_object(s->r->arena, struct msghdr);
	return fill_receive_msghdr(s, s->expr, slot_argument(s)->pointer);
}

/* ---- comparing control messages ---- */

/* One control message that the script expects and the one that came in its place. */
struct control_pair {
	struct slot *s;
	int index;
	const struct cmsghdr *expected, *got;
	const struct expr *message, *data;                   /* as the script writes it */
};

/* @place: the part of the line that has the expected value; NULL: the line does not write it. */
static bool field_differs(const struct control_pair *p, const struct expr *place, const char *field, const char *format,
                          int64_t expected, int64_t got)
{
	struct arena *arena = p->s->context->record->arena;

	slot_differs(p->s, field, arena_printf(arena, "%" PRId64, expected), arena_printf(arena, "%" PRId64, got),
	             format, field, p->index, expected, got);
	if (place)
		slot_correct(p->s, place, "%" PRId64, got);
	return false;
}

/* Level, type and length. All three are compared even if the first differs: a message of another kind has another
 * length as well, and both help in correcting the script. */
static bool same_header(const struct control_pair *p)
{
	static const char wording[] = "Bad %s in cmsg %d: expected=%" PRId64 " actual=%" PRId64;
	bool same = true;

	if (p->expected->cmsg_level != p->got->cmsg_level)
		same = field_differs(p, p->message->cmsg.level, "level", wording, p->expected->cmsg_level,
		                     p->got->cmsg_level);
	if (p->expected->cmsg_type != p->got->cmsg_type)
		same = field_differs(p, p->message->cmsg.type, "type", wording, p->expected->cmsg_type,
		                     p->got->cmsg_type);
	if (p->expected->cmsg_len != p->got->cmsg_len)
		same = field_differs(p, NULL, "len", wording, (int64_t)p->expected->cmsg_len,
		                     (int64_t)p->got->cmsg_len);
	return same;
}

static bool same_extended_err(const struct control_pair *p)
{
	static const char wording[] = "Bad %s in extended err %d: expected=%" PRId64 " actual=%" PRId64;
	struct sock_extended_err a, b;
	bool same = true;

	memcpy(&a, CMSG_DATA(p->expected), sizeof(a));
	memcpy(&b, CMSG_DATA(p->got), sizeof(b));
	const struct {
		const char *name;
		uint32_t want, got;
	} fields[] = {
		{ "errno", a.ee_errno, b.ee_errno }, { "origin", a.ee_origin, b.ee_origin },
		{ "type", a.ee_type, b.ee_type },    { "code", a.ee_code, b.ee_code },
		{ "info", a.ee_info, b.ee_info },    { "data", a.ee_data, b.ee_data },
	};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (fields[i].want != fields[i].got)
			same = field_differs(p, p->data->extended_err[i], fields[i].name, wording, fields[i].want,
			                     fields[i].got);
	return same;
}

/* A script may write any number. One that is too large is cut down, so that differences cannot overflow. */
static vtime_t stamp_time(const struct timespec *t)
{
	const int64_t most = INT64_MAX / 2;
	int64_t ns;

	if (__builtin_mul_overflow(t->tv_sec, INT64_C(1000000000), &ns) || __builtin_add_overflow(ns, t->tv_nsec, &ns))
		return vtime_ns(most);
	return vtime_min(vtime_ns(ns), vtime_ns(most));
}

/* Non-zero expected stamps are script times; the others are not looked at. */
static bool same_stamps(const struct control_pair *p)
{
	const struct call_context *context = p->s->context;
	struct arena *arena = context->record->arena;
	struct timespec want[STAMPS], got[STAMPS];
	bool same = true;

	memcpy(want, CMSG_DATA(p->expected), sizeof(want));
	memcpy(got, CMSG_DATA(p->got), sizeof(got));
	for (int i = 0; i < STAMPS; i++) {
		vtime_t expected = stamp_time(&want[i]);
		vtime_t live = stamp_time(&got[i]);
		vtime_t actual = vtime_sub(live, context->record->start);
		const vtime_t tolerance = context->config->tolerance, later = vtime_sub(actual, expected);
		if (!expected.ns || llabs(later.ns) <= tolerance.ns)
			continue;
		if (later.ns > 0 && !vtime_before(vtime_add(tolerance, context->record->behind), later))
			p->s->entry->shifted++;
		same = slot_differs(p->s, "timestamp", arena_printf(arena, "%.6f", vtime_to_s(expected)),
				    arena_printf(arena, "%.6f", vtime_to_s(actual)),
				    "Bad timestamp %d in scm_timestamping %d: expected=%.6f actual=%.6f", i, p->index,
				    vtime_to_s(expected), vtime_to_s(actual));
		if (!i)
			slot_correct(p->s, p->data, "{scm_sec=%" PRId64 ",scm_nsec=%" PRId64 "}",
			             actual.ns / 1000000000, actual.ns % 1000000000);
	}
	return same;
}

static uint64_t attribute_number(const uint8_t *bytes, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, bytes, size > sizeof(value) ? sizeof(value) : size);
	return value;
}

static bool same_attribute(const struct control_pair *p, const struct expr *e, const struct attribute *a, uint64_t want,
                           uint64_t got)
{
	struct arena *arena = p->s->context->record->arena;
	uint64_t slack = a->timed && want ? (uint64_t)vtime_to_us(p->s->context->config->tolerance) : 0;
	uint64_t distance = want > got ? want - got : got - want;

	if (want == (a->size == 1 ? UINT8_MAX : UINT32_MAX) || distance <= slack)
		return true;
	slot_differs(p->s, a->name, arena_printf(arena, "%" PRIu64, want), arena_printf(arena, "%" PRIu64, got),
		     "Bad %s: expected=%" PRIu64 " actual=%" PRIu64, a->name, want, got);
	slot_correct(p->s, e->assign.value, "%" PRIu64, got);
	return false;
}

static bool same_attributes(const struct control_pair *p)
{
	const uint8_t *want = CMSG_DATA(p->expected), *got = CMSG_DATA(p->got);
	size_t length = p->expected->cmsg_len - CMSG_LEN(0), at = 0;
	bool same = true;

	for (const struct expr *e = p->data->list.first; e && at < length; e = e->next) {
		const struct attribute *a = attribute_of(e->assign.name);
		uint16_t a_header[2], b_header[2];
		memcpy(a_header, want + at, sizeof(a_header));
		memcpy(b_header, got + at, sizeof(b_header));
		if (a_header[1] != b_header[1])
			return slot_fail(p->s, "nla_type", "Bad nla_type: expected=%d actual=%d", a_header[1],
			                 b_header[1]);
		if (a_header[0] != b_header[0])
			return slot_fail(p->s, "nla_len", "Bad nla_len: expected=%d actual=%d", a_header[0],
			                 b_header[0]);
		same &= same_attribute(p, e, a, attribute_number(want + at + ATTRIBUTE_HEADER, a->size),
				       attribute_number(got + at + ATTRIBUTE_HEADER, a->size));
		at += attribute_room(a->size);
	}
	return same;
}

/* The number that a control message of one byte, or of an int, holds. */
static int32_t control_number(const struct cmsghdr *message)
{
	int32_t number;

	if (message->cmsg_len == CMSG_LEN(sizeof(uint8_t)))
		return *CMSG_DATA(message);
	memcpy(&number, CMSG_DATA(message), sizeof(number));
	return number;
}

/* Members that are not written are not compared. */
static bool same_packet_info(const struct control_pair *p)
{
	struct arena *arena = p->s->context->record->arena;
	const uint8_t *got = CMSG_DATA(p->got);
	struct buf want = BUF_INIT, have = BUF_INIT;
	struct evaluation_error error;
	struct option_value value;
	bool same = true;

	if (!packet_info(p->data, p->s->r->arena, &value, &error))
		return slot_error(p->s, &error);
	for (size_t i = 0; i < value.length; i++) {
		same &= (value.bytes[i] & value.written[i]) == (got[i] & value.written[i]);
		buf_printf(&want, value.written[i] ? "%02x" : "..", value.bytes[i]);
		buf_printf(&have, "%02x", got[i]);
	}
	if (!same)
		slot_differs(p->s, "cmsg_data", arena_strdup(arena, want.data), arena_strdup(arena, have.data),
		             "Bad data in cmsg %d: expected=%s actual=%s", p->index, want.data, have.data);
	buf_free(&want);
	buf_free(&have);
	return same;
}

static bool same_data(const struct control_pair *p)
{
	struct arena *arena = p->s->context->record->arena;
	size_t length = p->expected->cmsg_len - CMSG_LEN(0);
	int32_t want, got;

	switch (p->data->kind) {
	case EXPR_EXTENDED_ERR:
		return same_extended_err(p);
	case EXPR_SCM_TIMESTAMP:
		return same_stamps(p);
	case EXPR_SOCKADDR:
		return compare_sockaddr(p->s, p->data, CMSG_DATA(p->got), (socklen_t)(p->got->cmsg_len - CMSG_LEN(0)));
	case EXPR_LIST:
		return is_packet_info(p->data) ? same_packet_info(p) : same_attributes(p);
	default:
		if (!memcmp(CMSG_DATA(p->expected), CMSG_DATA(p->got), length))
			return true;
		want = control_number(p->expected);
		got = control_number(p->got);
		slot_differs(p->s, "cmsg_data", arena_printf(arena, "%d", want), arena_printf(arena, "%d", got),
			     "Bad data in cmsg %d: expected=%d actual=%d", p->index, want, got);
		slot_correct(p->s, p->data, "%d", got);
		return false;
	}
}

/* Corrects a list of which only the first @count messages came. */
static void write_control(const struct slot *s, const struct expr *list, int count)
{
	struct buf text = BUF_INIT;

	for (const struct expr *e = list->list.first; count-- > 0; e = e->next) {
		buf_puts(&text, text.length ? ", " : "");
		expr_print(&text, e);
	}
	slot_correct(s, list, "[%s]", text.data);
	buf_free(&text);
}

/* Numbers are as wide as an int, but a type of service that was received is one byte (ip(7), IP_RECVTOS). */
static void narrow(struct cmsghdr *want, const struct expr *data)
{
	bool number = data->kind == EXPR_INTEGER || data->kind == EXPR_WORD || data->kind == EXPR_OR;
	int32_t value;

	if (!number || want->cmsg_level != SOL_IP || want->cmsg_type != IP_TOS)
		return;
	memcpy(&value, CMSG_DATA(want), sizeof(value));
	if (value < 0 || value > UINT8_MAX)
		return;
	*CMSG_DATA(want) = (uint8_t)value;
	want->cmsg_len = CMSG_LEN(sizeof(uint8_t));
}

/* Messages are compared in order, one with one. Where one list is longer than the other the rest of it
 * has nothing to be compared with, and the difference is the count. */
static bool compare_control(struct slot *s, const struct expr *list, struct msghdr *message)
{
	const struct expr *e = list ? list->list.first : NULL;
	struct msghdr expected = { 0 };
	int index = 0;
	bool same = true;

	if (!build_control(s, list, &expected.msg_control, &expected.msg_controllen))
		return false;
	struct cmsghdr *want = CMSG_FIRSTHDR(&expected), *got = CMSG_FIRSTHDR(message);
	for (; want && got;
	     want = CMSG_NXTHDR(&expected, want), got = CMSG_NXTHDR(message, got), e = e->next, index++) {
		struct control_pair pair = { .s = s, .index = index, .expected = want, .got = got,
		                             .message = e, .data = e->cmsg.data };
		if (e->cmsg.level->kind == EXPR_ELLIPSIS)
			want->cmsg_level = got->cmsg_level;
		if (e->cmsg.type->kind == EXPR_ELLIPSIS)
			want->cmsg_type = got->cmsg_type;
		if (!e->cmsg.length)
			narrow(want, e->cmsg.data);
		same &= same_header(&pair) && same_data(&pair);
	}
	if (got)
		return slot_fail(s, "msg_control", "received more than %d cmsgs", index);
	if (!want)
		return same;
	slot_fail(s, "msg_control", "received only %d cmsgs", index);
	write_control(s, list, index);
	return false;
}

bool compare_msghdr(struct slot *s, const struct expr *e, struct msghdr *message, size_t length)
{
	struct arena *arena = s->context->record->arena;
	int32_t expected;
	bool same = true;

	if (!slot_int32(s, e->msghdr.flags, &expected))
		return false;
	if (expected != message->msg_flags) {
		const char *got = slot_flags_text(arena, "MSG_", (uint32_t)message->msg_flags);
		same = slot_differs(s, "msg_flags", slot_flags_text(arena, "MSG_", (uint32_t)expected), got,
				    "Expected msg_flags 0x%08X but got 0x%08X", expected, message->msg_flags);
		slot_correct(s, e->msghdr.flags, "%s", got);
	}
	same &= compare_iovecs(s, e->msghdr.iov, message->msg_iov, length);
	if (e->msghdr.name)
		same &= compare_sockaddr(s, e->msghdr.name, message->msg_name, message->msg_namelen);
	if (e->msghdr.control && e->msghdr.control->kind == EXPR_ELLIPSIS)
		return same;
	return compare_control(s, e->msghdr.control, message) && same;
}

bool compare_receive_msghdr(struct slot *s)
{
	/* A call that failed, as the script expected, leaves flags and control buffer as they were. */
	return s->r->expected_result < 0 ||
	       compare_msghdr(s, s->expr, slot_argument(s)->pointer, (size_t)s->r->returned);
}
