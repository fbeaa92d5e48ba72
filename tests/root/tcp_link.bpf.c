// SPDX-License-Identifier: GPL-2.0
/* A TCP congestion control that does as little as the kernel accepts. */
#define SEC(name) __attribute__((section(name), used))

struct sock;

struct tcp_congestion_ops {
	unsigned int (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, unsigned int ack, unsigned int acked);
	unsigned int (*undo_cwnd)(struct sock *sk);
	char name[16];
} __attribute__((preserve_access_index));

SEC("struct_ops")
unsigned int mmp_ssthresh(void *ctx)
{
	return 2;
}

SEC("struct_ops")
void mmp_cong_avoid(void *ctx)
{
}

SEC("struct_ops")
unsigned int mmp_undo_cwnd(void *ctx)
{
	return 2;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops mmp_tcp = {
	.ssthresh = (void *)mmp_ssthresh,
	.cong_avoid = (void *)mmp_cong_avoid,
	.undo_cwnd = (void *)mmp_undo_cwnd,
	.name = "mmp_test",
};

char _license[] SEC("license") = "GPL";
