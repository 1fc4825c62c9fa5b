/* prefix.h -- names of our own for what the library takes from the rest.
 *
 * Included before everything else of it (see Makefile.am).  A static library
 * has no inside: link_init() of some program and ours would be one function, or
 * an error of the linker.  A test sees that no name has been forgotten. */
#ifndef HEADWAY_PREFIX_H
#define HEADWAY_PREFIX_H

#define amount_add headway__amount_add
#define amount_init headway__amount_init
#define amount_read headway__amount_read
#define amount_replace headway__amount_replace
#define clock_mono headway__clock_mono
#define clock_now headway__clock_now
#define clock_set_by headway__clock_set_by
#define clock_sooner headway__clock_sooner
#define clock_wall headway__clock_wall
#define forks_add headway__forks_add
#define forks_hold headway__forks_hold
#define forks_release headway__forks_release
#define forks_remove headway__forks_remove
#define hear headway__hear
#define link_close headway__link_close
#define link_connect headway__link_connect
#define link_flush headway__link_flush
#define link_idle headway__link_idle
#define link_init headway__link_init
#define link_put headway__link_put
#define link_read headway__link_read
#define name_below headway__name_below
#define name_covered headway__name_covered
#define name_parent headway__name_parent
#define name_wrong headway__name_wrong
#define news_line headway__news_line
#define number_ok headway__number_ok
#define number_percent headway__number_percent
#define number_text headway__number_text
#define say_begin headway__say_begin
#define say_end headway__say_end
#define say_item headway__say_item
#define say_list headway__say_list
#define say_list_end headway__say_list_end
#define say_null headway__say_null
#define say_number headway__say_number
#define say_text headway__say_text
#define say_time headway__say_time
#define say_true headway__say_true
#define sender_close headway__sender_close
#define sender_join headway__sender_join
#define sender_leave headway__sender_leave
#define sender_ring headway__sender_ring
#define sender_start headway__sender_start
#define sender_wake headway__sender_wake
#define tail_add headway__tail_add
#define tail_next headway__tail_next
#define tail_rewind headway__tail_rewind
#define tail_sent headway__tail_sent
#define unixsock_address headway__unixsock_address
#define unixsock_connect headway__unixsock_connect
#define unixsock_find headway__unixsock_find
#define unixsock_reach headway__unixsock_reach
#define unixsock_stream headway__unixsock_stream
#define unixsock_told headway__unixsock_told
#define unixsock_user_path headway__unixsock_user_path
#define utf8_char headway__utf8_char
#define utf8_check headway__utf8_check

#endif
