/* SPDX-License-Identifier: MIT
 *
 * tcp_key_option.c - keys as setsockopt() takes them
 */
#include "wire/tcp_key_option.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "util/common.h"

void tcp_key_address(const struct sockaddr_storage *from, struct ip_address *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	*out = (struct ip_address){ 0 };
	if (from->ss_family == AF_INET) {
		memcpy(&in, from, sizeof(in));
		out->version = 4;
		memcpy(out->bytes, &in.sin_addr, 4);
	} else if (from->ss_family == AF_INET6) {
		memcpy(&in6, from, sizeof(in6));
		bool mapped = IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr);
		out->version = mapped ? 4 : 6;
		memcpy(out->bytes, in6.sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 16);
	}
}

bool tcp_key_is_for(const struct tcp_key *key, const struct ip_address *peer)
{
	int whole = key->prefix / 8, rest = key->prefix % 8;

	if (key->address.version != peer->version || memcmp(key->address.bytes, peer->bytes, (size_t)whole) != 0)
		return false;
	return !rest || !((key->address.bytes[whole] ^ peer->bytes[whole]) >> (8 - rest));
}

/* How many bits of the address count when all of it does; for an IPv4-mapped address this is a number of IPv6 bits. */
static uint8_t whole_prefix(const struct tcp_key *key)
{
	return key->address.version == 4 ? 32 : 128;
}

static int read_prefix(struct tcp_key *key, bool mapped, uint8_t bits)
{
	if (mapped && bits > 32)
		bits = bits >= 96 && bits <= 128 ? (uint8_t)(bits - 96) : UINT8_MAX;
	if (bits > whole_prefix(key))
		return EINVAL;
	key->prefix = bits;
	return 0;
}

static int read_md5(bool extended, const void *value, size_t length, struct tcp_key *out)
{
	struct tcp_md5sig option;
	struct sockaddr_storage from;

	if (length < sizeof(option))
		return EINVAL;
	memcpy(&option, value, sizeof(option));
	memcpy(&from, &option.tcpm_addr, sizeof(from));
	tcp_key_address(&from, &out->address);
	if (!out->address.version || option.tcpm_keylen > TCP_MD5SIG_MAXKEYLEN)
		return EINVAL;
	out->secret.length = (uint8_t)option.tcpm_keylen;
	memcpy(out->secret.master, option.tcpm_key, out->secret.length);
	out->prefix = whole_prefix(out);
	if (extended && option.tcpm_flags & TCP_MD5SIG_FLAG_IFINDEX)
		out->interface = option.tcpm_ifindex;
	if (extended && option.tcpm_flags & TCP_MD5SIG_FLAG_PREFIX)
		return read_prefix(out, from.ss_family == AF_INET6 && out->address.version == 4, option.tcpm_prefixlen);
	return 0;
}

static int read_ao(const void *value, size_t length, struct tcp_key *out)
{
	static const struct {
		const char *name;
		enum tcp_ao_algorithm algorithm;
	} names[] = {
		{ "hmac(sha1)", TCP_AO_HMAC_SHA1 }, { "cmac(aes128)", TCP_AO_AES_128_CMAC },
		{ "cmac(aes)", TCP_AO_AES_128_CMAC },
	};
	struct ao_add_option option;
	size_t i = 0;

	if (length < sizeof(option))
		return EINVAL;
	memcpy(&option, value, sizeof(option));
	tcp_key_address(&option.addr, &out->address);
	if (!out->address.version || option.reserved || option.set & ~(uint32_t)(AO_SET_CURRENT | AO_SET_RNEXT) ||
	    option.keylen > TCP_KEY_BYTES || !memchr(option.alg_name, '\0', sizeof(option.alg_name)) ||
	    option.keyflags & ~(AO_KEY_IFINDEX | AO_KEY_EXCLUDE_OPTIONS))
		return EINVAL;
	while (i < ARRAY_LEN(names) && strcmp(names[i].name, option.alg_name) != 0)
		i++;
	if (i == ARRAY_LEN(names))
		return ENOENT;
	out->ao = true;
	out->interface = option.keyflags & AO_KEY_IFINDEX ? option.ifindex : 0;
	out->send_id = option.sndid;
	out->receive_id = option.rcvid;
	out->secret = (struct tcp_ao_key){
		.algorithm = names[i].algorithm, .exclude_options = option.keyflags & AO_KEY_EXCLUDE_OPTIONS,
		.mac_length = option.maclen ? option.maclen : TCP_AO_MAC_BYTES, .length = option.keylen,
	};
	if (out->secret.mac_length > (names[i].algorithm == TCP_AO_HMAC_SHA1 ? 20 : 16))
		return EINVAL;
	memcpy(out->secret.master, option.key, option.keylen);
	return read_prefix(out, option.addr.ss_family == AF_INET6 && out->address.version == 4, option.prefix);
}

int tcp_key_read(int name, const void *value, size_t length, struct tcp_key *out)
{
	*out = (struct tcp_key){ 0 };
	if (!value)
		return EFAULT;
	if (name == OPTION_TCP_AO_ADD_KEY)
		return read_ao(value, length, out);
	return name == TCP_MD5SIG || name == TCP_MD5SIG_EXT ? read_md5(name == TCP_MD5SIG_EXT, value, length, out)
	                                                    : EINVAL;
}
