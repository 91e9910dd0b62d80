//! Connecting channels: through the provider's link where it makes one, in words where it does not.

use runsheet::demo::Health;
use runsheet::domain::authorise::{Connects, Joining, Opened};
use runsheet::domain::channel::Network;
use runsheet::domain::ids::{AccountName, RemoteId};
use runsheet::domain::remote::RemoteChannel;
use runsheet::provider::{Again, Kind, ProviderExt};
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stage::{Stage, noon};

async fn channels(stage: &Stage) -> Vec<RemoteChannel> {
    stage.provider.all_channels().await.unwrap().items
}

/// Opens a link as a browser does; the status it answers.
async fn visit(link: &str) -> u16 {
    let rest = link.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut line = TcpStream::connect(host).await.unwrap();
    let asked = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    line.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

async fn opened(stage: &Stage, network: &Network, renews: Option<&RemoteId>) -> Opened {
    let before = channels(stage).await;
    let link = stage.provider.authorise(network, renews).await.unwrap();
    let account = AccountName::new("account");
    let wanted = Joining { account, network: network.clone(), renews: renews.cloned() };
    Opened { wanted, link, before, until: noon() }
}

pub async fn a_channel_is_connected_once_somebody_agrees(stage: &Stage) {
    let linkedin = Network::from_word("linkedin");
    if stage.provider.capabilities().connects == Connects::Dashboard {
        let error = stage.provider.authorise(&linkedin, None).await.unwrap_err();
        assert_eq!((error.kind, error.again), (Kind::Unsupported, Again::Never));
        assert!(error.words.contains(stage.provider.capabilities().dashboard), "{error}");
        assert!(stage.requests().is_empty(), "nobody is asked for what there is not");
        return;
    }
    let opened = opened(stage, &linkedin, None).await;
    assert_eq!(opened.arrived(&channels(stage).await), None, "a link alone connects nothing");
    let link = opened.link.text().expose_secret();
    assert_eq!(visit(link).await, 200);
    let now = channels(stage).await;
    let new = opened.arrived(&now).unwrap();
    assert_eq!((now.len(), &new.network), (opened.before.len() + 1, &linkedin));
    assert!(new.health.can_post() && !new.handle.is_empty());
    assert_eq!(visit(link).await, 410, "a link is good for once");
    assert!(!format!("{opened:?}").contains("demo-secret"));
}

pub async fn a_channel_whose_authorisation_is_gone_is_renewed(stage: &Stage) {
    if stage.provider.capabilities().connects == Connects::Dashboard {
        return;
    }
    let target = stage.target("x");
    stage.demo.world.set_health(stage.name, target.remote.as_str(), Health::Disconnected);
    let opened = opened(stage, &target.network, Some(&target.remote)).await;
    let gone = opened.before.iter().find(|channel| channel.id == target.remote).unwrap();
    assert!(!gone.health.can_post(), "{gone:?}");
    assert_eq!(visit(opened.link.text().expose_secret()).await, 200);
    let now = channels(stage).await;
    assert_eq!(
        (opened.arrived(&now).map(|channel| &channel.id), now.len()),
        (Some(&target.remote), opened.before.len())
    );
}

pub async fn a_network_without_a_link_is_refused_in_words(stage: &Stage) {
    if stage.provider.capabilities().connects == Connects::Dashboard {
        return;
    }
    // It wants a password for apps, which no link carries.
    let error = stage.provider.authorise(&Network::from_word("bluesky"), None).await.unwrap_err();
    assert!(!error.words.is_empty() && error.again == Again::Never, "{error:?}");
}
