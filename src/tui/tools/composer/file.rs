//! The whole post as a file for `$EDITOR`, and what came back of it.

use super::state::State;
use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::naming;
use crate::domain::options::Extras;
use crate::domain::post::{Post, Target};
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::when::{self, Reading};
use crate::manuscript::{self, Attached, Fault, Manuscript, Read, Spot, Variant};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::{Effect, Named};
use crate::tui::model::Shared;
use crate::tui::msg::{Notice, Tone};
use crate::tui::sheets::{Flow, Sheet, unread};

/// A file that came back and could not be taken over: kept until it is mended or given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// As it came back.
    pub file: String,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Hands the post to the editor: as it is, or as the editor left it when that could not be read.
pub fn hand_out(state: &State, shared: &Shared, board: &Board) -> Vec<Effect> {
    let file = match &state.unread {
        Some(unread) => unread.file.clone(),
        None => manuscript::write(&written(state, shared, board)),
    };
    vec![Effect::EditText(file)]
}

/// Takes back what the editor left: as a whole, or not at all.
pub fn take_back(state: &mut State, shared: &mut Shared, board: &Board, file: String) -> (Vec<Effect>, Option<Sheet>) {
    let was = written(state, shared, board);
    let faults = match manuscript::read(&file) {
        Ok(read) => match taken(state, &was, &read, shared, board) {
            Ok(taken) => {
                state.unread = None;
                return (take(state, taken, shared, board), None);
            }
            Err(faults) => faults,
        },
        Err(faults) => faults,
    };
    let sheet = Sheet::Unread(unread::State::new(&file, &faults));
    state.unread = Some(Unread { file, faults });
    (Vec::new(), Some(sheet))
}

