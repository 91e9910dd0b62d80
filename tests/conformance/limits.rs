//! What a provider publishes of what networks and single channels take.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::channel::{Channel, Health};
use runsheet::domain::ids::{AccountName, ChannelId, RemoteId};
use runsheet::domain::published::{Most, Published};

use crate::stage::Stage;

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
    mine.map(|limit| limit.most).collect()
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
                assert_eq!(most(&limits, Some(channel), "tiktok"), [Most::VideoSeconds(600)]);
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
