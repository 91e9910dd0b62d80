//! One suite, every provider: each case runs against the provider's simulator, and says by capability what it expects
//! where providers differ.

// A failed expectation is the very point of a test; the exemption in clippy.toml only sees functions marked as tests.
#![allow(clippy::unwrap_used)]

mod authorising;
mod budget;
mod changing;
mod clocks;
mod doors;
mod failover;
mod faults;
mod hidden;
mod hostile;
mod lagging;
mod limits;
mod numbers;
mod options;
mod outlining;
mod patience;
mod queues;
mod reading;
mod refusals;
mod resting;
mod retrying;
mod site;
mod stage;
mod strange;
mod tables;
mod twins;
mod vanishing;
mod waiting;
mod writing;

/// Runs every named case once per provider, each in a world of its own.
macro_rules! for_each_provider {
    ($($module:ident: $($case:ident),+;)+) => {
        for_each_provider!(@one late, $($module: $($case),+;)+);
        for_each_provider!(@one oktopost, $($module: $($case),+;)+);
        for_each_provider!(@one voxburst, $($module: $($case),+;)+);
        for_each_provider!(@one postforme, $($module: $($case),+;)+);
        for_each_provider!(@one posto, $($module: $($case),+;)+);
    };
    (@one $provider:ident, $($module:ident: $($case:ident),+;)+) => {
        mod $provider {
            $($(
                #[tokio::test]
                async fn $case() {
                    crate::$module::$case(&crate::stage::Stage::open(stringify!($provider)).await).await;
                }
            )+)+
        }
    };
}

for_each_provider! {
    reading:
        the_key_proves_itself,
        a_wrong_key_is_answered_and_never_shown,
        channels_are_listed_to_the_end,
        posts_are_listed_to_the_end_each_once,
        posts_that_arrive_while_paging_disturb_nothing,
        a_page_that_repeats_ends_the_walk,
        a_window_lists_what_is_in_it,
        a_lively_month_reads_without_oddities,
        a_post_is_found_by_its_id_or_not_at_all;
    writing:
        what_was_created_reads_back_equal,
        the_instant_survives_every_zone,
        a_draft_stays_one_until_it_gets_a_time,
        at_once_goes_out_once,
        a_revision_replaces_text_channels_and_time,
        words_that_another_post_shares_stay_as_they_are,
        a_composed_post_becomes_as_many_as_it_takes,
        removing_twice_is_removing_once,
        what_is_live_is_not_removed,
        a_retry_sends_only_what_failed,
        a_scheduled_post_can_be_published_at_once,
        a_picture_from_the_web_travels_with_its_post,
        a_file_of_this_machine_is_uploaded_whole_or_not_at_all;
    outlining:
        what_was_outlined_is_what_arrives;
    queues:
        a_queue_gives_each_post_a_place_of_its_own,
        a_place_in_the_queue_is_taken_over_under_any_fault,
        a_post_that_waits_for_its_queue_is_never_late;
    tables:
        a_table_is_judged_without_a_trace_and_made_once,
        an_older_host_answers_about_a_table_in_its_own_way,
        a_lost_answer_about_a_table_is_said_to_be_one;
    options:
        every_option_arrives_and_comes_back,
        what_tiktok_wants_said_is_said,
        a_level_that_the_account_does_not_have_is_refused,
        a_first_comment_arrives_comes_back_and_goes_away,
        a_thread_arrives_in_its_parts_and_comes_back_whole,
        attachments_of_one_channel_alone_stay_with_it,
        what_is_not_carried_together_becomes_posts_of_their_own;
    numbers:
        what_is_published_has_numbers_where_the_provider_tells_them;
    limits:
        what_a_provider_publishes_of_limits_is_read,
        a_host_that_publishes_no_limits_is_no_trouble,
        what_a_provider_says_of_one_attachment_joins_its_check;
    authorising:
        a_channel_is_connected_once_somebody_agrees,
        a_channel_whose_authorisation_is_gone_is_renewed,
        a_network_without_a_link_is_refused_in_words;
    faults:
        a_create_under_any_fault_happens_once,
        a_create_that_is_still_running_asks_us_to_wait,
        publishing_at_once_under_a_cut_happens_once,
        a_key_is_good_for_one_body,
        the_same_words_twice_are_told_apart_from_a_repeat,
        a_read_under_any_fault_is_only_lost_time,
        a_revoked_key_stops_a_write,
        nobody_listening_means_not_sent,
        a_stop_between_two_steps_makes_no_second_post,
        the_same_request_twice_makes_one_post_where_a_message_tells;
    retrying:
        what_failed_goes_out_again_and_no_sync_makes_two_of_it,
        what_failed_and_is_gone_there_is_made_anew,
        what_was_put_away_stays_so_when_the_rest_is_tried_again,
        what_may_have_left_is_not_sent_again_once_its_time_has_passed,
        what_was_moved_meanwhile_is_still_found_by_our_reference,
        what_was_made_a_day_ago_for_weeks_ahead_is_found,
        a_lost_answer_is_settled_without_a_second_post;
    lagging:
        a_log_that_is_written_late_is_asked_for_again,
        at_once_is_a_moment_ahead_whenever_it_leaves,
        a_moment_that_passes_on_the_way_is_given_up;
    budget:
        a_minute_s_calls_are_kept_and_waited_for,
        a_block_outlives_the_program;
    failover:
        what_an_account_did_not_take_goes_out_through_the_next_once,
        what_may_have_happened_is_never_handed_on,
        a_no_that_lies_with_the_account_goes_to_the_next_by_its_kind,
        a_pause_that_the_person_allows_is_waited_for,
        a_file_that_broke_off_goes_through_the_next_once,
        a_step_that_broke_off_before_the_post_goes_through_the_next_once,
        a_refusal_that_lies_with_the_post_stays;
    waiting:
        a_file_of_this_machine_stays_here_where_only_addresses_go,
        a_post_whose_channel_is_cut_off_says_so_and_is_kept,
        a_post_whose_channel_is_gone_stays_here;
    patience:
        a_provider_that_asks_for_days_is_asked_again_after_the_longest_wait,
        a_provider_that_fails_is_out_of_reach_until_it_is_read_again;
    clocks:
        what_is_there_already_is_adopted_whatever_this_machine_s_clock_says;
    resting:
        what_finds_the_store_damaged_stops_before_the_next_send;
    vanishing:
        a_list_that_shrinks_to_nothing_is_questioned,
        a_key_of_another_workspace_makes_nothing_gone,
        what_was_all_deleted_there_is_deleted_here_by_a_person,
        a_page_of_something_on_the_way_makes_nothing_gone;
    twins:
        a_refused_duplicate_is_linked_to_its_live_twin_for_good,
        what_was_linked_is_not_sent_when_the_rest_is_tried_again;
    refusals:
        a_text_that_is_too_long_is_refused_in_words,
        missing_media_is_refused_in_words,
        an_unknown_channel_is_refused,
        a_disconnected_channel_asks_to_be_connected_again,
        a_check_names_networks_and_makes_nothing,
        what_is_bound_to_be_refused_is_said_before;
    strange:
        a_status_that_no_contract_has_claims_nothing,
        a_network_that_no_contract_has_keeps_its_word,
        a_failure_that_no_contract_has_keeps_its_words;
    hostile:
        a_malformed_item_spoils_only_itself,
        a_redirect_is_not_followed_and_the_key_stays_here,
        a_web_page_instead_of_the_api_points_at_the_address,
        a_refusal_of_something_on_the_way_does_not_make_a_post_gone,
        a_host_without_the_newer_calls_still_proves_the_key,
        a_huge_answer_is_bounded;
}
