//! Whose key, which channels, which posts: to the end, each once.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use runsheet::demo::{self, Fault, FaultKind, Health as SimHealth, Request, Seed, WebPost};
use runsheet::domain::channel::Health;
use runsheet::domain::ids::RemoteId;
use runsheet::domain::outcome::Outcome;
use runsheet::domain::remote::RemoteState;
use runsheet::domain::write::Write;
use runsheet::provider::capability::Paging;
use runsheet::provider::{Kind, ProviderExt, Query, Reach};

use crate::stage::{Stage, connect, in_hours, limits, noon};

pub async fn the_key_proves_itself(stage: &Stage) {
    assert!(!stage.provider.identity().await.unwrap().name.is_empty());
    assert_eq!(stage.requests().len(), 1);
}

pub async fn a_wrong_key_is_answered_and_never_shown(stage: &Stage) {
    let wrong = stage.wrong_key();
    let provider = stage.with(Some(&wrong), limits());
    let write = Write::Create { submission: stage.submission("Hello", in_hours(2)) };
    let errors = [
        provider.identity().await.unwrap_err(),
        provider.channels(None).await.unwrap_err(),
        provider.posts(&Query::default(), None).await.unwrap_err(),
        provider.send(&stage.freeze(&write, stage.intent())).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind, error.reach, error.status), (Kind::Unauthorised, Reach::Answered, Some(401)));
        let shown = format!("{error} {error:?}");
        // Of a name and a password neither both nor the password alone.
        assert!(!wrong.rsplit(':').next().is_some_and(|secret| shown.contains(secret)), "{shown}");
    }
    assert!(stage.posts().is_empty());
}

pub async fn channels_are_listed_to_the_end(stage: &Stage) {
    let known = stage.demo.world.channels(stage.name);
    let token_ends = noon() + TimeDelta::hours(3);
    stage.demo.world.set_health(stage.name, &known[0].id, SimHealth::Expiring(token_ends));
    stage.demo.world.set_health(stage.name, &known[1].id, SimHealth::Expired);
    let channels = stage.provider.all_channels().await.unwrap();
    let ids: Vec<_> = channels.items.iter().map(|channel| channel.id.as_str()).collect();
    assert_eq!(ids, known.iter().map(|channel| channel.id.as_str()).collect::<Vec<_>>());
    assert!((channels.next.is_none(), channels.spoiled.is_empty()) == (true, true));
    assert!(channels.items.iter().all(|channel| channel.network.is_known() && !channel.handle.is_empty()));
    let health = |at: usize| &channels.items[at].health;
    // Some only say whether a session, or a profile, still works.
    let tells_expiry = !matches!(stage.name, "oktopost" | "posto");
    assert_eq!(matches!(health(0), Health::Expiring { .. } | Health::Degraded { .. }), tells_expiry, "{:?}", health(0));
    assert!(tells_expiry || *health(0) == Health::Ok);
    assert!(matches!(health(1), Health::Reconnect { words } if !words.is_empty()), "{:?}", health(1));
    assert_eq!(health(2), &Health::Ok);
}

pub async fn posts_are_listed_to_the_end_each_once(stage: &Stage) {
    let made: BTreeSet<String> = stage.fill(250).into_iter().collect();
    let listed = stage.provider.all_posts(&Query::default()).await.unwrap();
    let ids: Vec<String> = listed.items.iter().map(|post| post.id.to_string()).collect();
    assert_eq!(ids.len(), 250);
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), made);
    assert!(listed.next.is_none() && listed.spoiled.is_empty());
    // Where texts are kept elsewhere, those of a page come in one more request.
    let (texts, asked): (Vec<_>, Vec<_>) =
        stage.requests().into_iter().partition(|request| request.path.ends_with("/message"));
    let pages = 250usize.div_ceil(stage.per_page());
    assert_eq!(texts.len(), if stage.one_network() { pages } else { 0 });
    // Some read what is to come first, and what is over in a walk of its own; and the names of campaigns once.
    let apart = |request: &Request| request.query.contains("status=processed") || request.path.ends_with("/campaign");
    let listing = asked.iter().filter(|request| !apart(request)).count();
    assert_eq!(listing, pages, "as many a page as there may be");
    assert!(asked.len() <= pages + 1);
}