/// What was chosen for a file that could not be read: all of it becomes the text, or it is given up.
pub fn settle(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Vec<Effect> {
    let Some(unread) = state.unread.take() else { return Vec::new() };
    if action != Action::FileAsText {
        let words = "what the editor left is given up; the post is as it was".into();
        shared.notices.push(Notice { words, tone: Tone::Plain, post: None });
        return Vec::new();
    }
    state.go_tab(0, shared);
    let text = unread.file.trim_end_matches(['\n', '\r']);
    if state.base.set_text(text) { state.text_changed(shared, board) } else { Vec::new() }
}

/// The sheet that says what is wrong with the file that came back.
pub fn sheet(state: &State) -> Option<Flow> {
    let unread = state.unread.as_ref()?;
    Some(Flow::Push(Box::new(Sheet::Unread(unread::State::new(&unread.file, &unread.faults)))))
}

/// The post in the words of a file.
fn written(state: &State, shared: &Shared, board: &Board) -> Manuscript {
    let post = &state.post;
    let words = |id: &ChannelId| words_for(id, board);
    let when =
        |schedule: &Schedule| schedule.instant().with_timezone(&shared.zone).format("%Y-%m-%d %H:%M").to_string();
    let attached = |media: &[Media]| -> Vec<Attached> {
        media.iter().map(|media| Attached { source: named(media), alt: media.alt.clone() }).collect()
    };
    let networks = networks(state, board);
    let own_text = |target: &Target| target.text.clone().filter(|_| !networks.iter().any(|of| of.has(&target.channel)));
    let differs =
        |target: &&Target| own_text(target).is_some() || target.schedule.is_some() || !target.extras.is_empty();
    let own = post.targets.iter().filter(differs);
    let for_all =
        networks.iter().map(|of| Variant { of: of.words.clone(), text: of.text.clone(), ..Variant::default() });
    Manuscript {
        when: post.schedule.as_ref().map(when),
        variants: for_all
            .chain(own.map(|target| Variant {
                of: words(&target.channel),
                text: own_text(target),
                when: target.schedule.as_ref().map(when),
                options: target.extras.options.clone(),
                first_comment: target.extras.first_comment.clone(),
                media: target.extras.media.as_deref().map(attached),
            }))
            .collect(),
        ..Manuscript::common(post, words, attached)
    }
}

/// A network with a text of its own, as a file names it, and the channels that carry it.
struct OfNetwork {
    words: String,
    text: Option<String>,
    channels: Vec<ChannelId>,
}

impl OfNetwork {
    fn has(&self, channel: &ChannelId) -> bool {
        self.channels.contains(channel)
    }
}

/// The networks whose word means all their channels here, and whose text stands for all of them that have none alone.
fn networks(state: &State, board: &Board) -> Vec<OfNetwork> {
    let known: Vec<_> =
        state.post.targets.iter().filter_map(|target| board.channel(&target.channel).cloned()).collect();
    let mut found: Vec<OfNetwork> = Vec::new();
    for target in &state.post.targets {
        let Some(network) = state.network_of(&target.channel) else { continue };
        let all = known.iter().filter(|channel| channel.network == *network).count();
        match found.iter_mut().find(|of| of.words == network.key()) {
            Some(of) => of.channels.push(target.channel.clone()),
            None if naming::meant(&known, network.key()).len() != all || all < 2 => {}
            None => found.push(OfNetwork {
                words: network.key().to_owned(),
                text: target.text.clone(),
                channels: vec![target.channel.clone()],
            }),
        }
    }
    found
}

fn words_for(id: &ChannelId, board: &Board) -> String {
    board.channel(id).map_or_else(|| id.as_str().to_owned(), |channel| naming::words_for(channel, &board.channels))
}

/// An attachment as a file names it: the path of a file of this machine, else its address or id.
fn named(media: &Media) -> String {
    let path = media.local_path().and_then(|path| path.to_str().map(str::to_owned));
    path.unwrap_or_else(|| media.source.clone())
}

/// A post as the file says it, and what of it has still to be measured.
struct Taken {
    post: Post,
    at_once: bool,
    wanted: Vec<Named>,
}

/// What the file says, onto the post. Whatever it says as before stays exactly as it is, to the second.
fn taken(state: &State, was: &Manuscript, read: &Read, shared: &Shared, board: &Board) -> Result<Taken, Vec<Fault>> {
    let (is, spots) = (&read.manuscript, &read.spots);
    let mut faults = Vec::new();
    let mut taken = Taken { post: state.post.clone(), at_once: state.at_once, wanted: Vec::new() };
    let post = &mut taken.post;
    post.body = is.body.replace("\r\n", "\n").replace('\r', "\n");
    post.title = is.title.clone().filter(|title| !title.trim().is_empty());
    post.campaign = is.campaign.clone().filter(|name| !name.trim().is_empty());
    post.tags.clone_from(&is.tags);
    post.styling.style = is.style.clone().filter(|name| !name.trim().is_empty());
    post.styling.link = is.link.clone().filter(|link| !link.trim().is_empty());
    post.options = is.options.clone();
    post.first_comment.clone_from(&is.first_comment);
    if is.to != was.to {
        let mut targets: Vec<Target> = Vec::new();
        for (words, spot) in is.to.iter().zip(&spots.to) {
            let known = state.post.targets.iter().find(|target| words_for(&target.channel, board) == *words);
            match known.cloned().map_or_else(|| channel(words, board).map(Target::new), Ok) {
                Ok(target) if targets.iter().all(|there| there.channel != target.channel) => targets.push(target),
                Ok(_) => {}
                Err(why) => faults.push(fault(*spot, why, "or take it out")),
            }
        }
        // A channel that was there before comes back with its outcome, however it is called now.
        for target in &mut targets {
            if let Some(before) = state.post.targets.iter().find(|before| before.channel == target.channel) {
                target.clone_from(before);
            }
        }
        post.targets = targets;
    }
    if is.when != was.when {
        match is.when.as_deref().map(|words| moment(words, shared)).transpose() {
            Ok(None) => (post.schedule, post.queue, taken.at_once) = (None, None, false),
            Ok(Some(schedule)) => (post.schedule, post.queue, taken.at_once) = (schedule, None, schedule.is_none()),
            Err(words) => faults.push(fault(spots.when, words, "or leave the line out")),
        }
    }
    if is.wish.is_some() {
        let words = "whether it is kept as a draft is said here, and not in the file".into();
        faults.push(fault(spots.wish, words, "take the line out"));
    }
    variants(&mut taken.post, was, read, shared, board, &mut faults);
    media(&mut taken, is);
    if faults.is_empty() { Ok(taken) } else { Err(faults) }
}

fn fault(spot: Spot, words: String, remedy: &str) -> Fault {
    Fault { spot, words, remedy: remedy.into() }
}

fn channel(words: &str, board: &Board) -> Result<ChannelId, String> {
    naming::find(&board.channels, words).map(|channel| channel.id.clone())
}

/// A time in words; nothing is now.
fn moment(words: &str, shared: &Shared) -> Result<Option<Schedule>, String> {
    match when::read(words, shared.now, shared.zone) {
        Ok(Reading::Now) => Ok(None),
        Ok(Reading::At(Resolved::At(schedule))) => Ok(Some(schedule)),
        Ok(Reading::At(Resolved::Gap { .. })) => Err(format!("the clocks skip {words} in {}", shared.zone)),
        Ok(Reading::At(Resolved::Twice { .. })) => Err(format!("the clocks show {words} twice in {}", shared.zone)),
        Err(error) => Err(error.to_string()),
    }
}

/// Own texts and times: only those that the file names are left.
fn variants(post: &mut Post, was: &Manuscript, read: &Read, shared: &Shared, board: &Board, faults: &mut Vec<Fault>) {
    let (before, post_media) = (post.targets.clone(), post.media.clone());
    for target in &mut post.targets {
        (target.text, target.schedule, target.extras) = (None, None, Extras::default());
    }
    let known: Vec<_> = post.targets.iter().filter_map(|target| board.channel(&target.channel).cloned()).collect();
    for (variant, spot) in read.manuscript.variants.iter().zip(&read.spots.variants) {
        let mut meant: Vec<ChannelId> =
            naming::meant(&known, &variant.of).into_iter().map(|channel| channel.id.clone()).collect();
        meant.extend(before.iter().map(|target| target.channel.clone()).filter(|id| id.as_str() == variant.of));
        if meant.is_empty() {
            let words = format!("no channel of this post is \"{}\"", variant.of);
            faults.push(fault(*spot, words, "add it to `to`, or take the variant out"));
        }
        let same = was.variants.iter().find(|each| each.of == variant.of).filter(|each| each.when == variant.when);
        let is_exact = meant.len() == 1;
        for (target, before) in post.targets.iter_mut().zip(&before) {
            if !meant.contains(&target.channel) {
                continue;
            }
            if let Some(text) = variant.text.as_ref().filter(|_| is_exact || target.text.is_none()) {
                target.text = Some(text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            let extras = &mut target.extras;
            extras.options = std::mem::take(&mut extras.options).overlaid(&variant.options);
            extras.first_comment = variant.first_comment.clone().or(extras.first_comment.take());
            if let Some(own) = &variant.media {
                let known = post_media.iter().chain(before.extras.media.iter().flatten());
                let find = |attached: &Attached| known.clone().find(|media| named(media) == attached.source).cloned();
                let found = own.iter().map(|attached| Some(Media { alt: attached.alt.clone(), ..find(attached)? }));
                match found.collect::<Option<Vec<Media>>>() {
                    Some(media) => extras.media = Some(media),
                    None => {
                        let words = format!("\"{}\" carries a file that the post does not have", variant.of);
                        faults.push(fault(*spot, words, "add it to the post's own media first"));
                    }
                }
            }
            match (&variant.when, same) {
                (None, _) => {}
                (Some(_), Some(_)) => target.schedule = before.schedule,
                (Some(words), None) => match moment(words, shared) {
                    Ok(Some(own)) => target.schedule = Some(own),
                    Ok(None) => faults.push(Fault {
                        spot: *spot,
                        words: format!("\"{}\": {}", variant.of, manuscript::ALONE_AT_ONCE),
                        remedy: "write a time, or leave it out".into(),
                    }),
                    Err(words) => faults.push(fault(*spot, words, "or leave its time out")),
                },
            }
        }
    }
}

/// Attachments that are there keep what was measured of them; new ones are measured first.
fn media(taken: &mut Taken, is: &Manuscript) {
    let mut there = std::mem::take(&mut taken.post.media);
    for (at, attached) in is.media.iter().enumerate() {
        match there.iter().position(|media| named(media) == attached.source) {
            Some(known) => taken.post.media.push(Media { alt: attached.alt.clone(), ..there.remove(known) }),
            None => taken.wanted.push(Named { at, source: attached.source.clone(), alt: attached.alt.clone() }),
        }
    }
}

/// Makes it the post that is open; each text is one step of undo.
fn take(state: &mut State, taken: Taken, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let Taken { post, at_once, wanted } = taken;
    let mut effects = Vec::new();
    if post != state.post || at_once != state.at_once {
        effects.extend(state.replaced(post, at_once, shared, board));
        let words = "the post is as the file says; Ctrl-_ in the text takes its text back".into();
        shared.notices.push(Notice { words, tone: Tone::Good, post: None });
    }
    if !wanted.is_empty() {
        effects.push(Effect::AttachNamed { post: state.post.id, wanted });
    }
    effects
}
