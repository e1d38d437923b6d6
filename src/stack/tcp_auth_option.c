/* SPDX-License-Identifier: MIT
 *
 * tcp_auth_option.c - keys as users set them: RFC 2385, 4.5; RFC 5925, 7.1
 *
 * The RFCs say what a user must be able to do (add keys, remove them, see which are in use, change to another one), not
 * by which calls. The calls are those of Linux, with its structures and its errors. What is checked here are the
 * values; what a key does to segments is in tcp_auth.c.
 *
 * With TCP-AO two rules protect a connection that is open. It cannot begin to sign in its middle, because the peer
 * would not know; and the key with which it signs cannot be removed before another one is chosen, because what it sends
 * next would have no signature.
 */
#include "stack/tcp_auth_option.h"

#include <errno.h>
#include <linux/tcp.h>
#include <string.h>

#include "stack/endpoint.h"
#include "stack/option_value.h"
#include "stack/tcp_auth.h"

/* May this socket have the key? The host has no routing domains. */
static bool has_sense(const struct tcp *t, const struct tcp_key *key)
{
	return !key->interface && !(key->address.version == 6 && t->socket->domain == AF_INET);
}

/* A key without octets removes the one that is there. */
static int set_md5(struct tcp *t, int name, const void *value, socklen_t length)
{
	struct tcp_key key;
	int error = tcp_key_read(name, value, length, &key);

	if (!error && !has_sense(t, &key))
		error = EINVAL;
	if (!error)
		error = key.secret.length ? tcp_auth_add(t, &key) : tcp_auth_remove(t, &key);
	return -error;
}

/* RFC 5925, 7.1: a key may be added at any time, but a connection that began unsigned stays so. */
static int add_ao(struct tcp *t, const void *value, socklen_t length)
{
	struct ao_add_option option;
	struct tcp_key key;
	int error = tcp_key_read(OPTION_TCP_AO_ADD_KEY, value, length, &key);

	if (!error && !has_sense(t, &key))
		error = EINVAL;
	/* A connection that began signed has a key for its peer. */
	if (!error && tcp_in(t, ~(1 << TCPS_CLOSED | 1 << TCPS_LISTEN)) &&
	    !tcp_auth_find_ao(t, &t->socket->remote.ip, -1, -1))
		error = EINVAL;
	if (!error)
		error = tcp_auth_add(t, &key);
	if (error)
		return -error;
	memcpy(&option, value, sizeof(option));
	struct tcp_auth_key *k = tcp_auth_find_ao(t, &key.address, key.send_id, key.receive_id);
	tcp_auth_choose(t, option.set & AO_SET_CURRENT ? k : NULL, option.set & AO_SET_RNEXT ? k : NULL);
	return 0;
}

/* The keys that @set names, each by its id; ENOENT if one is missing. */
static int choose(struct tcp *t, uint32_t set, const struct ip_address *peer, uint8_t current_id, uint8_t rnext_id)
{
	struct tcp_auth_key *current = set & AO_SET_CURRENT ? tcp_auth_find_ao(t, peer, current_id, -1) : NULL;
	struct tcp_auth_key *rnext = set & AO_SET_RNEXT ? tcp_auth_find_ao(t, peer, -1, rnext_id) : NULL;

	if ((set & AO_SET_CURRENT && !current) || (set & AO_SET_RNEXT && !rnext))
		return ENOENT;
	tcp_auth_choose(t, current, rnext);
	return 0;
}

static int delete_ao(struct tcp *t, const void *value, socklen_t length)
{
	struct ao_delete_option option;
	struct tcp_key key = { .ao = true };

	if (length < sizeof(option))
		return -EINVAL;
	memcpy(&option, value, sizeof(option));
	tcp_key_address(&option.addr, &key.address);
	if (!key.address.version || option.prefix > (key.address.version == 4 ? 32 : 128))
		return -EINVAL;
	key.prefix = option.prefix;
	key.interface = option.keyflags & AO_KEY_IFINDEX ? option.ifindex : 0;
	key.send_id = option.sndid;
	key.receive_id = option.rcvid;
	int error = choose(t, option.set, &key.address, option.current_key, option.rnext);
	if (error)
		return -error;
	/* The key that the connection signs with cannot be removed; the user has to choose another one first. */
	const struct tcp_key *now = tcp_in(t, 1 << TCPS_CLOSED | 1 << TCPS_LISTEN) ? NULL : tcp_auth_key(t);
	if (now && now->ao && now->send_id == key.send_id && now->receive_id == key.receive_id)
		return -EBUSY;
	return -tcp_auth_remove(t, &key);
}

static int set_info(struct tcp *t, const void *value, socklen_t length)
{
	struct ao_info_option option;

	if (length < sizeof(option))
		return -EINVAL;
	memcpy(&option, value, sizeof(option));
	int error = choose(t, option.set, &t->socket->remote.ip, option.current_key, option.rnext);
	if (!error)
		tcp_auth_set_rules(t, option.set & AO_REQUIRED, option.set & AO_ACCEPT_ICMPS);
	if (!error && option.set & AO_SET_COUNTERS)
		tcp_auth_set_counters(t, &option);
	return -error;
}

int tcp_auth_set_option(struct tcp *t, int name, const void *value, socklen_t length, bool *mine)
{
	*mine = true;
	switch (name) {
	case TCP_MD5SIG:
	case TCP_MD5SIG_EXT:
		return set_md5(t, name, value, length);
	case OPTION_TCP_AO_ADD_KEY:
		return add_ao(t, value, length);
	case OPTION_TCP_AO_DEL_KEY:
		return delete_ao(t, value, length);
	case OPTION_TCP_AO_INFO:
		return set_info(t, value, length);
	case OPTION_TCP_AO_REPAIR:                       /* for connections under TCP_REPAIR, of which there are none */
		return -EPERM;
	}
	*mine = false;
	return -ENOPROTOOPT;
}

