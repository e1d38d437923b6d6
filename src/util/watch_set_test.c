/* SPDX-License-Identifier: MIT
 *
 * watch_set_test.c - levels, edges, one shots, turns, and sets in sets, over descriptors that are numbers
 */
#include "util/watch_set.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FDS = 4 };

/* Descriptor N is ready for .ready[N]; the sets have numbers from 10. */
struct world {
	uint32_t ready[FDS];
	uint64_t generation[FDS];
	bool no_memory;
	struct watch_sets sets;
};

static uint32_t ready(void *context, int fd, uint32_t events, uint64_t *generation)
{
	const struct world *w = context;

	if (generation)
		*generation = w->generation[fd];
	return w->ready[fd] & (events | EPOLLERR | EPOLLHUP);
}

static void *allocate(void *context, size_t size)
{
	const struct world *w = context;

	return w->no_memory ? NULL : calloc(1, size);
}

static void release(void *context, void *memory)
{
	(void)context;
	free(memory);
}

static const struct watch_owner owner = { ready, allocate, release };

/* Each test has a world of its own, with one set, number 10. */
static int begin(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->sets = (struct watch_sets){ .owner = &owner, .context = w };
	watch_set_new(&w->sets, 10);
	*state = w;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;

	watch_sets_free(&w->sets);
	free(w);
	return 0;
}

static int control(struct world *w, int set, int operation, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return watch_set_control(&w->sets, watch_set_find(&w->sets, set), operation, fd, &event);
}

/* The descriptor that a set reports when there is room for one; -1: none. */
static int reported(struct world *w, int set)
{
	struct epoll_event event;

	return watch_set_collect(&w->sets, watch_set_find(&w->sets, set), &event, 1) ? event.data.fd : -1;
}

static void become(struct world *w, int fd, uint32_t events)
{
	w->ready[fd] = events;
	w->generation[fd]++;
}

static void levels_edges_and_one_shots(void **state)
{
	struct world *w = *state;

	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(reported(w, 10), -1);
	become(w, 0, EPOLLIN);
	assert_int_equal(reported(w, 10), 0);
	assert_int_equal(reported(w, 10), 0);

	assert_int_equal(control(w, 10, EPOLL_CTL_MOD, 0, EPOLLIN | EPOLLET), 0);
	assert_int_equal(reported(w, 10), 0);
	assert_int_equal(reported(w, 10), -1);
	become(w, 0, EPOLLIN);
	assert_int_equal(reported(w, 10), 0);

	assert_int_equal(control(w, 10, EPOLL_CTL_MOD, 0, EPOLLIN | EPOLLONESHOT), 0);
	assert_int_equal(reported(w, 10), 0);
	become(w, 0, EPOLLIN);
	assert_int_equal(reported(w, 10), -1);
}

static void an_edge_is_a_return_to_the_same_state_too(void **state)
{
	struct world *w = *state;

	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 0, EPOLLIN | EPOLLET), 0);
	w->ready[0] = EPOLLIN;
	w->generation[0] = 7;
	assert_int_equal(reported(w, 10), 0);
	/* a generation that is made from readiness returns to an earlier value */
	w->ready[0] = 0;
	w->generation[0] = 0;
	assert_int_equal(reported(w, 10), -1);
	w->ready[0] = EPOLLIN;
	w->generation[0] = 7;
	assert_int_equal(reported(w, 10), 0);
}

static void each_has_its_turn(void **state)
{
	struct world *w = *state;

	for (int fd = 0; fd < 3; fd++) {
		assert_int_equal(control(w, 10, EPOLL_CTL_ADD, fd, EPOLLOUT), 0);
		become(w, fd, EPOLLOUT);
	}
	for (int i = 0; i < 6; i++)
		assert_int_equal(reported(w, 10), i % 3);
}

static void sets_watch_sets_but_in_no_circle(void **state)
{
	struct world *w = *state;

	for (int set = 11; set < 16; set++)
		watch_set_new(&w->sets, set);
	for (int set = 10; set < 14; set++)
		assert_int_equal(control(w, set, EPOLL_CTL_ADD, set + 1, EPOLLIN), 0);
	assert_int_equal(control(w, 14, EPOLL_CTL_ADD, 15, EPOLLIN), -ELOOP);
	assert_int_equal(control(w, 14, EPOLL_CTL_ADD, 10, EPOLLIN), -ELOOP);
	assert_int_equal(control(w, 15, EPOLL_CTL_ADD, 14, EPOLLIN | EPOLLEXCLUSIVE), -EINVAL);

	assert_int_equal(control(w, 14, EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(reported(w, 10), -1);
	become(w, 0, EPOLLIN);
	assert_int_equal(reported(w, 10), 11);
	assert_int_equal(reported(w, 14), 0);
	assert_true(watch_sets_close(&w->sets, 12));
	assert_int_equal(reported(w, 10), -1);
	assert_false(watch_sets_close(&w->sets, 0));
	assert_int_equal(reported(w, 14), -1);
}

static void an_edge_below_is_an_edge_above(void **state)
{
	struct world *w = *state;

	watch_set_new(&w->sets, 11);
	assert_int_equal(control(w, 11, EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 11, EPOLLIN | EPOLLET), 0);
	become(w, 0, EPOLLIN);
	assert_int_equal(reported(w, 10), 11);
	assert_int_equal(reported(w, 10), -1);
	become(w, 0, EPOLLIN);
	assert_int_equal(reported(w, 10), 11);
}

static void what_is_refused(void **state)
{
	struct world *w = *state;

	assert_int_equal(control(w, 10, EPOLL_CTL_MOD, 0, EPOLLIN), -ENOENT);
	assert_int_equal(control(w, 10, EPOLL_CTL_DEL, 0, 0), -ENOENT);
	assert_int_equal(control(w, 10, 77, 0, EPOLLIN), -EINVAL);
	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 0, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT), -EINVAL);
	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 0, EPOLLIN), 0);
	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 0, EPOLLIN), -EEXIST);
	assert_int_equal(watch_set_control(&w->sets, watch_set_find(&w->sets, 10), EPOLL_CTL_MOD, 0, NULL), -EFAULT);
	w->no_memory = true;
	assert_int_equal(control(w, 10, EPOLL_CTL_ADD, 1, EPOLLIN), -ENOMEM);
	assert_null(watch_set_new(&w->sets, 11));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(levels_edges_and_one_shots, begin, end),
		cmocka_unit_test_setup_teardown(an_edge_is_a_return_to_the_same_state_too, begin, end),
		cmocka_unit_test_setup_teardown(each_has_its_turn, begin, end),
		cmocka_unit_test_setup_teardown(sets_watch_sets_but_in_no_circle, begin, end),
		cmocka_unit_test_setup_teardown(an_edge_below_is_an_edge_above, begin, end),
		cmocka_unit_test_setup_teardown(what_is_refused, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
