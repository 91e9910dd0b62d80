//! What the review says would be asked is what arrives.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use runsheet::demo::{Effect, Request};
use runsheet::desk::{Desk, Seat};
use runsheet::domain::ids::AccountName;
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::outline::Errand;
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::schedule::Schedule;
use runsheet::files;
use runsheet::store::{Actor, Store};
use runsheet::sync::Worker;
use tempfile::TempDir;

use crate::stage::{Stage, noon};

/// Two pictures of this machine; where none are taken, one on the web.
fn pictures(stage: &Stage, folder: &TempDir) -> Vec<Media> {
    if stage.one_network() {
        return vec![Media::at_address("https://media.example/roast.jpg".into(), MediaKind::Image)];
    }
    let picture = |shade: u8| {
        let mut bytes = crate::doors::picture();
        bytes[100] = shade;
        let path = folder.path().join(format!("{shade}.png"));
        std::fs::write(&path, bytes).unwrap();
        files::measure(&path).unwrap()
    };
    vec![picture(1), picture(2)]
}

/// What arrived, by kind. Whether a file is prepared by now is asked as often as the provider likes.
fn arrived(requests: &[Request]) -> BTreeMap<Errand, usize> {
    let mut kinds = BTreeMap::new();
    for request in requests {
        let path = request.path.as_str();
        let brings = ["/media/presign", "/create-upload-url", "/media/upload", "/wp/v2/media", "/media/register"];
        let of_a_file = path.contains("/media") || path.contains("/upload");
        let kind = match (request.method.as_str(), &request.effect) {
            (_, Effect::Created(_)) => Errand::Create,
            (_, Effect::Removed(_)) => Errand::Removal,
            (_, Effect::Changed(_)) if path.ends_with("/publish") => Errand::Publish,
            (_, Effect::Changed(_)) => Errand::Update,
            ("POST", _) if path.ends_with("/message") => Errand::Message,
            ("POST", _) if brings.iter().any(|end| path.ends_with(end)) => Errand::Upload,
            ("POST", _) if path.ends_with("/media") || path.ends_with("/upload") => Errand::Upload,
            ("GET", _) if !of_a_file => Errand::LookUp,
            _ => continue,
        };
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

pub async fn what_was_outlined_is_what_arrives(stage: &Stage) {
    let account = AccountName::new("account");
    let store = Store::memory().unwrap();
    let mut worker = Worker::new(account.clone(), stage.provider.clone(), stage.common(&store, Vec::new()));
    worker.pull().await.unwrap();
    let seat = Seat { account: account.clone(), provider: stage.provider.clone() };
    let desk = Desk::new(store.clone(), stage.clock.clone(), stage.ids.clone(), chrono_tz::UTC, vec![seat], Actor::You);
    // Whatever is made once for all posts is there.
    stage.create(stage.submission("The first one", crate::stage::in_hours(40))).await;
    let folder = tempfile::tempdir().unwrap();
    let mut post = Post::draft(stage.ids.post(noon()), noon());
    post.body = "Said with pictures".into();
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(noon() + TimeDelta::hours(5), chrono_tz::UTC));
    post.media = pictures(stage, &folder);
    post.targets = [stage.target("x"), stage.elsewhere()].map(|target| Target::new(target.channel)).into();
    let files = post.media.len();
    for step in ["made", "reworded", "with one picture less", "published"] {
        stage.rest();
        let outlined = desk.outline(&post).await.unwrap();
        let [outline] = outlined.as_slice() else { panic!("{step}: {outlined:?}") };
        assert_eq!((&outline.account, outline.provider.as_str()), (&account, stage.provider.capabilities().name));
        if step == "made" {
            let made = if stage.one_network() { 2 } else { 1 };
            let uploads = if stage.one_network() { made } else { files };
            assert_eq!(outline.errands.get(&Errand::Create), Some(&made), "{outline:?}");
            assert_eq!(outline.errands.get(&Errand::Upload), Some(&uploads), "{outline:?}");
        }
        stage.demo.world.forget_requests();
        let id = desk.save(post.clone(), step).await.unwrap();
        assert_eq!(arrived(&stage.requests()), BTreeMap::new(), "nothing leaves by itself");
        stage.clock.turn(TimeDelta::seconds(11));
        let pushing = worker.push_all();
        tokio::pin!(pushing);
        // Who waits for a file to be prepared does so by the turned clock.
        loop {
            tokio::select! {
                biased;
                done = &mut pushing => {
                    done.unwrap();
                    break;
                }
                () = tokio::task::yield_now() => stage.clock.turn(TimeDelta::milliseconds(1)),
            }
        }
        let requests = stage.requests();
        let log: Vec<_> = requests.iter().map(|request| (&request.method, &request.path, request.status)).collect();
        let mut arrived = arrived(&requests);
        // Most providers publish what is there by a change like any other.
        if outline.errands.contains_key(&Errand::Publish) && !outline.errands.contains_key(&Errand::Update) {
            let changed = arrived.remove(&Errand::Update);
            changed.into_iter().for_each(|count| *arrived.entry(Errand::Publish).or_default() += count);
        }
        // How many look-ups it takes hangs on the answers.
        let mut outlined = outline.errands.clone();
        let looked = [outlined.remove(&Errand::LookUp), arrived.remove(&Errand::LookUp)].map(Option::unwrap_or_default);
        assert!(looked[0] <= looked[1] && (looked[0] == 0) == (looked[1] == 0), "{step}: {looked:?} {log:#?}");
        assert_eq!(arrived, outlined, "{step}: {log:#?}");
        post = store.post(id).await.unwrap().unwrap();
        match step {
            "made" => post.body = "Said better with pictures".into(),
            "reworded" => drop(post.media.pop()),
            _ => post.wish = Wish::Now,
        }
    }
}