/* ---- TCP_AO_GET_KEYS ---- */

enum { ASK_CURRENT = 1, ASK_RNEXT = 2, ASK_ALL = 4 };

/* The user asks for all keys, for those in use, or for one by its address and both ids. 0 or minus an errno. */
static int check_question(const struct ao_get_option *q, struct ip_address *peer)
{
	const int sorts = ASK_CURRENT | ASK_RNEXT | ASK_ALL;
	bool by_key = q->addr.ss_family || q->sndid || q->rcvid || q->prefix;

	if (q->which & ~sorts || q->keyflags & ~AO_KEY_IFINDEX || (q->ifindex && !(q->keyflags & AO_KEY_IFINDEX)))
		return -EINVAL;
	if (q->which & sorts)
		return by_key || (q->which & ASK_ALL && q->which != ASK_ALL) ? -EINVAL : 0;
	tcp_key_address(&q->addr, peer);
	if (!peer->version)
		return -EAFNOSUPPORT;
	return q->prefix > (peer->version == 4 ? 32 : 128) ? -EINVAL : 0;
}

/* By its use, if the question asks for that, else by exactly the address, prefix and ids that it was added with. */
static bool is_asked_for(const struct tcp *t, const struct ao_get_option *q, const struct ip_address *peer,
                         const struct tcp_auth_key *k)
{
	if (!k->key.ao)
		return false;
	if (q->which)
		return q->which & ASK_ALL || (q->which & ASK_CURRENT && k == t->auth.current) ||
		       (q->which & ASK_RNEXT && k == t->auth.rnext);
	return k->key.send_id == q->sndid && k->key.receive_id == q->rcvid && k->key.prefix == q->prefix &&
	       ip_address_equal(&k->key.address, peer);
}

static void tell_key(const struct tcp *t, const struct tcp_auth_key *k, struct ao_get_option *out)
{
	static const char *const names[] = {
		[TCP_AO_HMAC_SHA1] = "hmac(sha1)", [TCP_AO_AES_128_CMAC] = "cmac(aes128)",
	};
	const struct tcp_ao_key *secret = &k->key.secret;
	struct endpoint peer = { .ip = k->key.address };
	socklen_t size = sizeof(out->addr);

	*out = (struct ao_get_option){
		.which = (uint16_t)((k == t->auth.current ? ASK_CURRENT : 0) | (k == t->auth.rnext ? ASK_RNEXT : 0)),
		.sndid = k->key.send_id, .rcvid = k->key.receive_id, .prefix = k->key.prefix,
		.maclen = secret->mac_length, .keyflags = secret->exclude_options ? AO_KEY_EXCLUDE_OPTIONS : 0,
		.keylen = secret->length, .pkt_good = k->good, .pkt_bad = k->bad,
	};
	endpoint_to_sockaddr(t->socket, &peer, (struct sockaddr *)&out->addr, &size);
	memcpy(out->alg_name, names[secret->algorithm], strlen(names[secret->algorithm]));
	memcpy(out->key, secret->master, secret->length);
}

/* As many keys as there is room for, the newest first; the first also says how many there are in all. */
static int get_keys(const struct tcp *t, void *value, socklen_t *length)
{
	struct ao_get_option question, *out = value;
	struct ip_address peer = { 0 };
	uint32_t found = 0;

	if (*length < sizeof(question))
		return -EINVAL;
	memcpy(&question, value, sizeof(question));
	if (!t->auth.keys)
		return -ENOENT;
	int error = check_question(&question, &peer);
	if (error)
		return error;
	for (const struct tcp_auth_key *k = t->auth.keys; k; k = k->next) {
		struct ao_get_option told;
		if (!is_asked_for(t, &question, &peer, k))
			continue;
		tell_key(t, k, &told);
		if (found < question.nkeys && (found + 1) * sizeof(told) <= *length)
			memcpy(&out[found], &told, sizeof(told));
		found++;
	}
	memcpy((char *)value + offsetof(struct ao_get_option, nkeys), &found, sizeof(found));
	*length = sizeof(question);
	return 0;
}

int tcp_auth_get_option(const struct tcp *t, int name, void *value, socklen_t *length, bool *mine)
{
	const struct tcp_authentication *a = &t->auth;
	struct ao_info_option option = {
		.set = (a->current ? AO_SET_CURRENT : 0u) | (a->rnext ? AO_SET_RNEXT : 0u) |
		       (a->required ? AO_REQUIRED : 0u) | (a->accept_icmp ? AO_ACCEPT_ICMPS : 0u),
		.current_key = a->current ? a->current->key.send_id : 0,
		.rnext = a->rnext ? a->rnext->key.receive_id : 0,
		.pkt_good = a->good, .pkt_bad = a->bad,
		.pkt_key_not_found = a->unknown, .pkt_ao_required = a->missing,
		.pkt_dropped_icmp = a->icmp_dropped,
	};

	*mine = name == OPTION_TCP_AO_INFO || name == OPTION_TCP_AO_GET_KEYS || name == OPTION_TCP_AO_REPAIR;
	if (!*mine)
		return -ENOPROTOOPT;
	if (name == OPTION_TCP_AO_REPAIR)
		return -EPERM;
	if (name == OPTION_TCP_AO_GET_KEYS)
		return get_keys(t, value, length);
	if (!a->keys && !a->required)
		return -ENOENT;
	return option_return_bytes(&option, sizeof(option), value, length);
}
