//! Words that no contract has: kept, shown, and taken for nothing that they may not mean.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind, Trouble};
use runsheet::domain::outcome::{Cause, Outcome};
use runsheet::domain::remote::{RemotePost, RemoteState};
use runsheet::provider::{ProviderExt, Query};

use crate::stage::{Stage, in_hours};

const MANY: usize = 1_000;

/// From now on every answer to a question says `to` where it would say `from`.
fn reworded(stage: &Stage, from: &'static str, to: &'static str) {
    stage.rest();
    let fault = Fault::once(FaultKind::Reworded(from, to)).at(stage.name).on("GET", "/").times(MANY);
    stage.demo.world.fault(fault);
}

/// The post, as it is read by its id and in a listing.
async fn both_ways(stage: &Stage, id: &runsheet::domain::ids::RemoteId) -> [RemotePost; 2] {
    let one = stage.provider.post(id).await.unwrap();
    let listed = stage.provider.all_posts(&Query::default()).await.unwrap();
    assert!(listed.spoiled.is_empty(), "{:?}", listed.spoiled);
    let same = listed.items.into_iter().find(|post| post.id == *id).unwrap();
    [one, same]
}

pub async fn a_status_that_no_contract_has_claims_nothing(stage: &Stage) {
    let words: &[&str] = match stage.name {
        "oktopost" => &["pending", "complete"],
        "posto" => &["not_sent", "success"],
        "postforme" => &["scheduled", "processed"],
        _ => &["scheduled", "published"],
    };
    let id = stage.create(stage.submission("Hello", in_hours(2))).await;
    for word in words {
        reworded(stage, word, "levitating \u{1b}[2j");
        for post in both_ways(stage, &id).await {
            assert_eq!(post.state, RemoteState::Other("levitating [2j".into()), "{post:?}");
            let [target] = post.targets.as_slice() else { panic!("{post:?}") };
            let said = "the provider says \"levitating [2j\", a word runsheet does not know";
            let told = post.strange();
            match &target.outcome {
                Outcome::Unknown { words, .. } => assert_eq!((words.as_str(), told), (said, Vec::new())),
                // What a channel says of itself, in a word that is known, stands.
                Outcome::Accepted | Outcome::Published { .. } if target_has_a_word(stage) => assert_eq!(told, [said]),
                other => panic!("{other:?}"),
            }
        }
        stage.demo.world.clear_faults();
        stage.pass(TimeDelta::hours(3));
    }
}

/// Whether channels of a post have a status of their own that is not the word of the post.
fn target_has_a_word(stage: &Stage) -> bool {
    matches!(stage.name, "late" | "voxburst")
}

pub async fn a_network_that_no_contract_has_keeps_its_word(stage: &Stage) {
    let word = match stage.name {
        "oktopost" => "Twitter",
        "postforme" => "x",
        _ => "twitter",
    };
    let id = stage.create(stage.submission("Hello", in_hours(2))).await;
    reworded(stage, word, "Mars Net");
    for post in both_ways(stage, &id).await {
        assert_eq!((post.targets[0].network.key(), &post.targets[0].outcome), ("mars_net", &Outcome::Accepted));
        assert!(post.strange()[0].contains("mars_net"), "{:?}", post.strange());
    }
    let channels = stage.provider.all_channels().await.unwrap();
    assert!(channels.spoiled.is_empty() && channels.items.iter().any(|channel| channel.network.key() == "mars_net"));
}

pub async fn a_failure_that_no_contract_has_keeps_its_words(stage: &Stage) {
    let id = stage.create(stage.submission("Hello", in_hours(2))).await;
    let channel = stage.target("x").remote;
    let trouble = Trouble::named("mystery", "twitter").unwrap();
    assert!(stage.demo.world.set_trouble(stage.name, id.as_str(), channel.as_str(), trouble));
    stage.pass(TimeDelta::hours(3));
    let code = match stage.name {
        "late" => "unknown",
        "voxburst" => "PUBLISH_ERROR",
        "postforme" => "Failed to post to X: Something went wrong while publishing.",
        // Here the words are all there is.
        _ => "Something went wrong while publishing.",
    };
    reworded(stage, code, "E_GREMLINS_77");
    for post in both_ways(stage, &id).await {
        let Outcome::Refused(refusal) = &post.targets[0].outcome else { panic!("{post:?}") };
        assert_eq!(refusal.cause, Cause::Other, "{refusal:?}");
        let answer = refusal.answer.as_deref().unwrap_or_default();
        assert!(answer.contains("E_GREMLINS_77") || stage.name == "posto", "the raw answer is kept: {refusal:?}");
        assert!(!refusal.words.is_empty());
    }
}
