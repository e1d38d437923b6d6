/* SPDX-License-Identifier: MIT
 *
 * tcp_signature_test.c - all test vectors of RFC 9235 for TCP-AO, and MD5 digests computed by another implementation
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "util/common.h"
#include "wire/tcp_key_option.h"
#include "wire/tcp_signature.h"

/* RFC 9235, 3.1.1: "testvector" is the master key of all of them. A row is a section; four rows are a connection: SYN,
 * SYN,ACK, text of the client, text of the server. Packets begin with their IP header. */
static const struct vector {
	const char *section;
	enum tcp_ao_algorithm algorithm;
	bool exclude_options;
	const char *traffic_key, *packet, *mac;
} vectors[] = {
	{ "4.1.1", TCP_AO_HMAC_SHA1, false, "6d63ef1b02fe1509d4b1402707fd7b0416abb74f",
	  "45e0004cdd0f4000ff06bf6b0a0b0c0dac1b1c1de9d700b3fbfbab5a00000000e002ffffcac40000020405b401030308"
	  "0402080a00155ab7000000001d103d542ee437c6f8ede6d7c4d602e7",
	  "2ee437c6f8ede6d7c4d602e7" },
	{ "4.1.2", TCP_AO_HMAC_SHA1, false, "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96",
	  "45e0004c65064000ff063775ac1b1c1d0a0b0c0d00b3e9d711c14261fbfbab5be012ffff37760000020405b401030308"
	  "0402080a84a50beb00155ab71d10543deeab0fe24c3010815116b3be",
	  "eeab0fe24c3010815116b3be" },
	{ "4.1.3", TCP_AO_HMAC_SHA1, false, "d2e59c65ffc7b1a39347656463b70edc24a13d71",
	  "45e0008736a14000ff06659f0a0b0c0dac1b1c1de9d700b3fbfbab5b11c14262c0180104a16200000101080a00155ac1"
	  "84a50beb1d103d547064cf998cc6c315c2c2e2bfffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d"
	  "260206010400010001020280000202020002024200020641040000dabf02084006006400010100",
	  "7064cf998cc6c315c2c2e2bf" },
	{ "4.1.4", TCP_AO_HMAC_SHA1, false, "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96",
	  "45e000871fa94000ff067c97ac1b1c1d0a0b0c0d00b3e9d711c14262fbfbab9ec0180100400c00000101080a84a50bf5"
	  "00155ac11d10543da63f0ecbbb2e635c954deac7ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d"
	  "260206010400010001020280000202020002024200020641040000dac002084006006400010100",
	  "a63f0ecbbb2e635c954deac7" },
	{ "4.2.1", TCP_AO_HMAC_SHA1, true, "30eaa1560cf0be57dab5c045229fb10a423cd7ea",
	  "45e0004c53994000ff0648e20a0b0c0dac1b1c1dff1200b3cb0efbee00000000e002ffff541f0000020405b401030308"
	  "0402080a00024cce000000001d103d5480af3cfeb85368937b8f9ec2",
	  "80af3cfeb85368937b8f9ec2" },
	{ "4.2.2", TCP_AO_HMAC_SHA1, true, "b5b2896bb3664e8176b0edc6e799524101a8307f",
	  "45e0004c32844000ff0669f7ac1b1c1d0a0b0c0d00b3ff12acd5b5e1cb0efbefe012ffff388e0000020405b401030308"
	  "0402080a576772f300024cce1d10543d09306f9acea63a8c68cb9a70",
	  "09306f9acea63a8c68cb9a70" },
	{ "4.2.3", TCP_AO_HMAC_SHA1, true, "f3db1793d7910ecd806c34f155ea1f00345953e3",
	  "45e00087a8f54000ff06f34a0a0b0c0dac1b1c1dff1200b3cb0efbefacd5b5e2c01801046c4500000101080a00024cce"
	  "576772f31d103d54710608cc696c03a271c93aa5ffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d"
	  "260206010400010001020280000202020002024200020641040000dabf02084006006400010100",
	  "710608cc696c03a271c93aa5" },
	{ "4.2.4", TCP_AO_HMAC_SHA1, true, "b5b2896bb3664e8176b0edc6e799524101a8307f",
	  "45e0008754374000ff064809ac1b1c1d0a0b0c0d00b3ff12acd5b5e2cb0efc32c018010046b600000101080a576772f3"
	  "00024cce1d10543d97766e48ac262de9ae61b4f9ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d"
	  "260206010400010001020280000202020002024200020641040000dac002084006006400010100",
	  "97766e48ac262de9ae61b4f9" },
	{ "5.1.1", TCP_AO_AES_128_CMAC, false, "f5b8b3d5f34fdbb6eb8d4ab9660e60e3",
	  "45e0004c7b9f4000ff0620dc0a0b0c0dac1b1c1dc4fa00b3787a1ddf00000000e002ffff5a0f0000020405b401030308"
	  "0402080a00017ed0000000001d103d54e477e99c8040765498e55091",
	  "e477e99c8040765498e55091" },
	{ "5.1.2", TCP_AO_AES_128_CMAC, false, "4bc7571a486f3264bbd888474066b4b1",
	  "45e0004c4bad4000ff0650ceac1b1c1d0a0b0c0d00b3c4fafadd6de9787a1de0e012fffff3f20000020405b401030308"
	  "0402080a93f4e9e800017ed01d10543dd6ada7bc4cdd536d1769db5f",
	  "d6ada7bc4cdd536d1769db5f" },
	{ "5.1.3", TCP_AO_AES_128_CMAC, false, "8c8ae0e8371ec5cbb97ea79d90418391",
	  "45e00087fb4f4000ff06a0f00a0b0c0dac1b1c1dc4fa00b3787a1de0fadd6deac0180104950500000101080a00017ed0"
	  "93f4e9e81d103d5477412742fa4dc433eff0973effffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d"
	  "260206010400010001020280000202020002024200020641040000dabf02084006006400010100",
	  "77412742fa4dc433eff0973e" },
	{ "5.1.4", TCP_AO_AES_128_CMAC, false, "4bc7571a486f3264bbd888474066b4b1",
	  "45e00087b9144000ff06e32bac1b1c1d0a0b0c0d00b3c4fafadd6dea787a1e23c0180100e7db00000101080a93f4e9e8"
	  "00017ed01d10543df6d965a78382a74845f72dacffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d"
	  "260206010400010001020280000202020002024200020641040000dac002084006006400010100",
	  "f6d965a78382a74845f72dac" },
	{ "5.2.1", TCP_AO_AES_128_CMAC, true, "2cdbae1392c49449fa92c4509735d50e",
	  "45e0004cf22e4000ff06aa4c0a0b0c0dac1b1c1dda1c00b3389bed7100000000e002ffff70bf0000020405b401030308"
	  "0402080a000185e1000000001d103d54c44e60cb31f7c0b1de3d2749",
	  "c44e60cb31f7c0b1de3d2749" },
	{ "5.2.2", TCP_AO_AES_128_CMAC, true, "3ce67a551869506b6347b633c50a624a",
	  "45e0004c6cc04000ff062fbbac1b1c1d0a0b0c0d00b3da1cd3844a6f389bed72e012ffffe4450000020405b401030308"
	  "0402080ace459838000185e11d10543d3a6abb207e49b1be7136db90",
	  "3a6abb207e49b1be7136db90" },
	{ "5.2.3", TCP_AO_AES_128_CMAC, true, "035bc400a341ffe595f59f58005006ca",
	  "45e00087ee914000ff06adae0a0b0c0dac1b1c1dda1c00b3389bed72d3844a70c0180104885100000101080a000185e1"
	  "ce4598381d103d547585e9e9d5c3ec857b96f837ffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d"
	  "260206010400010001020280000202020002024200020641040000dabf02084006006400010100",
	  "7585e9e9d5c3ec857b96f837" },
	{ "5.2.4", TCP_AO_AES_128_CMAC, true, "3ce67a551869506b6347b633c50a624a",
	  "45e000876a214000ff06321fac1b1c1d0a0b0c0d00b3da1cd3844a70389bed72c0180100044900000101080ace459838"
	  "000185e11d10543d5c040fd9233304765c0982f4ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d"
	  "260206010400010001020280000202020002024200020641040000dac002084006006400010100",
	  "5c040fd9233304765c0982f4" },
	{ "6.1.1", TCP_AO_HMAC_SHA1, false, "625ec09d575836edc9b6428418bbf06989a361bb",
	  "6e0891dc00380640fd000000000000000000000000000001fd000000000000000000000000000002f7e400b3176a833f"
	  "00000000e002ffff47210000020405a0010303080402080a0041d087000000001d103d549033ec3d7334b64c5edd039f",
	  "9033ec3d7334b64c5edd039f" },
	{ "6.1.2", TCP_AO_HMAC_SHA1, false, "e4a37ada2a0afca8711434913fe138c771ebcb4a",
	  "6e01009e00380640fd000000000000000000000000000002fd00000000000000000000000000000100b3f7e43f51994b"
	  "176a8340e012ffffbfec0000020405a0010303080402080abd33129b0041d0871d10543df1cba346c3526163f71f1f55",
	  "f1cba346c3526163f71f1f55" },
	{ "6.1.3", TCP_AO_HMAC_SHA1, false, "1ed82975f4ea444c61580c5bd90dbd61bbc91b7e",
	  "6e0891dc00730640fd000000000000000000000000000001fd000000000000000000000000000002f7e400b3176a8340"
	  "3f51994cc0180100329c00000101080a0041d091bd33129b1d103d54bf0805feb4ac7b163d6fcdf2ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b401010179260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "bf0805feb4ac7b163d6fcdf2" },
	{ "6.1.4", TCP_AO_HMAC_SHA1, false, "e4a37ada2a0afca8711434913fe138c771ebcb4a",
	  "6e01009e00730640fd000000000000000000000000000002fd00000000000000000000000000000100b3f7e43f51994c"
	  "176a8383c0180100ee6e00000101080abd3312a50041d0911d10543d6c48125c11335bab9a07a797ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b40101017a260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "6c48125c11335bab9a07a797" },
	{ "6.2.1", TCP_AO_HMAC_SHA1, true, "31a3faf69effae52931b7f845467315c270a4edc",
	  "6e078fcd00380640fd000000000000000000000000000001fd000000000000000000000000000002c6cd00b3020c1e69"
	  "00000000e002ffffa41a0000020405a0010303080402080a009db95b000000001d103d54885698b0530ed4d5a15f8346",
	  "885698b0530ed4d5a15f8346" },
	{ "6.2.2", TCP_AO_HMAC_SHA1, true, "405108947f996575e7bdbc26d40216a2c7fa91bd",
	  "6e0a7e1f00380640fd000000000000000000000000000002fd00000000000000000000000000000100b3c6cdeba3734d"
	  "020c1e6ae012ffff774d0000020405a0010303080402080a5ec99b70009db95b1d10543d3c546bad9743f12df8b8010d",
	  "3c546bad9743f12df8b8010d" },
	{ "6.2.3", TCP_AO_HMAC_SHA1, true, "b34eed6a9396a669f1c4f4f57618f3656f52c7ab",
	  "6e078fcd00730640fd000000000000000000000000000001fd000000000000000000000000000002c6cd00b3020c1e6a"
	  "eba3734ec018010083e600000101080a009db9655ec99b701d103d5448bd093b1924e001192f5bf0ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b401010179260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "48bd093b1924e001192f5bf0" },
	{ "6.2.4", TCP_AO_HMAC_SHA1, true, "405108947f996575e7bdbc26d40216a2c7fa91bd",
	  "6e0a7e1f00730640fd000000000000000000000000000002fd00000000000000000000000000000100b3c6cdeba3734e"
	  "020c1eadc0180100716a00000101080a5ec99b7a009db9651d10543d559a819445b4fde98d9e1317ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b40101017a260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "559a819445b4fde98d9e1317" },
	{ "7.1.1", TCP_AO_AES_128_CMAC, false, "fa5a2108882d39d0c71929175ab1b7b8",
	  "6e04a70600380640fd000000000000000000000000000001fd000000000000000000000000000002f85a00b3193cccec"
	  "00000000e002ffffde5d0000020405a0010303080402080a13e4ab99000000001d103d5459b588107481ac6dc3927040",
	  "59b588107481ac6dc3927040" },
	{ "7.1.2", TCP_AO_AES_128_CMAC, false, "cf1b1e225e06a63616764a067b46f4b1",
	  "6e06152000380640fd000000000000000000000000000002fd00000000000000000000000000000100b3f85aa6744ecb"
	  "193cccede012ffffeabb0000020405a0010303080402080a71daabc813e4ab991d10543ddc2843a84e78a6bcfdc5ed80",
	  "dc2843a84e78a6bcfdc5ed80" },
	{ "7.1.3", TCP_AO_AES_128_CMAC, false, "6174c3557abed27574dba37185f00300",
	  "6e04a70600730640fd000000000000000000000000000001fd000000000000000000000000000002f85a00b3193ccced"
	  "a6744eccc0180100328000000101080a13e4aba371daabc81d103d547b6a455c0d4f5f01835baab3ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b401010179260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "7b6a455c0d4f5f01835baab3" },
	{ "7.1.4", TCP_AO_AES_128_CMAC, false, "cf1b1e225e06a63616764a067b46f4b1",
	  "6e06152000730640fd000000000000000000000000000002fd00000000000000000000000000000100b3f85aa6744ecc"
	  "193ccd30c018010052f400000101080a71daabd313e4aba31d10543dc1069b7dfd3d693a6df3f289ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b40101017a260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "c1069b7dfd3d693a6df3f289" },
	{ "7.2.1", TCP_AO_AES_128_CMAC, true, "a94f511263e4093d35dd818c13bbbf53",
	  "6e093d7600380640fd000000000000000000000000000001fd000000000000000000000000000002f28800b3b01da74a"
	  "00000000e002ffff75ff0000020405a0010303080402080a14275b3b000000001d103d543d45b4342de8bb1530847898",
	  "3d45b4342de8bb1530847898" },
	{ "7.2.2", TCP_AO_AES_128_CMAC, true, "92dea5bbc78b1d9f5b2952e9cd30642a",
	  "6e0c600a00380640fd000000000000000000000000000002fd00000000000000000000000000000100b3f288a6246145"
	  "b01da74be012ffffa70c0000020405a0010303080402080a1782245b14275b3b1d10543d1d01f6c87c6f93acffa9d4b5",
	  "1d01f6c87c6f93acffa9d4b5" },
	{ "7.2.3", TCP_AO_AES_128_CMAC, true, "4fb2086e402c679079ed65d4bf97693d",
	  "6e093d7600730640fd000000000000000000000000000001fd000000000000000000000000000002f28800b3b01da74b"
	  "a6246146c0180100c36d00000101080a14275b4f1782245b1d103d54290cf414ccb47a333276e7f8ffffffffffffffff"
	  "ffffffffffffffff00430104fde800b401010179260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "290cf414ccb47a333276e7f8" },
	{ "7.2.4", TCP_AO_AES_128_CMAC, true, "92dea5bbc78b1d9f5b2952e9cd30642a",
	  "6e0c600a00730640fd000000000000000000000000000002fd00000000000000000000000000000100b3f288a6246146"
	  "b01da78ec0180100345100000101080a1782246514275b4f1d10543d99515ffcd5403499f619fd1bffffffffffffffff"
	  "ffffffffffffffff00430104fde800b40101017a260206010400010001020280000202020002024200020641040000fd"
	  "e802084006006400010100",
	  "99515ffcd5403499f619fd1b" },
};

enum { PACKET_MOST = 256 };

static size_t from_hex(const char *text, uint8_t *out)
{
	size_t count = strlen(text) / 2;

	for (size_t i = 0; i < count; i++)
		out[i] = (uint8_t)strtoul((char[]){ text[2 * i], text[2 * i + 1], '\0' }, NULL, 16);
	return count;
}

static void assert_hex(const uint8_t *bytes, const char *text, const char *section)
{
	uint8_t want[PACKET_MOST];
	size_t count = from_hex(text, want);

	if (memcmp(bytes, want, count) != 0)
		fail_msg("section %s", section);
}

/* Read @hex into @bytes and take it apart. The segment borrows from @bytes and @tuple. */
static struct signed_segment segment_of(const char *hex, uint8_t bytes[PACKET_MOST], struct packet *packet,
                                        struct tuple *tuple)
{
	size_t length = from_hex(hex, bytes), at = bytes[0] >> 4 == 6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES;
	const char *why;

	assert_int_equal(packet_parse(bytes, length, packet, &why), PACKET_OK);
	packet_tuple(packet, tuple);
	return (struct signed_segment){ &tuple->source, &tuple->destination, bytes + at, length - at };
}

static uint32_t isn_of(const struct vector *v)
{
	uint8_t bytes[PACKET_MOST];
	struct packet packet;
	struct tuple tuple;

	segment_of(v->packet, bytes, &packet, &tuple);
	return packet_transport(&packet)->tcp.seq;
}

static void vectors_compute(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		const struct vector *v = &vectors[i];
		struct tcp_ao_key key = { .algorithm = v->algorithm, .exclude_options = v->exclude_options,
		                          .mac_length = TCP_AO_MAC_BYTES, .length = 10, .master = "testvector" };
		uint8_t bytes[PACKET_MOST], traffic[TCP_AO_TRAFFIC_KEY_BYTES];
		uint8_t mac[TCP_AO_MAC_MOST], other[TCP_AO_MAC_MOST];
		struct packet packet;
		struct tuple tuple;
		uint32_t client = isn_of(v - i % 4), server = isn_of(v - i % 4 + 1);
		struct signed_segment segment = segment_of(v->packet, bytes, &packet, &tuple);
		tcp_ao_traffic_key(&key, &tuple, i % 2 ? server : client, i % 2 ? client : i % 4 ? server : 0, traffic);
		assert_hex(traffic, v->traffic_key, v->section);
		assert_true(tcp_ao_mac(&key, traffic, 0, &segment, mac));
		assert_hex(mac, v->mac, v->section);
		/* The checksum makes no difference, the extension does. */
		bytes[segment.bytes - bytes + 16] ^= 1;
		assert_true(tcp_ao_mac(&key, traffic, 0, &segment, other));
		assert_memory_equal(other, mac, TCP_AO_MAC_BYTES);
		assert_true(tcp_ao_mac(&key, traffic, 1, &segment, other));
		assert_memory_not_equal(other, mac, TCP_AO_MAC_BYTES);
	}
}

static void options_are_covered_as_the_key_says(void **state)
{
	(void)state;
	for (int exclude = 0; exclude < 2; exclude++) {
		struct tcp_ao_key key = { .exclude_options = exclude, .length = 1, .master = "k" };
		uint8_t bytes[PACKET_MOST], traffic[TCP_AO_TRAFFIC_KEY_BYTES] = { 7 };
		uint8_t before[TCP_AO_MAC_MOST], after[TCP_AO_MAC_MOST];
		struct packet packet;
		struct tuple tuple;
		struct signed_segment segment = segment_of(vectors[0].packet, bytes, &packet, &tuple);
		assert_true(tcp_ao_mac(&key, traffic, 0, &segment, before));
		bytes[segment.bytes - bytes + TCP_HEADER_BYTES + 2] ^= 1;       /* in the MSS */
		assert_true(tcp_ao_mac(&key, traffic, 0, &segment, after));
		assert_int_equal(!memcmp(before, after, sizeof(before)), exclude);
	}
}

static void a_segment_without_the_option_has_no_mac(void **state)
{
	const struct ip_address any = { .version = 4 };
	const struct tcp_ao_key key = { .length = 1 };
	uint8_t bytes[TCP_HEADER_BYTES + 4] = { [12] = 0x60, [20] = TCP_OPTION_AO, 3, 0, 0 };
	uint8_t traffic[TCP_AO_TRAFFIC_KEY_BYTES] = { 0 }, mac[TCP_AO_MAC_MOST];
	struct signed_segment segment = { &any, &any, bytes, sizeof(bytes) };

	(void)state;
	assert_false(tcp_ao_mac(&key, traffic, 0, &segment, mac));      /* shorter than its two ids */
	bytes[20] = TCP_OPTION_NOP;
	assert_false(tcp_ao_mac(&key, traffic, 0, &segment, mac));
	bytes[12] = 0xf0;                                               /* a header longer than the octets that there
	                                                                   are */
	assert_false(tcp_ao_mac(&key, traffic, 0, &segment, mac));
}

/* RFC 2385, 2.0, computed with hashlib of Python over packets of the table above. */
static void md5_digests_compute(void **state)
{
	static const struct {
		size_t vector;
		const char *key, *digest;
	} digests[] = {
		{ 0, "secret",
		  "bbcfff6123b62f9c2d984a52c4cb9f99" },
		{ 2, "secret",
		  "d7cf7b8ed1e27fddf12ab4ebd2f8a79e" },
		{ 2, "",
		  "c9fb6df185658caabc34c96a4c4eb59a" },
		{ 16, "secret",
		  "edb20bbbd0148550bc41e7bc06e59a6c" },
		{ 18, "01234567890123456789012345678901234567890123456789012345678901234567890123456789",
		  "0450b1b2ecf21f43a57591a32090cb0b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
		uint8_t bytes[PACKET_MOST], digest[TCP_MD5_BYTES];
		struct packet packet;
		struct tuple tuple;
		struct signed_segment segment = segment_of(vectors[digests[i].vector].packet, bytes, &packet, &tuple);
		tcp_md5_digest(&segment, (const uint8_t *)digests[i].key, strlen(digests[i].key), digest);
		assert_hex(digest, digests[i].digest, digests[i].key);
	}
}

static void extensions_count_wraps(void **state)
{
	(void)state;
	assert_int_equal(tcp_ao_extension(3, 100, 200), 3);
	assert_int_equal(tcp_ao_extension(3, 200, 100), 3);
	assert_int_equal(tcp_ao_extension(3, 0xffffff00, 5), 4);
	assert_int_equal(tcp_ao_extension(3, 5, 0xffffff00), 2);
}

static void prefixes_match(void **state)
{
	struct tcp_key key = { .prefix = 20 };
	struct ip_address peer;

	(void)state;
	assert_true(ip_address_parse("192.0.32.0", &key.address));
	assert_true(ip_address_parse("192.0.47.9", &peer));
	assert_true(tcp_key_is_for(&key, &peer));
	assert_true(ip_address_parse("192.0.48.9", &peer));
	assert_false(tcp_key_is_for(&key, &peer));
	key.prefix = 0;
	assert_true(tcp_key_is_for(&key, &peer));
	assert_true(ip_address_parse("2001:db8::1", &peer));
	assert_false(tcp_key_is_for(&key, &peer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_compute),
		cmocka_unit_test(options_are_covered_as_the_key_says),
		cmocka_unit_test(a_segment_without_the_option_has_no_mac),
		cmocka_unit_test(md5_digests_compute),
		cmocka_unit_test(extensions_count_wraps),
		cmocka_unit_test(prefixes_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
