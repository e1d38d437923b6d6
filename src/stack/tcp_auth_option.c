/* SPDX-License-Identifier: MIT
 *
 * tcp_auth_option.c - keys as users give them: RFC 2385, 4.5; RFC 5925, 7.1
 */
#include "stack/tcp_auth_option.h"

#include <errno.h>
#include <linux/tcp.h>
#include <string.h>

#include "stack/option_value.h"
#include "stack/tcp_auth.h"

/* Can this socket, on this host without routing domains, have the key? */
static bool has_sense(const struct tcp *t, const struct tcp_key *key)
{
	return !key->interface && !(key->address.version == 6 && t->socket->domain == AF_INET);
}

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

/* The keys that @set asks for, by the id that each is known by; ENOENT if one is not there. */
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
	/* What the connection signs with now cannot be taken from it; the user chooses another one first. */
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
	}
	*mine = false;
	return -ENOPROTOOPT;
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

	*mine = name == OPTION_TCP_AO_INFO;
	if (!*mine)
		return -ENOPROTOOPT;
	if (!a->keys && !a->required)
		return -ENOENT;
	return option_return_bytes(&option, sizeof(option), value, length);
}
