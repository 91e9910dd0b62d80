//! What a provider publishes of what networks and single channels take.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::channel::{Channel, Health};
use runsheet::domain::ids::{AccountName, ChannelId, RemoteId};
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::problem::{Place, Severity};
use runsheet::domain::published::{Most, Published};

use runsheet::provider::LocalFile;

use crate::stage::{Stage, in_hours};

/// The channels as the program knows them.
async fn channels(stage: &Stage) -> Vec<Channel> {
    let account = AccountName::new("account");
    let listed = stage.provider.channels(None).await.unwrap().items;
    let known = listed.into_iter().map(|remote| Channel {
        id: ChannelId::of(&account, &remote.id),
        account: account.clone(),
        remote: remote.id,
        network: remote.network,
        handle: remote.handle,
        name: remote.name,
        health: Health::Ok,
        hidden: false,
        gone: false,
    });
    known.collect()
}

fn most(limits: &[Published], channel: Option<&str>, network: &str) -> Vec<Most> {
    let channel = channel.map(RemoteId::new);
    let mine = limits.iter().filter(|limit| limit.channel == channel && limit.network.key() == network);
    mine.map(|limit| limit.most.clone()).collect()
}

pub async fn what_a_provider_publishes_of_limits_is_read(stage: &Stage) {
    let world = &stage.demo.world;
    let paying = stage.target("x").remote;
    assert!(world.set_premium(stage.name, paying.as_str(), true));
    if stage.name == "late" {
        world.add_channel("late", "tiktok", "acme.clips").unwrap();
    }
    let channels = channels(stage).await;
    let asked = stage.requests().len();
    let limits = stage.provider.limits(&channels).await.unwrap();
    let calls = stage.requests().len() - asked;
    match stage.name {
        "late" => {
            let limits = limits.unwrap();
            assert_eq!(most(&limits, None, "x"), [Most::Text(280)], "who may write 25,000 is not said");
            assert_eq!(most(&limits, None, "google_business"), [Most::Text(1_500)]);
            let tiktok: Vec<&str> =
                channels.iter().filter(|it| it.network.key() == "tiktok").map(|it| it.remote.as_str()).collect();
            for channel in &tiktok {
                // Not for followers alone: the account cannot, and a post that says so is refused.
                let levels = ["public", "friends", "private"].map(str::to_owned).to_vec();
                let privacy = Most::Values { option: "tiktok.privacy".into(), values: levels };
                assert_eq!(most(&limits, Some(channel), "tiktok"), [Most::VideoSeconds(600), privacy]);
            }
            assert_eq!((calls, tiktok.is_empty()), (1 + tiktok.len(), false));
        }
        "postforme" => {
            let limits = limits.unwrap();
            assert_eq!(most(&limits, Some(paying.as_str()), "x"), [Most::Text(2_200)], "contract, section 6.1");
            assert_eq!((limits.len(), calls), (1, 0), "those who do not pay write as everybody");
        }
        _ => assert_eq!((limits, calls), (None, 0)),
    }
}

pub async fn a_host_that_publishes_no_limits_is_no_trouble(stage: &Stage) {
    let channels = channels(stage).await;
    stage.demo.world.fault(Fault::once(FaultKind::Status(404)).on("POST", "post-length").at("late"));
    let limits = stage.provider.limits(&channels).await.unwrap();
    if stage.name == "late" {
        assert_eq!(limits, Some(Vec::new()));
    }
    stage.pass(TimeDelta::seconds(1));
}

/// What it takes of what lies at an address is said of the network that is too small for it, and asked for once.
pub async fn what_a_provider_says_of_one_attachment_joins_its_check(stage: &Stage) {
    if stage.name != "late" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let size = 6_000_000;
    let path = folder.path().join("roast.png");
    std::fs::File::create(&path).unwrap().set_len(size).unwrap();
    let file = LocalFile { path, name: "roast.png".into(), mime: "image/png".into(), bytes: size };
    let uploaded = stage.provider.upload(&file, &|_| {}).await.unwrap();
    let mut submission = stage.submission("The roast is in", in_hours(20));
    submission.targets = vec![stage.target("x"), stage.target("linkedin")];
    submission.media = vec![
        Media::at_address("https://media.example/cup.jpg".into(), MediaKind::Image),
        Media::at_address(uploaded.source, MediaKind::Image),
        Media::at_address("https://media.example/notes.txt".into(), MediaKind::Document),
    ];
    let asked = || stage.requests().iter().filter(|it| it.path.ends_with("/tools/validate/media")).count();
    for round in 0..2 {
        let said = stage.provider.check(&submission).await.unwrap();
        let of = |at: usize| said.iter().filter(move |it| it.place == Place::Media(Some(at))).collect::<Vec<_>>();
        assert!(of(0).is_empty(), "{said:?}");
        let [large] = of(1)[..] else { panic!("{said:?}") };
        assert_eq!((large.severity, large.network.as_ref().unwrap().key()), (Severity::Warning, "x"));
        assert!(large.words.contains("6 MB") && large.remedy.contains("5 MB"), "{large:?}");
        let unusable = of(2);
        assert!(unusable.iter().all(|it| it.severity == Severity::Blocker && it.words.contains("Unsupported")));
        assert_eq!((unusable.len(), asked()), (2, 3), "round {round}: on each network, and asked once: {said:?}");
    }
    // Older hosts do not know that call; what else they say stands.
    stage.pass(TimeDelta::hours(2));
    stage.demo.world.fault(Fault::once(FaultKind::Status(404)).on("POST", "validate/media").at("late"));
    assert_eq!(stage.provider.check(&submission).await.unwrap(), []);
}