pub async fn posts_that_arrive_while_paging_disturb_nothing(stage: &Stage) {
    let made: BTreeSet<String> = stage.fill(230).into_iter().collect();
    let mut seen = Vec::new();
    let mut at = None;
    loop {
        let page = stage.provider.posts(&Query::default(), at).await.unwrap();
        seen.extend(page.items.iter().map(|post| post.id.to_string()));
        stage.fill(3);
        at = page.next;
        if at.is_none() {
            break;
        }
    }
    let once: BTreeSet<String> = seen.iter().cloned().collect();
    // What is counted in pages shows some again when others come before them; nothing is lost by that.
    let counts_pages = stage.provider.capabilities().paging == Paging::Page;
    assert!(counts_pages || once.len() == seen.len(), "no post twice");
    assert!(made.is_subset(&once), "none of the older ones is missing");
}

pub async fn a_page_that_repeats_ends_the_walk(stage: &Stage) {
    stage.fill(250);
    stage
        .demo
        .world
        .fault(Fault::once(FaultKind::RepeatPage).at(stage.name).on("GET", stage.list_path()).skip(1).times(50));
    let listed = stage.provider.all_posts(&Query::default()).await.unwrap();
    // Where rows make up posts, the last one of a page may go on on the next.
    let open = usize::from(stage.name == "posto");
    assert_eq!(listed.items.len(), stage.per_page() - open);
    assert_eq!(listed.spoiled.len(), 1, "the walk says that it is not complete: {:?}", listed.spoiled);
    let texts = stage.requests().iter().filter(|request| request.path.ends_with("/message")).count();
    assert!(stage.requests().len() - texts <= 3);
}

pub async fn a_window_lists_what_is_in_it(stage: &Stage) {
    let account = stage.target("x").remote.as_str().to_owned();
    let put = |days: i64| {
        let scheduled_for = Some(noon() + TimeDelta::days(days));
        let post = WebPost { content: format!("In {days} days"), accounts: vec![account.clone()], scheduled_for };
        RemoteId::new(stage.demo.world.add_post(stage.name, post).unwrap())
    };
    let (inside, edge, outside) = (put(5), put(7), put(40));
    let (from, to) = (Some(noon() + TimeDelta::days(4)), Some(noon() + TimeDelta::days(7)));
    let window = Query { from, to, ..Query::default() };
    let listed = stage.provider.all_posts(&window).await.unwrap();
    let has = |id: &RemoteId| listed.items.iter().any(|post| post.id == *id);
    assert!(has(&inside) && has(&edge) && !has(&outside));
}

pub async fn a_post_is_found_by_its_id_or_not_at_all(stage: &Stage) {
    let id = stage.create(stage.submission("Here I am", in_hours(2))).await;
    assert_eq!(stage.provider.post(&id).await.unwrap().body, "Here I am");
    let unknown: String = id.as_str().chars().rev().map(|c| if c == 'c' { 'd' } else { c }).collect();
    for strange in [unknown.as_str(), "nonsense", "../accounts", "a b"] {
        let error = stage.provider.post(&RemoteId::new(strange)).await.unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::NotFound, Reach::Answered), "{strange}: {error}");
    }
}

pub async fn a_lively_month_reads_without_oddities(stage: &Stage) {
    let zone = chrono_tz::Europe::Berlin;
    let demo = demo::start(Seed::Week { zone }, stage.clock.clone()).await.unwrap();
    let account = demo.account(stage.name).unwrap();
    let provider = connect(stage.name, &account.base_url, &account.key, limits(), &stage.clock);
    let there = demo.world.posts(stage.name);
    let listed = provider.all_posts(&Query::default()).await.unwrap();
    assert!(listed.items.len() > 10 && listed.items.len() == there.len(), "{}", listed.items.len());
    assert_eq!(listed.spoiled, Vec::<String>::new());
    let known = provider.all_channels().await.unwrap();
    for post in &listed.items {
        assert_eq!(post.oddities, Vec::<String>::new(), "{post:?}");
        assert!(!matches!(post.state, RemoteState::Other(_)), "{post:?}");
        for target in &post.targets {
            assert!(known.items.iter().any(|channel| channel.id == target.channel), "{target:?}");
            if let Outcome::Refused(refusal) = &target.outcome {
                let answer = refusal.answer.as_deref().unwrap_or_default();
                assert!(!refusal.words.is_empty());
                // What it was read from, short, and without what the program itself is let in by.
                assert!(answer.starts_with('{') && answer.chars().count() <= 1_001, "{refusal:?}");
                assert!(!answer.contains(account.key.as_str()), "{refusal:?}");
            }
        }
        assert_eq!(&provider.post(&post.id).await.unwrap(), post, "a list shows what a read shows");
    }
}
